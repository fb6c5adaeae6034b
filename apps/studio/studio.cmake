# The studio page's parts; without its module the page holds figures drawn beforehand, and says so.
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

skew_module(studio apps/studio/module.cpp apps/report/function_chart.cpp apps/report/axes.cpp apps/formats/csv_text.cpp
  apps/report/svg.cpp apps/report/number_text.cpp apps/formats/utf8.cpp losses/class_weights.cpp)
set(SKEW_STUDIO_MODULE ${SKEW_MODULE_studio})

# The page's script is these files, one after the other: the way to the module first, start last.
set(studio_page ${PROJECT_SOURCE_DIR}/apps/studio/page)
set(studio_script_files "")
set(studio_files ${studio_page}/page.html ${studio_page}/page.css)
foreach(script engine state formula chart sides figures network toy scores start)
  string(APPEND studio_script_files "CONTENT(\"${studio_page}/${script}.js\") ")
  list(APPEND studio_files ${studio_page}/${script}.js)
endforeach()
configure_file(apps/studio/parts.cpp.in ${studio}/parts.cpp @ONLY)
set_source_files_properties(${studio}/parts.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON OBJECT_DEPENDS "${SKEW_STUDIO_MODULE};${studio_files}")
target_sources(skew_apps PRIVATE ${PROJECT_SOURCE_DIR}/apps/studio/page.cpp ${studio}/parts.cpp)
