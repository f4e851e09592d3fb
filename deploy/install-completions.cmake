# Run by `cmake --install`: asks the program for what shells complete, and installs that.
# Given: remora_program, and remora_completions, a list of SHELL=PATH with paths below the prefix.
foreach(one ${remora_completions})
  string(REPLACE "=" ";" one "${one}")
  list(GET one 0 shell)
  list(GET one 1 path)
  execute_process(COMMAND ${remora_program} completion ${shell} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE why)
  if(NOT status EQUAL 0)
    message(STATUS "No completion for ${shell}: ${why}")
    continue()
  endif()
  set(to "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${path}")
  message(STATUS "Installing: ${to}")
  # Not file(WRITE): a list separator or a bracket in the text is to stay what it is.
  get_filename_component(folder "${to}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  execute_process(COMMAND ${remora_program} completion ${shell} OUTPUT_FILE "${to}" COMMAND_ERROR_IS_FATAL ANY)
  list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_PREFIX}/${path}")
endforeach()
