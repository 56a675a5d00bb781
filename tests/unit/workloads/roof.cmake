# SPDX-License-Identifier: Apache-2.0
assay_test(NAME unit_roof SOURCES
           "${CMAKE_CURRENT_LIST_DIR}/roof_mem_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/roof_cores_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/roof_dot_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/roof_fma_test.cpp" LINKS assay_workload_roof_mem assay_workload_roof_fma
               assay_workload_roof_dot assay_workload_roof_latency assay_workload_roof_c2c assay_workload_roof_chain assay_workload_roof_jitter
               assay::support LABELS unit)
