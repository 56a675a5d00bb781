# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_QT)
  add_executable(gui_bench gui_bench.cpp)
  set_target_properties(gui_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_include_directories(gui_bench PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(gui_bench PRIVATE assay::gui_app assay_flags)
endif()
