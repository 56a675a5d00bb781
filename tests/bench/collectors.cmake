# SPDX-License-Identifier: Apache-2.0
add_executable(collectors_bench EXCLUDE_FROM_ALL collectors_bench.cpp)
target_include_directories(collectors_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(collectors_bench PRIVATE assay::core assay_flags)
assay_component_table(collectors_bench bench_collectors KINDS collector)
