# A folder is a target: its sources are found, its row says what it may include and therefore links.

set(CAIRN_FOLDERS "")  # every folder so far, lowest floor first
set(CAIRN_FLOORS ${PROJECT_BINARY_DIR}/floors.txt)  # "folder may include ...", read by check_floors.sh
file(WRITE ${CAIRN_FLOORS} "")

# cairn_row(<target> <visibility> <folder>...): links the targets of those folders that have sources.
function(cairn_row target visibility)
  foreach(folder IN LISTS ARGN)
    if(TARGET cairn_${folder})
      target_link_libraries(${target} ${visibility} cairn_${folder})
    endif()
  endforeach()
endfunction()

# cairn_module(<folder> [ROW <folder>...] [PUBLIC <target>...] [PRIVATE <target>...]): lib/x -> cairn_x, cairn::x.
# A folder with headers alone becomes an interface target; a folder without sources is left out.
function(cairn_module path)
  cmake_path(GET path FILENAME folder)
  set(CAIRN_FOLDERS ${CAIRN_FOLDERS} ${folder} PARENT_SCOPE)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "ROW;PUBLIC;PRIVATE")
  list(JOIN ARG_ROW " " row)
  file(APPEND ${CAIRN_FLOORS} "${path}: ${row}\n")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/*.h)
  # Programs that time other libraries are built by hand. Found by place: the checkout's own path may hold such a word.
  file(GLOB_RECURSE peers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/peers/*.cpp)
  list(REMOVE_ITEM sources ${peers})
  list(FILTER sources EXCLUDE REGEX "/instructions/main\\.cpp$")  # a program of its own, see CMakeLists.txt
  if(sources)
    add_library(cairn_${folder} STATIC ${sources})
    set(visibility PUBLIC)
    cairn_settings(cairn_${folder})
    target_link_libraries(cairn_${folder} PRIVATE ${ARG_PRIVATE})
  elseif(headers)
    add_library(cairn_${folder} INTERFACE)
    set(visibility INTERFACE)
    target_compile_features(cairn_${folder} INTERFACE cxx_std_20)
  else()
    return()
  endif()
  add_library(cairn::${folder} ALIAS cairn_${folder})
  set_target_properties(cairn_${folder} PROPERTIES EXPORT_NAME ${folder} CAIRN_PATH ${path})
  cairn_row(cairn_${folder} ${visibility} ${ARG_ROW})
  target_link_libraries(cairn_${folder} ${visibility} ${ARG_PUBLIC})
  if(folder STREQUAL core)
    cairn_interface(cairn_core ${visibility})
  endif()
  # <cairn/graph/graph.h> means the same file here as once installed.
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/cairn)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${path} ${PROJECT_BINARY_DIR}/include/cairn/${folder} SYMBOLIC)
endfunction()

# What everyone above core inherits from it: where headers are found, and which Real the library was built with.
function(cairn_interface target visibility)
  target_include_directories(${target} ${visibility}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include> $<INSTALL_INTERFACE:include/cairn>)
  target_compile_definitions(${target} ${visibility}
    $<$<STREQUAL:${CAIRN_REAL},double>:CAIRN_REAL_DOUBLE=1> $<$<BOOL:${CAIRN_NO_POOL}>:CAIRN_NO_POOL=1>)
endfunction()

# cairn_umbrella(<folder>...): cairn::cairn, all of them at once.
function(cairn_umbrella)
  add_library(cairn_all INTERFACE)
  add_library(cairn::cairn ALIAS cairn_all)
  set_target_properties(cairn_all PROPERTIES EXPORT_NAME cairn)
  cairn_row(cairn_all INTERFACE ${ARGN})
endfunction()

# cairn_program(<folder> ROW <folder>... PRIVATE <target>...): the one program, build/<preset>/cairn.
function(cairn_program folder)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "ROW;PRIVATE")
  list(JOIN ARG_ROW " " row)
  file(APPEND ${CAIRN_FLOORS} "${folder}: ${row}\n")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_executable(cairn ${sources})
    cairn_settings(cairn)
    set_target_properties(cairn PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    cairn_row(cairn PRIVATE ${ARG_ROW})
    target_link_libraries(cairn PRIVATE ${ARG_PRIVATE})
  endif()
endfunction()
