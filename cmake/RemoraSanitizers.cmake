# How sanitized executables behave when nobody sets ASAN_OPTIONS and its kin: the defaults, with the suppressions of
# cmake/sanitizers, are compiled into each of them, so that `ctest`, a debugger and a person who starts one test by
# hand all see the same. Included after RemoraBuild.cmake.
if(NOT REMORA_SANITIZE)
  return()
endif()

# UBSan honours suppressions only for checks that could go on, hence "recover" here and halt_on_error=1 in the
# defaults: what is not suppressed still ends the process. Only this one check has a suppression.
if(REMORA_SANITIZE MATCHES "undefined")
  target_compile_options(remora_codegen INTERFACE -fsanitize-recover=null)
endif()
# With checks woven in, g++ 12 takes a std::variant that it can see through for uninitialised; the other builds warn.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(remora_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
set(REMORA_SUPPRESSIONS ${CMAKE_SOURCE_DIR}/cmake/sanitizers)
set(REMORA_SANITIZER_DEFAULTS ${CMAKE_BINARY_DIR}/sanitizer_defaults.cpp)
configure_file(${REMORA_SUPPRESSIONS}/defaults.cpp.in ${REMORA_SANITIZER_DEFAULTS} @ONLY)
# A source of every executable and of no library: in an archive nothing would pull it in.
target_sources(remora_codegen
               INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${REMORA_SANITIZER_DEFAULTS}>)

# Sanitizers fall asleep unnoticed (a flag lost, a suppression too wide), so each build proves that they are awake.
function(remora_canary what pattern)
  add_test(NAME Sanitizers.Notice_${what} COMMAND sanitizer_canary ${what})
  set_tests_properties(Sanitizers.Notice_${what} PROPERTIES PASS_REGULAR_EXPRESSION "${pattern}")
endfunction()
if(REMORA_TESTS)
  find_package(Threads REQUIRED)
  add_executable(sanitizer_canary ${REMORA_SUPPRESSIONS}/canary.cpp)
  # No remora_warnings: the compiler sees through some of these mistakes.
  target_link_libraries(sanitizer_canary PRIVATE remora_codegen Threads::Threads)
  if(REMORA_SANITIZE MATCHES "address")
    remora_canary(address "heap-use-after-free")
    remora_canary(leak "detected memory leaks")
  endif()
  if(REMORA_SANITIZE MATCHES "undefined")
    remora_canary(undefined "signed integer overflow")
    remora_canary(null "reference binding to null pointer")
  endif()
  if(REMORA_SANITIZE MATCHES "thread")
    remora_canary(race "ThreadSanitizer: data race")
  endif()
endif()
