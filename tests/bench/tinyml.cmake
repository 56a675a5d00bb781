# SPDX-License-Identifier: Apache-2.0
if(TARGET assay::tinyml_simd)
  set(_tinyml_roof tinyml_roof_absent.cpp)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(_tinyml_roof tinyml_roof_avx512vnni.cpp)
    set_source_files_properties(${_tinyml_roof} PROPERTIES COMPILE_OPTIONS
      "-mavx512f;-mavx512vnni;-Wno-uninitialized;$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>")
  endif()
  add_executable(tinyml_bench EXCLUDE_FROM_ALL tinyml_bench.cpp ${_tinyml_roof})
  set_target_properties(tinyml_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(tinyml_bench PRIVATE assay_flags assay_workload_tinyml_conv2d_int8 assay_workload_tinyml_kws
    assay::tinyml_simd)
endif()
