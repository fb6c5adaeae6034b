# The explorer's page: the book and the module out of core, ops, losses, the reference device and the explorer. Which files
# differ from the program's is said here, and nowhere by #ifdef: those of apps/module in the place of core's, none for files.
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

file(GLOB module_sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} core/*.cpp ops/*.cpp backends/host/*.cpp
  backends/reference/*.cpp backends/cpu_by_reference/*.cpp losses/kinds/*.cpp losses/kinds/*/*.cpp
  losses/table/*.cpp models/modules/*.cpp apps/explorer/*.cpp apps/explorer/lessons/*.cpp apps/explorer/module/*.cpp)
list(REMOVE_ITEM module_sources core/parallel.cpp core/parse_number.cpp core/device_library.cpp core/file.cpp
  apps/explorer/write_graph.cpp apps/explorer/lessons/lesson_text.cpp apps/explorer/lessons/lesson_pages.cpp
  apps/explorer/lessons/worksheet.cpp)
list(APPEND module_sources ${book_files} ${SKEW_LOSS_SOURCES} apps/report/svg.cpp apps/report/number_text.cpp apps/report/wrapped.cpp apps/formats/utf8.cpp apps/formats/words.cpp
  models/optim/optimizer.cpp models/optim/saved_state.cpp models/optim/adam.cpp
  apps/metrics/ranking.cpp apps/metrics/labelled_scores.cpp)
skew_generate_kinds(module_sources losses/kinds/register.cpp.in pointwise softmax logsumexp)
skew_generate_kinds(module_sources backends/reference/loss.cpp.in pointwise softmax logsumexp)
skew_module(explorer ${module_sources})
set(SKEW_EXPLORER_PACKED ${SKEW_MODULE_explorer})

# The page's parts, put into the program. Its script is these files, one after the other: the way to the module and the
# panels' extension point first, panels in the order of their tabs, start last.
set(page ${PROJECT_SOURCE_DIR}/apps/explorer/page)
set(page_scripts engine panels editor graph moment sliders routes steps state export grid
  lessons inspector lights modes memory guess rules functions exercises table net_pictures net
  start)
set(page_script_files "")
set(page_files ${page}/page.html ${page}/page.css ${page}/lessons.css ${page}/net.css)
foreach(script ${page_scripts})
  string(APPEND page_script_files "CONTENT(\"${page}/${script}.js\") ")
  list(APPEND page_files ${page}/${script}.js)
endforeach()
set(page_parts ${PROJECT_BINARY_DIR}/generated/apps/explorer/page_parts.cpp)
configure_file(apps/explorer/page/parts.cpp.in ${page_parts} @ONLY)
set_source_files_properties(${book_files} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
set_source_files_properties(${page_parts} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
  OBJECT_DEPENDS "${SKEW_EXPLORER_PACKED};${page_files}")
target_sources(skew_apps PRIVATE ${page}/page.cpp ${page_parts})
