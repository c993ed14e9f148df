# cmake --install: headers, libraries, the package files, the command.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/saddle)
install(TARGETS saddle_base saddle_optim saddle_envs saddle_agents EXPORT saddle-targets)
install(EXPORT saddle-targets NAMESPACE saddle:: DESTINATION ${package_folder})
foreach(folder base optim envs agents)
  install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/saddle/${folder}
    FILES_MATCHING PATTERN "*.h" PATTERN "optim/torch" EXCLUDE)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/include/saddle/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/saddle)

if(SADDLE_BUILD_APPS)
  install(TARGETS saddle)
endif()

# Apart, so that the rest can be used where there is no LibTorch.
if(SADDLE_WITH_TORCH)
  install(TARGETS saddle_optim_torch EXPORT saddle-torch-targets)
  install(EXPORT saddle-torch-targets NAMESPACE saddle:: DESTINATION ${package_folder})
  install(DIRECTORY optim/torch/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/saddle/optim/torch
    FILES_MATCHING PATTERN "*.h")
  install(TARGETS saddle_autograd DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()

configure_package_config_file(cmake/saddle-config.cmake.in saddle-config.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(saddle-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/saddle-config.cmake
              ${PROJECT_BINARY_DIR}/saddle-config-version.cmake DESTINATION ${package_folder})
