# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_HIGHWAY)
  add_executable(dataframe_bench EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/dataframe_bench.cpp")
  set_target_properties(dataframe_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(dataframe_bench PRIVATE assay_flags assay_workload_roof_mem assay_workload_roof_fma
    assay_workload_dataframe_filter_sum assay_workload_dataframe_groupby_q1 assay_workload_dataframe_groupby_q5)
endif()
