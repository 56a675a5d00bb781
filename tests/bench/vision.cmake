# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_OPENCV AND ASSAY_HAVE_HIGHWAY)
  add_executable(vision_bench EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/vision_bench.cpp")
  set_target_properties(vision_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(vision_bench PRIVATE assay_flags assay_workload_vision_resize
    assay_workload_vision_letterbox_f32 assay_implementation_vision_resize_opencv
    assay_implementation_vision_letterbox_f32_opencv)
endif()
