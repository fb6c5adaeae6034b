# What `--device cuda` says where there is no GPU: the program and its libraries are staged, one thing is broken at a
# time, and each command ends with status 2 and the sentence for it; `skew selftest` with 77 and a record.
# cmake -DBUILD=… -DSOURCE=… -DSTAGE=… -DCOMPILER=… -DCUDNN=libcudnn.so [-DCLANG=…] [-DOLDER_CUDNN=folder] -P sentences.cmake
if(EXISTS /proc/driver/nvidia)
  message(STATUS "SKIPPED: this machine has a GPU's driver")
  return()
endif()
file(REMOVE_RECURSE ${STAGE})

function(stage)  # anew, whole
  file(REMOVE_RECURSE ${STAGE}/here)
  foreach(name skew libskew.so.0 libskew_data.so.0 libskew_cuda.so.0)
    file(COPY ${BUILD}/${name} DESTINATION ${STAGE}/here FOLLOW_SYMLINK_CHAIN)
  endforeach()
endfunction()

# Runs a command line of skew on the staged files; `path` is searched for libraries first.
function(expect_status wanted words path)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${path}:${STAGE}/here ${STAGE}/here/skew ${ARGN}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  string(REGEX REPLACE "[ \n]+" " " flat "${error}")
  string(FIND "${flat}" "${words}" found)
  if(NOT status EQUAL wanted OR found LESS 0)
    message(FATAL_ERROR "skew ${ARGN}: expected status ${wanted} and '${words}', got ${status} and\n${output}${error}")
  endif()
  string(STRIP "${error}" error)
  message(STATUS "${error}")
endfunction()
function(expect words path)
  expect_status(2 "${words}" "${path}" ${ARGN})
endfunction()

function(compile output source)
  file(WRITE ${STAGE}/${output}.cpp "${source}")
  get_filename_component(folder ${STAGE}/${output} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${ARGN} -std=c++20 -shared -fPIC -o ${STAGE}/${output} ${STAGE}/${output}.cpp
    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# ---- no driver: every command
stage()
foreach(command "train;--data;synth:shapes14:64/32/32" "bench" "bench;--loss;ral"
    "loss;race;--data;synth:shapes14:64/32/32;--loss;bce,focal;--out;${STAGE}/race" "eval;run" "predict;run;image.png"
    "compare;run;other" "train;--data;synth:shapes14:64/32/32;--tf32" "bench;--tf32")
  expect("no NVIDIA driver on this machine" "" ${command} --device cuda)
endforeach()
expect("--tf32 is for cuda" "" bench --device cpu --tf32)
expect("--tf32 is for cuda" "" train --data synth:shapes14:64/32/32 --device cpu --tf32)
expect("--tf32 is for cuda" "" selftest --device cpu --tf32)

# automatic: the cpu, said once
execute_process(COMMAND ${STAGE}/here/skew bench --steps 1 --warmup 1 --img-size 16 -b 1 RESULT_VARIABLE status
  OUTPUT_QUIET ERROR_VARIABLE error)
string(REGEX MATCHALL "no NVIDIA driver" said "${error}")
list(LENGTH said times)
if(NOT status EQUAL 0 OR NOT times EQUAL 1)
  message(FATAL_ERROR "skew bench on --device auto: expected status 0 and the driver named once, got ${status} and\n${error}")
endif()

# ---- the self-test: 77, and a record of what was found
function(expect_record words path)
  file(REMOVE_RECURSE ${STAGE}/records)
  expect_status(77 "${words}" "${path}" selftest --device cuda --out ${STAGE}/records)
  file(GLOB record ${STAGE}/records/selftest-no-gpu-*.json)
  file(READ "${record}" record)
  string(JSON level GET "${record}" level)
  string(JSON why GET "${record}" why)
  string(FIND "${why}" "${words}" found)
  if(NOT level STREQUAL none OR found LESS 0)
    message(FATAL_ERROR "the record: expected level none and '${words}', got\n${record}")
  endif()
  string(JSON compiled ERROR_VARIABLE none GET "${record}" compiled)
  set(compiled "${compiled}" PARENT_SCOPE)
endfunction()
expect_record("no NVIDIA driver on this machine" "")
file(GLOB record ${STAGE}/records/*.json)
file(READ "${record}" record)
string(JSON architectures GET "${record}" device architectures)  # the device's slots are reached from the program
if(NOT compiled MATCHES "\"conv2d\"")
  message(FATAL_ERROR "the record lists no compiled ops: ${compiled}")
endif()

# ---- the library itself
file(REMOVE ${STAGE}/here/libskew_cuda.so.0)
expect("libskew_cuda.so.0 is missing" "" bench --device cuda)
expect_record("libskew_cuda.so.0 is missing" "")

file(WRITE ${STAGE}/here/libskew_cuda.so.0 "")
expect("libskew_cuda.so.0 cannot be loaded" "" bench --device cuda)
expect_record("libskew_cuda.so.0 cannot be loaded" "")

# torn by a copy that ended early, and another library: loading either would end the program
stage()
execute_process(COMMAND head -c 1000000 ${BUILD}/libskew_cuda.so.0 OUTPUT_FILE ${STAGE}/torn.so)
file(REMOVE ${STAGE}/here/libskew_cuda.so.0)
file(RENAME ${STAGE}/torn.so ${STAGE}/here/libskew_cuda.so.0)
expect("libskew_cuda.so.0 is incomplete, 1000000 of " "" bench --device cuda)
expect_record("libskew_cuda.so.0 is incomplete" "")
file(COPY_FILE ${BUILD}/libskew.so.0 ${STAGE}/here/libskew_cuda.so.0)
expect("libskew_cuda.so.0 is another library" "" bench --device cuda)

# one that is not of this program: its slots are not ours
compile(here/libskew_cuda.so.0 "extern \"C\" const char* skew_cuda_start() { return nullptr; }\n" ${COMPILER})
expect("was built by another compiler" "" bench --device cuda)

# ---- cuDNN
stage()
file(WRITE ${STAGE}/broken/libcudnn.so.9 "")
expect("libcudnn.so.9: file too short); install what it names again" ${STAGE}/broken bench --device cuda)
file(REMOVE ${STAGE}/broken/libcudnn.so.9)

file(REAL_PATH ${CUDNN} cudnn)
get_filename_component(cudnn_folder ${cudnn} DIRECTORY)
file(GLOB cudnn_files ${cudnn_folder}/libcudnn*.so.9)
function(link_cudnn folder without)
  file(MAKE_DIRECTORY ${STAGE}/${folder})
  foreach(file ${cudnn_files})
    get_filename_component(name ${file} NAME)
    if(NOT name MATCHES "${without}")
      file(REAL_PATH ${file} file)
      file(CREATE_LINK ${file} ${STAGE}/${folder}/${name} COPY_ON_ERROR)
    endif()
  endforeach()
endfunction()
link_cudnn(torn "^libcudnn_cnn")
expect("torn/libcudnn_cnn.so.9 is missing, a part of cuDNN" ${STAGE}/torn bench --device cuda)
expect_record("torn/libcudnn_cnn.so.9 is missing, a part of cuDNN" ${STAGE}/torn)
link_cudnn(parts_alone "^libcudnn[.]so")
expect("two cuDNNs:" ${STAGE}/parts_alone bench --device cuda)

# an older one, in all its parts: a stand-in with the names that are asked for
execute_process(COMMAND nm -D --undefined-only ${STAGE}/here/libskew_cuda.so.0 OUTPUT_VARIABLE symbols
  COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "cudnn[A-Za-z_]+" symbols "${symbols}")
set(source "extern \"C\" unsigned long cudnnGetVersion() { return 90100; }\n")
foreach(symbol ${symbols})
  if(NOT symbol STREQUAL cudnnGetVersion)
    string(APPEND source "extern \"C\" int ${symbol}() { return 1; }\n")
  endif()
endforeach()
file(WRITE ${STAGE}/older/version "libcudnn.so.9 { global: *; };\n")  # the names' version, as NVIDIA's
compile(older/libcudnn.so.9 "${source}" ${COMPILER} -Wl,-soname,libcudnn.so.9 -Wl,--version-script,${STAGE}/older/version)
foreach(file ${cudnn_files})
  get_filename_component(name ${file} NAME)
  if(NOT name STREQUAL libcudnn.so.9)
    compile(older/${name} "" ${COMPILER} -Wl,-soname,${name})
  endif()
endforeach()
expect("is cuDNN 9.1.0, this skew was built for 9." ${STAGE}/older bench --device cuda)
if(OLDER_CUDNN)
  expect("this skew was built for 9." ${OLDER_CUDNN} bench --device cuda)
else()
  message(STATUS "left out: a real older cuDNN; name its folder by -DSKEW_OLDER_CUDNN")
endif()

# ---- a driver that only knows an older CUDA
compile(old_driver/libcuda.so.1 "extern \"C\" int cuDriverGetVersion(int* version) { *version = 11080; return 0; }
extern \"C\" int cuInit(unsigned) { return 0; }\n" ${COMPILER} -Wl,-soname,libcuda.so.1)
expect("the NVIDIA driver knows CUDA 11.8, this program was built for 13." ${STAGE}/old_driver bench --device cuda)
expect_record("the NVIDIA driver knows CUDA 11.8" ${STAGE}/old_driver)

# ---- a plugin by clang++: its slots are ours only where libskew's symbols are everybody's. A program that loads libskew
# for itself alone, as an extension of Python does, finds that out; one by g++ is at home there, too.
set(plugin "#include \"core/memory.h\"
namespace { void* none(size_t) { return nullptr; }
const bool filled = skew::allocate_memory.set(skew::Device::cuda, none); }
extern \"C\" const char* skew_cuda_start() { return filled ? nullptr : \"\"; }\n")
file(WRITE ${STAGE}/host.cpp "#include <dlfcn.h>
#include <cstdio>
#include <string>
int main(int, char** words) {
  void* const library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  using Why = const std::string& (*)(unsigned char);
  const auto why = library ? reinterpret_cast<Why>(dlsym(library, \"_ZN4skew12why_unusableB5cxx11ENS_6DeviceE\")) : nullptr;
  std::puts(why ? why(2).c_str() : dlerror());
}\n")
execute_process(COMMAND ${COMPILER} -std=c++20 -o ${STAGE}/host ${STAGE}/host.cpp -ldl COMMAND_ERROR_IS_FATAL ANY)
function(expect_of_host words compiler)
  file(REMOVE ${STAGE}/here/libskew_cuda.so.0)
  compile(here/libskew_cuda.so.0 "${plugin}" ${compiler} -I${SOURCE} -L${STAGE}/here -l:libskew.so.0)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${STAGE}/here ${STAGE}/host ${STAGE}/here/libskew.so.0
    OUTPUT_VARIABLE said RESULT_VARIABLE status)
  string(STRIP "${said}" said)
  if(NOT status EQUAL 0 OR NOT "${said}" MATCHES "${words}")
    message(FATAL_ERROR "a plugin by ${compiler}: expected '${words}', got ${status} and '${said}'")
  endif()
  message(STATUS "${compiler}: '${said}'")
endfunction()
expect_of_host("^$" ${COMPILER})
if(CLANG)
  expect_of_host("was built by another compiler than this program" ${CLANG})
else()
  message(STATUS "left out: a plugin by clang++, which this machine does not have")
endif()
file(REMOVE_RECURSE ${STAGE})
