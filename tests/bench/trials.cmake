# SPDX-License-Identifier: Apache-2.0
add_executable(paired_power paired_power.cpp ../support/noise.cpp)
set_target_properties(paired_power PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_include_directories(paired_power PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(paired_power PRIVATE assay_flags assay::trials fmt::fmt)
