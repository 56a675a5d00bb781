# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_OPENCV AND ASSAY_HAVE_HIGHWAY AND ASSAY_HAVE_OPENBLAS)
  add_executable(plain_times EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/plain_times.cpp")
  set_target_properties(plain_times PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(plain_times PRIVATE assay_flags assay_workload_llm_gemv assay_llm_gemv_problem
    assay_workload_dataframe_filter_sum assay_workload_roof_mem assay_workload_vision_resize
    assay_opencv PkgConfig::openblas)
endif()
