# What `--device cuda` says where there is no GPU: the program and its libraries are staged, one thing is broken at a
# time, and each command ends with status 2 and the sentence for it.
# cmake -DBUILD=… -DSTAGE=… -DCOMPILER=… -P sentences.cmake
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
function(expect words path)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${path}:${STAGE}/here ${STAGE}/here/skew ${ARGN}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  string(FIND "${error}" "${words}" found)
  if(NOT status EQUAL 2 OR found LESS 0)
    message(FATAL_ERROR "skew ${ARGN}: expected status 2 and '${words}', got ${status} and\n${output}${error}")
  endif()
  string(STRIP "${error}" error)
  message(STATUS "${error}")
endfunction()

stage()
foreach(command "train;--data;synth:shapes14:64/32/32" "bench" "loss;race;--data;synth:shapes14:64/32/32;--loss;bce,focal;--out;${STAGE}/race" "eval;run" "predict;run;image.png")
  expect("no NVIDIA driver on this machine" "" ${command} --device cuda)
endforeach()

stage()
file(REMOVE ${STAGE}/here/libskew_cuda.so.0)
expect("libskew_cuda.so.0 is missing" "" bench --device cuda)

file(WRITE ${STAGE}/here/libskew_cuda.so.0 "")
expect("libskew_cuda.so.0 cannot be loaded" "" bench --device cuda)

stage()
file(WRITE ${STAGE}/broken/libcudnn.so.9 "")
expect("libcudnn.so.9: file too short); install what it names again" ${STAGE}/broken bench --device cuda)

# a library whose slots are not ours: what a plugin of another compiler may be
file(WRITE ${STAGE}/other.cpp "extern \"C\" const char* skew_cuda_start() { return nullptr; }\n")
file(REMOVE ${STAGE}/here/libskew_cuda.so.0)
execute_process(COMMAND ${COMPILER} -shared -fPIC -o ${STAGE}/here/libskew_cuda.so.0 ${STAGE}/other.cpp COMMAND_ERROR_IS_FATAL ANY)
expect("was built by another compiler" "" bench --device cuda)

# a driver that only knows an older CUDA
stage()
file(WRITE ${STAGE}/driver.cpp "extern \"C\" int cuDriverGetVersion(int* version) { *version = 11080; return 0; }\nextern \"C\" int cuInit(unsigned) { return 0; }\n")
execute_process(COMMAND ${COMPILER} -shared -fPIC -Wl,-soname,libcuda.so.1 -o ${STAGE}/broken/libcuda.so.1 ${STAGE}/driver.cpp
  COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE ${STAGE}/broken/libcudnn.so.9)
expect("the NVIDIA driver" ${STAGE}/broken bench --device cuda)
