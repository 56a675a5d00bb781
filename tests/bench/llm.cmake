# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_HIGHWAY AND ASSAY_HAVE_OPENBLAS)
  add_executable(llm_bench EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/llm_bench.cpp")
  set_target_properties(llm_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(llm_bench PRIVATE assay_flags assay_workload_roof_mem assay_workload_llm_decode assay_workload_llm_gemv assay_implementation_llm_gemv_openblas
    assay_llm_kernels fmt::fmt)
endif()
