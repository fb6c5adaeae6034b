# Installs the built tree into a fresh prefix, builds the consumer against it from scratch, and runs it.
# cmake -DBUILD=… -DSOURCE=… -DSTAGE=… -DGENERATOR=… -DCOMPILER=… -DFLAGS=… -P stage_and_build.cmake
file(REMOVE_RECURSE ${STAGE})
function(step name)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${name}: exit status ${status}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
step(install ${CMAKE_COMMAND} --install ${BUILD} --prefix ${STAGE}/prefix)
step(configure ${CMAKE_COMMAND} -S ${SOURCE} -B ${STAGE}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${STAGE}/prefix
  -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_BUILD_TYPE=Debug)
step(build ${CMAKE_COMMAND} --build ${STAGE}/build)
step(run ${STAGE}/build/consumer)
message(STATUS "${output}")
step(train ${STAGE}/build/train_classifier synth:shapes14:64/32/32 1)
message(STATUS "${output}")
