# Where CUDA and cuDNN are, and which files the cuda backend is made of. The CPU build needs none of it.
# SKEW_CUDA_ROOT: a folder with include/ and lib/ (a toolkit, or nvidia/cu13 of the PyPI wheels); found otherwise.
set(SKEW_CUDA_ROOT "" CACHE PATH "Folder of CUDA's include/ and lib/")
set(cuda_places ${SKEW_CUDA_ROOT} ${SKEW_CUDA_ROOT}/../cudnn /usr/local/cuda)
find_path(SKEW_CUDA_INCLUDE cuda_runtime.h HINTS ${cuda_places} PATH_SUFFIXES include)
find_path(SKEW_CUDNN_INCLUDE cudnn_version.h HINTS ${cuda_places} PATH_SUFFIXES include)
find_path(SKEW_CUBLAS_INCLUDE cublas_v2.h HINTS ${cuda_places} PATH_SUFFIXES include)
find_library(SKEW_CUDNN_LIBRARY NAMES cudnn libcudnn.so.9 HINTS ${cuda_places} PATH_SUFFIXES lib lib64)
mark_as_advanced(SKEW_CUDA_INCLUDE SKEW_CUDNN_INCLUDE SKEW_CUBLAS_INCLUDE SKEW_CUDNN_LIBRARY)

# The first thing that is missing of a list of the names above, for people; empty where all is there.
function(skew_missing_of_cuda out)
  set(missing "")
  foreach(what ${ARGN})
    if(NOT ${what} AND missing STREQUAL "")
      string(REGEX REPLACE "^SKEW_([A-Z]+)_([A-Z]+)$" "\\1 \\2" words ${what})
      string(TOLOWER "${words}" missing)
    endif()
  endforeach()
  set(${out} "${missing}" PARENT_SCOPE)
endfunction()

# The backend's own files and those generated from the losses' headers: kernels (.cu) and host code (.cpp).
file(GLOB SKEW_CUDA_KERNELS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/backends/cuda/*.cu)
file(GLOB SKEW_CUDA_HOST CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/backends/cuda/*.cpp)
skew_generate_kinds(SKEW_CUDA_KERNELS backends/cuda/loss.cu.in pointwise softmax logsumexp)

option(SKEW_CUDA_WERROR "Warnings of nvcc, spills too, end the build" ON)

# ---- libskew_cuda.so: loaded by libskew when cuda is asked for (core/device_library.h). Include this file at the root.
if(SKEW_CUDA)
  if(SKEW_CUDA_ROOT)
    set(CMAKE_CUDA_COMPILER ${SKEW_CUDA_ROOT}/bin/nvcc)
  elseif(NOT CMAKE_CUDA_COMPILER AND EXISTS /usr/local/cuda/bin/nvcc)
    set(CMAKE_CUDA_COMPILER /usr/local/cuda/bin/nvcc)
  endif()
  if(NOT CMAKE_CUDA_ARCHITECTURES)  # A100, H100, B200, RTX 50, and PTX for what comes
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 100-real 120)
  endif()
  # g++ alone: only its inline variables are one symbol across libraries that are loaded at run time
  set(CMAKE_CUDA_HOST_COMPILER ${CMAKE_CXX_COMPILER})
  enable_language(CUDA)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")  # CMake 3.25 would quietly take C++17
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  find_library(SKEW_CUBLAS_LIBRARY NAMES cublas libcublas.so.13 HINTS ${cuda_places} PATH_SUFFIXES lib lib64)
  skew_missing_of_cuda(missing SKEW_CUDA_INCLUDE SKEW_CUDNN_INCLUDE SKEW_CUBLAS_INCLUDE SKEW_CUDNN_LIBRARY
    SKEW_CUBLAS_LIBRARY)
  if(missing)
    message(FATAL_ERROR "SKEW_CUDA: this machine has no ${missing}; see backends/cuda/README.md")
  endif()
  add_library(skew_cuda SHARED ${SKEW_CUDA_KERNELS} ${SKEW_CUDA_HOST})
  set_target_properties(skew_cuda PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
    UNITY_BUILD OFF INSTALL_RPATH "$ORIGIN")
  target_include_directories(skew_cuda PRIVATE ${PROJECT_SOURCE_DIR})
  target_include_directories(skew_cuda SYSTEM PRIVATE ${SKEW_CUDA_INCLUDE} ${SKEW_CUDNN_INCLUDE} ${SKEW_CUBLAS_INCLUDE})
  string(REPLACE ";" ", " architectures "${CMAKE_CUDA_ARCHITECTURES}")
  target_compile_definitions(skew_cuda PRIVATE SKEW_CUDA_ARCHITECTURES="${architectures}")
  set(fatal_warnings "")  # a spill costs time, no result: whoever only builds need not stop at one
  if(SKEW_CUDA_WERROR)
    set(fatal_warnings "-Werror;all-warnings")
  endif()
  target_compile_options(skew_cuda PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra>
    "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;--extended-lambda;${fatal_warnings};-Xptxas;-warn-spills,-warn-lmem-usage>")
  target_link_libraries(skew_cuda PRIVATE skew ${SKEW_CUDNN_LIBRARY} ${SKEW_CUBLAS_LIBRARY})
  install(TARGETS skew_cuda)
endif()
