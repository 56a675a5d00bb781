# SPDX-License-Identifier: Apache-2.0
add_executable(noop_worker noop_worker.cpp)
set_target_properties(noop_worker PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
target_link_libraries(noop_worker PRIVATE assay::protocol assay_flags)
