# saddle_torch: LibTorch as one target. Installed targets that use it name it saddle::torch, which the
# package file makes again where Saddle is used.
find_package(Torch REQUIRED)
add_library(saddle_torch INTERFACE IMPORTED GLOBAL)
add_library(saddle::torch ALIAS saddle_torch)
target_include_directories(saddle_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(saddle_torch INTERFACE ${TORCH_LIBRARIES})
