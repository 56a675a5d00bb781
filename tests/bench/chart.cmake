# SPDX-License-Identifier: Apache-2.0
add_executable(chart_gallery chart_gallery.cpp "${PROJECT_SOURCE_DIR}/tests/support/chart_gallery.cpp")
add_executable(chart_bench chart_bench.cpp)
foreach(program IN ITEMS chart_gallery chart_bench)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_include_directories(${program} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${program} PRIVATE assay::chart assay_flags)
endforeach()
