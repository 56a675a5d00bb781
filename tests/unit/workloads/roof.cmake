# SPDX-License-Identifier: Apache-2.0
assay_test(NAME unit_roof SOURCES
           "${CMAKE_CURRENT_LIST_DIR}/roof_mem_test.cpp"
           "${CMAKE_CURRENT_LIST_DIR}/roof_fma_test.cpp" LINKS assay_workload_roof_mem assay_workload_roof_fma
               assay::support LABELS unit)
