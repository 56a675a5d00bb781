# SPDX-License-Identifier: Apache-2.0
set(_here "${CMAKE_CURRENT_LIST_DIR}")
set(_llm_sources "${_here}/llm_format_test.cpp" "${_here}/llm_gemv_test.cpp" "${_here}/llm_decode_test.cpp"
  "${_here}/llm_gpu_neighbours_test.cpp")
set(_llm_links assay_workload_llm_gemm assay_llm_gemm_problem assay_workload_llm_attn_decode assay_llm_attn_decode_problem
  assay_workload_llm_decode assay_workload_llm_gemv assay_llm_gemv_problem assay_llm_support)
if(ASSAY_HAVE_HIGHWAY)
  list(APPEND _llm_sources "${_here}/llm_kernels_test.cpp")
  list(APPEND _llm_links assay_llm_kernels)
endif()
if(ASSAY_HAVE_OPENBLAS)
  list(APPEND _llm_sources "${_here}/llm_openblas_test.cpp")
  list(APPEND _llm_links assay_implementation_llm_gemv_openblas)
endif()
assay_test(NAME unit_llm SOURCES ${_llm_sources} LINKS ${_llm_links} LABELS unit)
