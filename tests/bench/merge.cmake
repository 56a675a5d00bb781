# SPDX-License-Identifier: Apache-2.0
add_executable(merge_bench merge_bench.cpp)
set_target_properties(merge_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(merge_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(merge_bench PRIVATE assay_flags assay::store)
