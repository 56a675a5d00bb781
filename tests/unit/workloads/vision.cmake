# SPDX-License-Identifier: Apache-2.0
set(vision_sources vision_cases.cpp vision_resize_test.cpp vision_letterbox_test.cpp vision_conv_test.cpp)
set(vision_libraries assay_workload_vision_resize assay_workload_vision_letterbox_f32 assay_workload_vision_conv_layers
  assay::vision_conv assay::vision)
if(ASSAY_HAVE_HIGHWAY)
  list(APPEND vision_sources vision_targets.cpp)
  list(APPEND vision_libraries $<IF:$<TARGET_EXISTS:hwy::hwy>,hwy::hwy,PkgConfig::hwy>)
else()
  list(APPEND vision_sources vision_targets_absent.cpp)
endif()
if(ASSAY_HAVE_OPENCV)
  list(APPEND vision_sources vision_opencv_test.cpp)
  list(APPEND vision_libraries assay_implementation_vision_resize_opencv
    assay_implementation_vision_letterbox_f32_opencv)
endif()
list(TRANSFORM vision_sources PREPEND "${CMAKE_CURRENT_LIST_DIR}/")
assay_test(NAME unit_vision SOURCES ${vision_sources} LINKS ${vision_libraries} LABELS unit)
