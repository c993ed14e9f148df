# saddle::torch: LibTorch as one target, of the same name here and in the package file, since installed targets
# refer to it.
find_package(Torch REQUIRED)
add_library(saddle::torch INTERFACE IMPORTED GLOBAL)
target_include_directories(saddle::torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(saddle::torch INTERFACE ${TORCH_LIBRARIES})
