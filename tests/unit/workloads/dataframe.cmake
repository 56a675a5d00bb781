# SPDX-License-Identifier: Apache-2.0
assay_test(NAME unit_dataframe SOURCES
           "${CMAKE_CURRENT_LIST_DIR}/dataframe_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/dataframe_input_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/dataframe_sort_test.cpp" LINKS assay_workload_dataframe_sort assay_dataframe_sort_problem assay_workload_dataframe_filter_sum
               assay_workload_dataframe_groupby_q1 assay_workload_dataframe_groupby_q4 assay_workload_dataframe_groupby_q5
               assay_dataframe_columns
                   LABELS unit)
