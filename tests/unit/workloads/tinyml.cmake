# SPDX-License-Identifier: Apache-2.0
set(_tinyml_sources tinyml_quantise_test.cpp tinyml_conv2d_int8_test.cpp tinyml_kws_test.cpp)
set(_tinyml_links assay::tinyml assay_workload_tinyml_conv2d_int8 assay_workload_tinyml_kws)
if(TARGET assay::tinyml_simd)
  list(APPEND _tinyml_sources tinyml_simd_test.cpp)
  list(APPEND _tinyml_links assay::tinyml_simd)
endif()
assay_test(NAME unit_tinyml SOURCES ${_tinyml_sources} LINKS ${_tinyml_links} LABELS unit)
