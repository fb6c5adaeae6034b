# The records of docs/hardware/ as text in the program, so that `skew info --levels` has them wherever it runs.
file(GLOB records CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/hardware/*.json)
set(SKEW_RECORD_TEXTS "")
foreach(record ${records})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${record})
  file(READ ${record} words)
  string(APPEND SKEW_RECORD_TEXTS "R\"record(${words})record\",\n")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/built_in_records.cpp.in
  ${PROJECT_BINARY_DIR}/generated/apps/selftest/built_in_records.cpp @ONLY)
target_sources(skew_apps PRIVATE ${PROJECT_BINARY_DIR}/generated/apps/selftest/built_in_records.cpp)
