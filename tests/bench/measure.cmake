# SPDX-License-Identifier: Apache-2.0
add_executable(recorder_bench recorder_bench.cpp)
set_target_properties(recorder_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_link_libraries(recorder_bench PRIVATE assay::measure assay_flags)
