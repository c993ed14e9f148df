# saddle_torch: LibTorch as a target that carries no flags of its own beyond what linking it needs.
# Torch's package file sets CMAKE_CXX_STANDARD-like global flags on some versions; a function keeps
# them from leaking into the rest of the tree.
function(saddle_find_torch)
  find_package(Torch REQUIRED)
  add_library(saddle_torch INTERFACE)
  target_include_directories(saddle_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(saddle_torch INTERFACE ${TORCH_LIBRARIES})
endfunction()
saddle_find_torch()
