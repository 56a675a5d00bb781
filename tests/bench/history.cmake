# SPDX-License-Identifier: Apache-2.0
add_executable(history_bench history_bench.cpp)
set_target_properties(history_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(history_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(history_bench PRIVATE assay_flags assay::stats)
