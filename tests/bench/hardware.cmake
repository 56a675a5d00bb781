# SPDX-License-Identifier: Apache-2.0
add_executable(hardware_bench hardware_bench.cpp)
set_target_properties(hardware_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(hardware_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(hardware_bench PRIVATE assay_flags assay::answers assay::document assay::render)
