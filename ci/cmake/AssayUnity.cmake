# SPDX-License-Identifier: Apache-2.0
# Files compiled together: headers cost more to read than our code does. Of targets whose own time nobody measures, so of all
# in the presets of the sanitizers (CMAKE_UNITY_BUILD); not in the preset dev, where one file is edited at a time, and not in
# clang, so that all tests run on files apart, too: of two functions of one name in two files the other may be the better match.
# Where files have such names, or do not compile together, their target is kept apart here.
set(ASSAY_APART assay_exchange assay_protocol assay_tinyml assay_tinyml_kernels assay_agent_rows assay-worker-foreign assay_cuda_stand_in
  contract unit_protocol unit_transport unit_exchange unit_store unit_answers unit_judge unit_llm unit_roof unit_tinyml unit_collectors)

function(assay_unity target)
  if(ASSAY_UNITY AND NOT target IN_LIST ASSAY_APART)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON)
  endif()
endfunction()

# At the end of the project.
function(assay_keep_apart)
  foreach(target IN LISTS ASSAY_APART)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
    endif()
  endforeach()
endfunction()
