# SPDX-License-Identifier: Apache-2.0
# assay_layer(store SOURCES a.cpp b.cpp LINKS core stats PRIVATE SQLite::SQLite3)
# makes the static library assay_store (alias assay::store). LINKS names the layers that it may include;
# ci/check_layers holds the includes to the table of ci/decisions/0000-design.md (the linker cannot: every program links most). COLD: nobody measures the time
# that it takes itself; -O1 costs a third less to compile than -O3, of which ci/quickstart waits.
function(assay_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 L "COLD" "" "SOURCES;LINKS;PUBLIC;PRIVATE")
  add_library(assay_${name} STATIC ${L_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  set_target_properties(assay_${name} PROPERTIES EXPORT_NAME ${name} CXX_VISIBILITY_PRESET hidden)
  target_include_directories(assay_${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>"
                                                  "$<INSTALL_INTERFACE:include/assay>")
  target_compile_features(assay_${name} PUBLIC cxx_std_20)
  if(L_COLD)
    target_compile_options(assay_${name} PRIVATE "$<$<CONFIG:Release>:-O1>")
    assay_unity(assay_${name})
  else()  # part of workers: what one of their cases executes is told apart by sections (ci/decisions/0026-same-machine-code.md)
    target_compile_options(assay_${name} PRIVATE -ffunction-sections)
  endif()
  list(TRANSFORM L_LINKS PREPEND assay_)
  target_link_libraries(assay_${name} PUBLIC ${L_LINKS} ${L_PUBLIC} PRIVATE $<BUILD_INTERFACE:assay_flags> ${L_PRIVATE})
endfunction()
