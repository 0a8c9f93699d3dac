# tests/x/*_test.cpp -> x_tests; each test case is a CTest entry "x/<name>" labelled fast, or slow if tagged [slow].

# cairn_tests(): the shared support, one program a folder, and the floors.
function(cairn_tests)
  set(CAIRN_SHARED_DATA ${PROJECT_SOURCE_DIR}/../shared/data CACHE PATH "Real datasets; tests that need them skip without")

  # Catch's implementation takes longest to compile of all: once, for everyone.
  add_library(cairn_test_main STATIC tests/support/main.cpp)
  target_include_directories(cairn_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_compile_features(cairn_test_main PUBLIC cxx_std_20)
  target_link_libraries(cairn_test_main PUBLIC Catch2::Catch2)
  # Sanitizers are for our own code; Catch's takes them a minute and more than a gigabyte to compile.
  target_compile_options(cairn_test_main PRIVATE -O0 -fno-sanitize=all)

  file(GLOB support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cpp)
  list(FILTER support EXCLUDE REGEX "/main\\.cpp$")
  if(support)
    add_library(cairn_test_support STATIC ${support})
    cairn_settings(cairn_test_support)
    # Support for higher floors is linked by the tests that use it: a static library hands out only what is called.
    target_link_libraries(cairn_test_support PUBLIC cairn_test_main)
    cairn_row(cairn_test_support PUBLIC core graph tensor data)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/support/places.cpp PROPERTIES COMPILE_DEFINITIONS
      "CAIRN_TEST_DIR=\"${PROJECT_SOURCE_DIR}/tests\";CAIRN_SHARED_DATA=\"${CAIRN_SHARED_DATA}\";CAIRN_EXECUTABLE=\"$<TARGET_FILE:cairn>\"")
  else()
    add_library(cairn_test_support ALIAS cairn_test_main)
  endif()

  file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true ${PROJECT_SOURCE_DIR}/tests/*)
  foreach(folder IN LISTS folders)
    cmake_path(GET folder FILENAME name)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*_test.cpp)
    if(sources)
      cairn_test(${name} ${sources})
    endif()
  endforeach()

  add_test(NAME floors COMMAND ${PROJECT_SOURCE_DIR}/cmake/check_floors.sh ${PROJECT_SOURCE_DIR} ${CAIRN_FLOORS})
  add_executable(readme_example tests/consume/main.cpp)
  cairn_settings(readme_example)
  target_link_libraries(readme_example PRIVATE cairn_all)
  add_test(NAME "readme/its program trains" COMMAND readme_example)
  add_test(NAME "readme/its program is the one compiled here"
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/check_readme.sh ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/tests/consume/main.cpp)
  set_tests_properties(floors "readme/its program trains" "readme/its program is the one compiled here" PROPERTIES LABELS fast)
endfunction()

function(cairn_test name)
  set(target ${name}_tests)
  add_executable(${target} ${ARGN})
  cairn_settings(${target})
  if(CAIRN_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)  # half the time to compile; what is tested keeps its own flags
  endif()
  target_link_libraries(${target} PRIVATE
    cairn_test_support $<IF:$<TARGET_EXISTS:cairn_${name}>,cairn_${name},cairn_all>
    Boost::headers Eigen3::Eigen nlohmann_json::nlohmann_json)
  if(name STREQUAL cli)
    add_dependencies(${target} cairn)
  endif()

  # CTest asks the program for its cases when it starts, so the list is never older than the program.
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${target}.cmake)
  file(GENERATE OUTPUT ${list} CONTENT
    "set(folder ${name})\nset(program [[$<TARGET_FILE:${target}>]])\ninclude([[${PROJECT_SOURCE_DIR}/cmake/list_tests.cmake]])\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${list})
endfunction()
