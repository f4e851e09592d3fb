# Tests of the tree itself: they read sources, so they need no target.
if(REMORA_TESTS)
  add_test(NAME Floors.EveryFolderIncludesOnlyWhatLiesBelowIt
           COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-floors.sh ${CMAKE_SOURCE_DIR})
  add_test(NAME Floors.TheCheckFindsEveryKindOfViolation
           COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-floors.sh --self-test)
endif()
