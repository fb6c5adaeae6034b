# `cmake --install build` puts the libraries, headers and package files where find_package(skew) finds them:
# skew::skew (tensors to models) and skew::data (image files, data sets, the loader).
include(CMakePackageConfigHelpers)
install(TARGETS skew skew_data EXPORT skewTargets)
install(DIRECTORY core ops losses models DESTINATION include/skew FILES_MATCHING PATTERN "*.h")
install(DIRECTORY apps/formats apps/data DESTINATION include/skew/apps FILES_MATCHING PATTERN "*.h")
install(EXPORT skewTargets NAMESPACE skew:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/skew)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/skewConfig.cmake.in ${PROJECT_BINARY_DIR}/skewConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/skew)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/skewConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/skewConfig.cmake ${PROJECT_BINARY_DIR}/skewConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/skew)
