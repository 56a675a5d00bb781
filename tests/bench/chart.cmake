# SPDX-License-Identifier: Apache-2.0
add_executable(chart_gallery chart_gallery.cpp "${PROJECT_SOURCE_DIR}/tests/support/chart_gallery.cpp")
set_target_properties(chart_gallery PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(chart_gallery PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(chart_gallery PRIVATE assay::chart assay_flags)
