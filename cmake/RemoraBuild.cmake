# How every target of ours is compiled.

find_program(REMORA_CCACHE ccache)
if(REMORA_CCACHE)
  # Paths below the tree count as relative, so that every clone and worktree shares what one of them compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${REMORA_CCACHE})
endif()

# The flags of our own code. Third-party sources built by us (Duktape) take remora_codegen only.
add_library(remora_codegen INTERFACE)
target_compile_options(remora_codegen INTERFACE -fstack-protector-strong -fno-omit-frame-pointer)
target_link_options(remora_codegen INTERFACE -Wl,-z,relro,-z,now)
target_compile_definitions(remora_codegen INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(remora_codegen INTERFACE _FORTIFY_SOURCE=2)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(REMORA_SANITIZE)
  target_compile_options(remora_codegen INTERFACE -fsanitize=${REMORA_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(remora_codegen INTERFACE -fsanitize=${REMORA_SANITIZE})
  target_compile_definitions(remora_codegen INTERFACE REMORA_SANITIZED)
endif()
if(REMORA_FUZZ)
  target_compile_options(remora_codegen INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(remora_warnings INTERFACE)
target_compile_options(
  remora_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
                            -Woverloaded-virtual -Wimplicit-fallthrough -Werror)

# remora_library(NAME SOURCES... ) makes the library of one folder: remora_<NAME>, with headers addressed from
# the root of the tree ("traffic/decode/cursor.hpp").
function(remora_library name)
  add_library(remora_${name} STATIC ${ARGN})
  target_include_directories(remora_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(remora_${name} PUBLIC remora_codegen PRIVATE remora_warnings)
endfunction()

# remora_test(NAME SOURCES... LINK libraries...) makes one GoogleTest executable and registers each of its tests.
# Discovery happens when ctest runs, so that building never runs a test binary. Of those that are WHOLE, because they start
# many processes, one runs at a time. Those of code that has ONE_THREAD are not run under ThreadSanitizer, which could find
# nothing there and takes ten times as long.
function(remora_test name)
  cmake_parse_arguments(arg "WHOLE;ONE_THREAD" "TIMEOUT" "LINK" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${arg_LINK} remora_warnings GTest::gmock GTest::gtest_main)
  if(arg_ONE_THREAD AND REMORA_SANITIZE MATCHES thread)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_WHOLE)
    list(APPEND properties RESOURCE_LOCK whole_cluster)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()

# remora_process_test(NAME SOURCES... PROGRAMS remora... LINK libraries...) makes the same of tests that start our programs,
# which are built first. What such tests share is in tests/integration.
function(remora_process_test name)
  cmake_parse_arguments(arg "WHOLE" "TIMEOUT" "PROGRAMS;LINK" ${ARGN})
  set(how)
  if(arg_WHOLE)
    list(APPEND how WHOLE)
  endif()
  if(arg_TIMEOUT)
    list(APPEND how TIMEOUT ${arg_TIMEOUT})
  endif()
  remora_test(${name} ${arg_UNPARSED_ARGUMENTS} ${how} LINK remora_test_processes ${arg_LINK})
  add_dependencies(${name} ${arg_PROGRAMS})
endfunction()

# remora_fuzzer(NAME SOURCES... LINK libraries...) makes one libFuzzer target.
# Its seeds are in tests/fuzz/seeds/<NAME>; scripts/fuzz.sh runs them all. The target `fuzzers` builds them all.
function(remora_fuzzer name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(fuzz_${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINK} remora_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${name})
endfunction()
