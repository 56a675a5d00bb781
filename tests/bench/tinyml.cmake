# SPDX-License-Identifier: Apache-2.0
if(TARGET assay::tinyml_simd)
  add_executable(tinyml_bench EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/tinyml_bench.cpp")
  set_target_properties(tinyml_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(tinyml_bench PRIVATE assay_flags assay_workload_tinyml_conv2d_int8 assay_workload_tinyml_kws
    assay::tinyml_simd)
endif()
