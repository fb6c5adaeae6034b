# WebAssembly modules of pages, out of the sources that the program is made of. Compiled with Debian's clang-14 for
# wasm32-wasi (packages clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32); without them, and in
# builds that look for mistakes in the program, there is none, and pages say so.
find_program(SKEW_WASM_CXX clang++-14)
find_program(SKEW_WASM_LD wasm-ld-14)
find_file(SKEW_WASM_LIBCXX wasm32-wasi/libc++.a PATHS /usr/lib)
find_path(SKEW_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
mark_as_advanced(SKEW_JSON_INCLUDE)

# skew_module(NAME SOURCE…): build/NAME_module/module.wasm, and packed by gzip as the file that SKEW_MODULE_<NAME> names,
# which is empty where there is no compiler. What stands in apps/module is added; which of core's files it replaces, the
# sources leave out. Eight files at a time, as the release build does; kernels one by one, for their names.
function(skew_module name)
  set(folder ${PROJECT_BINARY_DIR}/${name}_module)
  set(packed ${folder}/module.wasm.gz)
  set(SKEW_MODULE_${name} ${packed} PARENT_SCOPE)
  file(MAKE_DIRECTORY ${folder})
  if(NOT (SKEW_WASM_CXX AND SKEW_WASM_LD AND SKEW_WASM_LIBCXX AND CMAKE_BUILD_TYPE STREQUAL "Release"))
    message(STATUS "no WebAssembly compiler, or no release build: the page of the ${name} will not hold its module")
    file(WRITE ${packed} "")
    return()
  endif()
  file(GLOB everywhere CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/module/*.cpp)
  set(units "")
  set(batch "")
  set(batches 0)
  foreach(source ${ARGN} ${everywhere} end)
    if(NOT source STREQUAL "end")  # whole paths: a list of what was included is read from another folder
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    endif()
    if(source MATCHES "^${PROJECT_SOURCE_DIR}/backends/")
      list(APPEND units ${source})
      continue()
    endif()
    if(NOT source STREQUAL "end")
      string(APPEND batch "#include \"${source}\"\n")
    endif()
    string(REGEX MATCHALL "#include" lines "${batch}")
    list(LENGTH lines length)
    if(length EQUAL 8 OR (source STREQUAL "end" AND length GREATER 0))
      math(EXPR batches "${batches} + 1")
      file(CONFIGURE OUTPUT ${folder}/unit_${batches}.cpp CONTENT "${batch}" @ONLY)
      list(APPEND units ${folder}/unit_${batches}.cpp)
      set(batch "")
    endif()
  endforeach()

  # nlohmann-json alone of this machine's headers
  file(MAKE_DIRECTORY ${folder}/include)
  file(CREATE_LINK ${SKEW_JSON_INCLUDE}/nlohmann ${folder}/include/nlohmann SYMBOLIC)

  set(objects "")
  foreach(source ${units})
    string(REPLACE "${folder}/" "" object ${source})
    string(REPLACE "${PROJECT_BINARY_DIR}/" "" object ${object})
    string(REPLACE "${PROJECT_SOURCE_DIR}/" "" object ${object})
    string(REPLACE "/" "_" object ${object})
    set(object ${folder}/${object}.o)
    add_custom_command(OUTPUT ${object}
      COMMAND ${SKEW_WASM_CXX} --target=wasm32-wasi -mbulk-memory -std=c++20 -Oz -flto -DNDEBUG -fignore-exceptions
        -D_LIBCPP_NO_EXCEPTIONS -DJSON_HAS_FILESYSTEM=0 -DJSON_HAS_EXPERIMENTAL_FILESYSTEM=0
        -isystem ${folder}/include -ffunction-sections -fdata-sections -I${PROJECT_SOURCE_DIR}/apps/module/platform
        -I${PROJECT_SOURCE_DIR} -I${PROJECT_BINARY_DIR}/generated -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
      COMMENT "Compiling for WebAssembly: ${name}, ${source}")
    list(APPEND objects ${object})
  endforeach()
  add_custom_command(OUTPUT ${folder}/module.wasm
    COMMAND ${SKEW_WASM_CXX} --target=wasm32-wasi -mexec-model=reactor -flto -Oz -Wl,--gc-sections -Wl,--strip-all
      -Wl,-z,stack-size=4194304 -Wl,--export=__stack_pointer ${objects} -o ${folder}/module.wasm
    DEPENDS ${objects} VERBATIM COMMENT "Linking the module of the ${name}")
  add_custom_command(OUTPUT ${packed} COMMAND gzip -9 -n -c ${folder}/module.wasm > ${packed}
    DEPENDS ${folder}/module.wasm COMMENT "Packing the module of the ${name}")
  add_custom_target(skew_${name}_module ALL DEPENDS ${packed})
endfunction()
