# SPDX-License-Identifier: Apache-2.0
# The presets of the sanitizers compile files together (CMAKE_UNITY_BUILD): headers cost more to read than our code does. What
# people run is compiled file by file, so nothing that is measured depends on it, and a missing #include is found there. Here:
# targets of which a file has names of its own that another has, too.
if(CMAKE_UNITY_BUILD)
  foreach(target IN ITEMS assay_exchange assay_protocol assay_tinyml assay_tinyml_kernels assay_agent_rows assay-worker-foreign assay_cuda_stand_in
      unit_protocol unit_transport unit_exchange unit_store unit_answers unit_llm unit_roof unit_tinyml unit_collectors)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
    endif()
  endforeach()
endif()
