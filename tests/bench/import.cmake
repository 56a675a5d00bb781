# SPDX-License-Identifier: Apache-2.0
add_executable(import_bench import_bench.cpp)
set_target_properties(import_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(import_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(import_bench PRIVATE assay_flags assay::exchange)
