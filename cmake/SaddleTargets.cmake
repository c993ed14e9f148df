# saddle_library(NAME [INTERFACE]) makes saddle_NAME and its alias saddle::NAME.
# Headers are included as <saddle/base/...> in the tree and installed alike: the build folder holds
# links from include/saddle/ to the source folders, and version.h.

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/saddle)
foreach(folder base optim envs agents apps)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/include/saddle/${folder} SYMBOLIC)
endforeach()

configure_file(${CMAKE_CURRENT_LIST_DIR}/version.h.in ${PROJECT_BINARY_DIR}/include/saddle/version.h @ONLY)

# Warnings, sanitizers and floating-point rules for our own code; never exported.
add_library(saddle_options INTERFACE)
target_compile_options(saddle_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion
  -Wno-sign-conversion "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual>" -ffp-contract=off)
# GCC collects its garbage rarely: memory for a tenth of the time.
target_compile_options(saddle_options INTERFACE
  "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-expand=400 --param ggc-min-heapsize=1000000>")
if(SADDLE_SANITIZE)
  target_compile_options(saddle_options INTERFACE -fsanitize=${SADDLE_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(saddle_options INTERFACE -fsanitize=${SADDLE_SANITIZE})
endif()

function(saddle_library name)
  cmake_parse_arguments(ARG "INTERFACE" "" "" ${ARGN})
  if(ARG_INTERFACE)
    add_library(saddle_${name} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(saddle_${name} STATIC)
    set(scope PUBLIC)
    target_link_libraries(saddle_${name} PRIVATE $<BUILD_INTERFACE:saddle_options>)
  endif()
  add_library(saddle::${name} ALIAS saddle_${name})
  set_target_properties(saddle_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(saddle_${name} ${scope} cxx_std_20)
  target_include_directories(saddle_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# saddle_precompile(TARGET header...): parses the headers once for all sources of a target. Sources still include what
# they use: clang-tidy reads them without.
function(saddle_precompile target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
  endif()
endfunction()
