# SPDX-License-Identifier: Apache-2.0
add_executable(bench_store store_bench.cpp)
set_target_properties(bench_store PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(bench_store PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(bench_store PRIVATE assay_flags assay::answers)
