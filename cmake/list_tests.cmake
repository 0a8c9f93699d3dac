# Run by CTest, with `folder` and `program` set: adds one test a Catch2 test case.

if(NOT EXISTS ${program})
  add_test("${folder}: not built" ${program})
  set_tests_properties("${folder}: not built" PROPERTIES LABELS "fast;slow")  # missed, whichever part is asked for
  return()
endif()

# Catch2 v2 exits with the number of tests it lists.
foreach(label IN ITEMS fast slow)
  set(spec "~[slow]")
  if(label STREQUAL slow)
    set(spec "[slow]")
  endif()
  execute_process(COMMAND ${program} --list-test-names-only ${spec} OUTPUT_VARIABLE names ERROR_VARIABLE problem)
  if(problem)
    message(FATAL_ERROR "${program} does not list its tests: ${problem}")
  endif()
  # Line by line, as text: in a CMake list a name with "[0, 1)" would swallow those that follow.
  while(names MATCHES "^([^\n]*)\n(.*)$")
    set(name "${CMAKE_MATCH_1}")
    set(names "${CMAKE_MATCH_2}")
    if(name STREQUAL "")
      continue()
    endif()
    string(REGEX REPLACE "([][,\"\\])" "\\\\\\1" argument "${name}")  # these mean something in a Catch2 test spec
    add_test("${folder}/${name}" ${program} "${argument}" --warn NoTests)
    set_tests_properties("${folder}/${name}" PROPERTIES LABELS ${label} TIMEOUT 900
      ENVIRONMENT "OPENBLAS_NUM_THREADS=1;UBSAN_OPTIONS=print_stacktrace=1")
  endwhile()
endforeach()
