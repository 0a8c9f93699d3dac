# OpenBLAS installs paths but no target; cairn::openblas is that target, for this build and for those who link the
# installed library.
if(NOT TARGET cairn::openblas)
  add_library(cairn::openblas INTERFACE IMPORTED GLOBAL)
  target_link_libraries(cairn::openblas INTERFACE ${OpenBLAS_LIBRARIES})
  target_include_directories(cairn::openblas INTERFACE ${OpenBLAS_INCLUDE_DIRS})
endif()
