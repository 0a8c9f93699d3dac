# Makes `find_package(cairn)` work: libraries, headers below include/cairn, and the config that finds what they need.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

foreach(folder IN LISTS CAIRN_LIBRARY)
  if(TARGET cairn_${folder})
    get_target_property(path cairn_${folder} CAIRN_PATH)
    install(TARGETS cairn_${folder} EXPORT cairnTargets)
    install(DIRECTORY ${path}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cairn/${folder} FILES_MATCHING PATTERN "*.h")
  endif()
endforeach()
install(TARGETS cairn_all EXPORT cairnTargets)
if(TARGET cairn)
  install(TARGETS cairn)
endif()

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cairn)
install(EXPORT cairnTargets NAMESPACE cairn:: DESTINATION ${config_dir})
configure_package_config_file(cmake/cairnConfig.cmake.in cairnConfig.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(cairnConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cairnConfig.cmake ${PROJECT_BINARY_DIR}/cairnConfigVersion.cmake
  cmake/cairn_openblas.cmake DESTINATION ${config_dir})
