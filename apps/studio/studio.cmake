# The studio page's parts. The module is compiled with Debian's clang-14 for wasm32-wasi (packages clang-14 lld-14 wasi-libc
# libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32); without them the page holds figures drawn beforehand, and says so.
set(SKEW_STUDIO_INCLUDES "")
set(SKEW_STUDIO_ROWS "")
set(SKEW_STUDIO_NAMES "")
foreach(loss ${SKEW_POINTWISE_LOSSES})
  skew_loss_type(type ${loss})
  string(APPEND SKEW_STUDIO_INCLUDES "#include \"losses/${loss}.h\"\n")
  string(APPEND SKEW_STUDIO_ROWS "evaluate_one<${type}>, ")
  string(APPEND SKEW_STUDIO_NAMES "\"${loss}\", ")
endforeach()
set(studio ${PROJECT_BINARY_DIR}/generated/apps/studio)
configure_file(apps/studio/losses.h.in ${studio}/losses.h @ONLY)

find_program(SKEW_WASM_CXX clang++-14)
find_program(SKEW_WASM_LD wasm-ld-14)
find_file(SKEW_WASM_LIBCXX wasm32-wasi/libc++.a PATHS /usr/lib)
set(SKEW_STUDIO_MODULE ${studio}/module.wasm)
if(SKEW_WASM_CXX AND SKEW_WASM_LD AND SKEW_WASM_LIBCXX)
  set(sources apps/studio/module.cpp apps/report/function_chart.cpp apps/report/axes.cpp apps/formats/csv_text.cpp
    apps/report/svg.cpp apps/report/number_text.cpp apps/formats/utf8.cpp losses/class_weights.cpp)
  file(GLOB headers CONFIGURE_DEPENDS core/*.h losses/*.h losses/kinds/*.h losses/kinds/pointwise/*.h apps/report/*.h apps/loss_lab/*.h)
  # An error ends the call with a trap: what would have been thrown, and its words, are never made.
  add_custom_command(OUTPUT ${SKEW_STUDIO_MODULE}
    COMMAND ${SKEW_WASM_CXX} --target=wasm32-wasi -mexec-model=reactor -mbulk-memory -std=c++20 -Oz -flto -DNDEBUG
      -fno-exceptions "-Dthrow=__builtin_trap()," -fno-rtti -fno-c++-static-destructors -ffunction-sections -fdata-sections
      -Wl,--gc-sections -Wl,--strip-all -I. -I${PROJECT_BINARY_DIR}/generated ${sources} -o ${SKEW_STUDIO_MODULE}
    DEPENDS ${sources} ${headers} ${studio}/losses.h WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
else()
  message(STATUS "no WebAssembly compiler: the studio page will hold figures drawn beforehand")
  file(WRITE ${SKEW_STUDIO_MODULE} "")
endif()
configure_file(apps/studio/parts.cpp.in ${studio}/parts.cpp @ONLY)
set_source_files_properties(${studio}/parts.cpp PROPERTIES OBJECT_DEPENDS
  "${SKEW_STUDIO_MODULE};${PROJECT_SOURCE_DIR}/apps/studio/page.html;${PROJECT_SOURCE_DIR}/apps/studio/page.css;${PROJECT_SOURCE_DIR}/apps/studio/page.js")
target_sources(skew_apps PRIVATE ${PROJECT_SOURCE_DIR}/apps/studio/page.cpp ${studio}/parts.cpp)
