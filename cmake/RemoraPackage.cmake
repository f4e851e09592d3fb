# What `cmake --install` puts where, and the Debian package that `cpack -G DEB` makes of it.
#
# The shipped files say /usr/bin and /etc/remora, so that they can be read and checked as they are. Another prefix is put into
# them here: the one of the configuration counts, `cmake --install --prefix` comes too late for them.
include(GNUInstallDirs)

set(remora_config_dir ${CMAKE_INSTALL_FULL_SYSCONFDIR}/remora)
set(remora_installed ${CMAKE_BINARY_DIR}/installed) # files as they will be installed

# remora_replace(VARIABLE FROM TO): fails when there is nothing to replace, for then the shipped file and this one disagree.
function(remora_replace variable from to)
  string(FIND "${${variable}}" "${from}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "RemoraPackage.cmake: '${from}' is not in the file that it is to be replaced in")
  endif()
  string(REPLACE "${from}" "${to}" replaced "${${variable}}")
  set(${variable} "${replaced}" PARENT_SCOPE)
endfunction()

# remora_install_text(SOURCE DESTINATION NAME [REPLACE from to]...): a text file, with the paths of this prefix.
function(remora_install_text source destination name)
  cmake_parse_arguments(arg "" "" "REPLACE" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${source})
  file(READ ${CMAKE_SOURCE_DIR}/${source} text)
  while(arg_REPLACE)
    list(POP_FRONT arg_REPLACE from to)
    remora_replace(text "${from}" "${to}")
  endwhile()
  string(REPLACE "/etc/remora" "${remora_config_dir}" text "${text}")
  string(REPLACE "/usr/bin/remora" "${CMAKE_INSTALL_FULL_BINDIR}/remora" text "${text}")
  file(WRITE ${remora_installed}/${source} "${text}")
  install(FILES ${remora_installed}/${source} DESTINATION ${destination} RENAME ${name})
endfunction()

# Programs, and what a shell completes for them.
set(remora_programs)
foreach(program remora remora-hub remora-worker)
  if(TARGET ${program})
    list(APPEND remora_programs ${program})
  endif()
endforeach()
install(TARGETS ${remora_programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

if(TARGET remora)
  # The program writes them, so it has to run on this machine. What it does not know it is not asked for.
  set(remora_completions
      "bash=${CMAKE_INSTALL_DATADIR}/bash-completion/completions/remora"
      "zsh=${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions/_remora"
      "fish=${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/remora.fish")
  install(CODE "set(remora_program \"$<TARGET_FILE:remora>\")\nset(remora_completions \"${remora_completions}\")")
  install(SCRIPT ${CMAKE_SOURCE_DIR}/deploy/install-completions.cmake)
endif()

# The daemons: configuration, units, accounts, folders. On a machine the hub has /var/lib/remora, where `remora keys` looks as
# well, and the worker a folder of its own: they are two accounts, and neither reads what the other has.
remora_install_text(config/hub.yaml ${remora_config_dir} hub.yaml)
remora_install_text(config/worker.yaml ${remora_config_dir} worker.yaml
                    REPLACE "data: /var/lib/remora\n" "data: /var/lib/remora-worker\n")
install(DIRECTORY DESTINATION ${remora_config_dir}/scripts)
foreach(unit remora-hub remora-worker)
  if(TARGET ${unit})
    remora_install_text(deploy/systemd/${unit}.service lib/systemd/system ${unit}.service)
  endif()
endforeach()
install(FILES deploy/systemd/remora.sysusers DESTINATION lib/sysusers.d RENAME remora.conf)
install(FILES deploy/systemd/remora.tmpfiles DESTINATION lib/tmpfiles.d RENAME remora.conf)

# To read.
set(remora_manual README.md CHANGELOG.md docs/api.md docs/configuration.md docs/deployment.md docs/getting-started.md docs/jobs.md
                  docs/scripting.md)
install(FILES ${remora_manual} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# The Debian package.
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON) # there are absolute destinations
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME remora)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The remora maintainers <remora@remora.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "scripting engine for network traffic")
set(CPACK_PACKAGE_DESCRIPTION
    "remora captures traffic on the nodes of a cluster, turns it into
messages of protocols, and runs JavaScript on them, live or from
capture files. This package has the command line, the daemon of a
node (remora-worker) and the one in the middle (remora-hub).
.
Neither daemon is started on installation: a machine is seldom both.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The libraries are found out; these are the programs that maintainer scripts and units call, and the time zones of cron.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles | systemd-tmpfiles, tzdata, procps")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${remora_installed}/debian/conffiles "/etc/remora/hub.yaml\n/etc/remora/worker.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${remora_installed}/debian/conffiles)
foreach(script preinst postinst prerm postrm)
  if(EXISTS ${CMAKE_SOURCE_DIR}/deploy/debian/${script})
    list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/${script})
  endif()
endforeach()

# Policy wants a changelog in its own form, and compressed. The date is that of the sources, not of the build.
set(remora_date $ENV{SOURCE_DATE_EPOCH})
if(NOT remora_date)
  execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE remora_date
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT remora_date)
  set(remora_date 0)
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C date -u -R -d @${remora_date} OUTPUT_VARIABLE remora_date
                OUTPUT_STRIP_TRAILING_WHITESPACE)
file(WRITE ${remora_installed}/debian/changelog
     "remora (${PROJECT_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md beside this file.

 -- ${CPACK_PACKAGE_CONTACT}  ${remora_date}
")
execute_process(COMMAND gzip -9nf ${remora_installed}/debian/changelog)
install(FILES ${remora_installed}/debian/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})

include(CPack)
