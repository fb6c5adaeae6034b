# The explorer as one WebAssembly module: core, ops, losses, the reference device, the explorer. Compiled with Debian's
# clang-14 for wasm32-wasi (packages clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32); without
# them, and in builds that look for mistakes in the program, there is none. Which files differ from the program's is said
# here, and nowhere by #ifdef: own ones in the place of core/parallel.cpp, core/parse_number.cpp and core/device_library.cpp, none for files,
# headers of a platform with one thread (platform/).
# The book, put into the program and the module.
file(GLOB book CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/docs/lessons docs/lessons/[0-9]*.md)
set(SKEW_BOOK_FILES "")
foreach(file ${book})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS docs/lessons/${file})
  file(READ docs/lessons/${file} words)
  string(APPEND SKEW_BOOK_FILES "    {\"${file}\", R\"book(${words})book\"},\n")
endforeach()
set(book_files ${PROJECT_BINARY_DIR}/generated/apps/explorer/book_files.cpp)
configure_file(apps/explorer/lessons/book_files.cpp.in ${book_files} @ONLY)
target_sources(skew_apps PRIVATE ${book_files})

find_program(SKEW_WASM_CXX clang++-14)
find_program(SKEW_WASM_LD wasm-ld-14)
find_file(SKEW_WASM_LIBCXX wasm32-wasi/libc++.a PATHS /usr/lib)
if(SKEW_WASM_CXX AND SKEW_WASM_LD AND SKEW_WASM_LIBCXX AND CMAKE_BUILD_TYPE STREQUAL "Release")
  file(GLOB module_sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} core/*.cpp ops/*.cpp backends/host/*.cpp
    backends/reference/*.cpp backends/cpu_by_reference/*.cpp losses/kinds/*.cpp losses/kinds/*/*.cpp
    losses/table/*.cpp apps/explorer/*.cpp apps/explorer/lessons/*.cpp apps/explorer/module/*.cpp)
  list(REMOVE_ITEM module_sources core/parallel.cpp core/parse_number.cpp core/device_library.cpp core/file.cpp apps/explorer/write_graph.cpp)
  list(REMOVE_ITEM module_sources apps/explorer/lessons/lesson_text.cpp apps/explorer/lessons/lesson_pages.cpp apps/explorer/lessons/worksheet.cpp)
  list(APPEND module_sources ${book_files} ${SKEW_LOSS_SOURCES} apps/report/svg.cpp apps/report/number_text.cpp apps/formats/utf8.cpp)
  skew_generate_kinds(module_sources losses/kinds/register.cpp.in pointwise softmax logsumexp)
  skew_generate_kinds(module_sources backends/reference/loss.cpp.in pointwise softmax logsumexp)

  # Eight files at a time, as the release build does; kernels one by one, for their names.
  set(module_folder ${PROJECT_BINARY_DIR}/explorer_module)
  set(module_units "")
  set(batch "")
  set(batches 0)
  foreach(source ${module_sources} end)
    if(NOT source STREQUAL "end")  # whole paths: a list of what was included is read from another folder
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    endif()
    if(source MATCHES "/backends/")
      list(APPEND module_units ${source})
      continue()
    endif()
    if(NOT source STREQUAL "end")
      string(APPEND batch "#include \"${source}\"\n")
    endif()
    string(REGEX MATCHALL "#include" lines "${batch}")
    list(LENGTH lines length)
    if(length EQUAL 8 OR (source STREQUAL "end" AND length GREATER 0))
      math(EXPR batches "${batches} + 1")
      file(CONFIGURE OUTPUT ${module_folder}/unit_${batches}.cpp CONTENT "${batch}" @ONLY)
      list(APPEND module_units ${module_folder}/unit_${batches}.cpp)
      set(batch "")
    endif()
  endforeach()

  set(module_objects "")
  foreach(source ${module_units})
    string(REPLACE "${PROJECT_BINARY_DIR}/" "" name ${source})
    string(REPLACE "${PROJECT_SOURCE_DIR}/" "" name ${name})
    string(REPLACE "/" "_" name ${name})
    set(object ${module_folder}/${name}.o)
    add_custom_command(OUTPUT ${object}
      COMMAND ${SKEW_WASM_CXX} --target=wasm32-wasi -mbulk-memory -std=c++20 -Oz -flto -DNDEBUG -fignore-exceptions
        -D_LIBCPP_NO_EXCEPTIONS -ffunction-sections -fdata-sections -I${PROJECT_SOURCE_DIR}/apps/explorer/module/platform
        -I${PROJECT_SOURCE_DIR} -I${PROJECT_BINARY_DIR}/generated -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
      COMMENT "Compiling for WebAssembly: ${name}")
    list(APPEND module_objects ${object})
  endforeach()
  set(SKEW_EXPLORER_MODULE ${module_folder}/module.wasm)
  add_custom_command(OUTPUT ${SKEW_EXPLORER_MODULE}
    COMMAND ${SKEW_WASM_CXX} --target=wasm32-wasi -mexec-model=reactor -flto -Oz -Wl,--gc-sections -Wl,--strip-all
      -Wl,-z,stack-size=4194304 -Wl,--export=__stack_pointer ${module_objects} -o ${SKEW_EXPLORER_MODULE}
    DEPENDS ${module_objects} VERBATIM COMMENT "Linking the explorer's module")
  add_custom_command(OUTPUT ${SKEW_EXPLORER_MODULE}.gz COMMAND gzip -9 -n -c ${SKEW_EXPLORER_MODULE} > ${SKEW_EXPLORER_MODULE}.gz
    DEPENDS ${SKEW_EXPLORER_MODULE} COMMENT "Packing the explorer's module")
  set(SKEW_EXPLORER_PACKED ${SKEW_EXPLORER_MODULE}.gz)
  add_custom_target(skew_explorer_module ALL DEPENDS ${SKEW_EXPLORER_PACKED})
else()
  message(STATUS "no WebAssembly compiler, or no release build: skew autograd page will not hold the engine")
  set(SKEW_EXPLORER_PACKED ${PROJECT_BINARY_DIR}/no_module)
  file(WRITE ${SKEW_EXPLORER_PACKED} "")
endif()

# The page's parts, put into the program. Its script is these files, one after the other: the way to the module and the
# panels' extension point first, panels in the order of their tabs, start last.
set(page ${PROJECT_SOURCE_DIR}/apps/explorer/page)
set(page_scripts engine panels editor graph sliders routes steps state
  inspector table
  start)
set(page_script_files "")
set(page_files ${page}/page.html ${page}/page.css)
foreach(script ${page_scripts})
  string(APPEND page_script_files "FILE(\"${page}/${script}.js\") ")
  list(APPEND page_files ${page}/${script}.js)
endforeach()
set(page_parts ${PROJECT_BINARY_DIR}/generated/apps/explorer/page_parts.cpp)
configure_file(apps/explorer/page/parts.cpp.in ${page_parts} @ONLY)
set_source_files_properties(${page_parts} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
  OBJECT_DEPENDS "${SKEW_EXPLORER_PACKED};${page_files}")
target_sources(skew_apps PRIVATE ${page}/page.cpp ${page_parts})
