# SPDX-License-Identifier: Apache-2.0
# The install tree has the layout of the build tree: bin, libexec/assay, lib/assay/modules, share/assay. Component
# `runtime` is what a person runs, `module_NAME` a module with the heavy library that it needs (ci/bundle packs both);
# `development` is what find_package(assay) needs.
include(CMakePackageConfigHelpers)

foreach(program IN ITEMS assay assay-gbench assay-gui)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION bin COMPONENT runtime)
  endif()
endforeach()
foreach(program IN ITEMS assay-worker-native assay-worker-foreign)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION libexec/assay COMPONENT runtime)
  endif()
endforeach()
get_property(_assay_modules GLOBAL PROPERTY ASSAY_MODULES)
foreach(module IN LISTS _assay_modules)
  install(TARGETS assay-module-${module} LIBRARY DESTINATION lib/assay/modules COMPONENT module_${module})
endforeach()
# Suites, workers, events: whatever the build put there.
install(DIRECTORY "${ASSAY_SHARE_DIR}/" DESTINATION share/assay COMPONENT runtime OPTIONAL USE_SOURCE_PERMISSIONS)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
  DESTINATION share/doc/assay COMPONENT runtime)
# Side by side there, the page, the worker that it shows and the format of suites.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/harness/protocol/README.md")
file(READ "${PROJECT_SOURCE_DIR}/harness/protocol/README.md" _assay_page)
string(REPLACE "../../workloads/adapters/example_worker.py" "example_worker.py" _assay_page "${_assay_page}")
file(WRITE "${PROJECT_BINARY_DIR}/protocol.md" "${_assay_page}")
install(FILES "${PROJECT_BINARY_DIR}/protocol.md" DESTINATION share/doc/assay COMPONENT runtime)
install(PROGRAMS "${PROJECT_SOURCE_DIR}/workloads/adapters/example_worker.py" DESTINATION share/doc/assay COMPONENT runtime)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/ci/recipes" DESTINATION share/doc/assay COMPONENT runtime USE_SOURCE_PERMISSIONS)
install(FILES "${PROJECT_SOURCE_DIR}/workloads/suites/README.md" DESTINATION share/doc/assay RENAME suites.md COMPONENT runtime)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/tests/consumer/project/" DESTINATION share/doc/assay/example COMPONENT development)
if(TARGET assay)
  # The completions come from the command table that --help comes from.
  install(CODE [[
    set(_assay "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin/assay")
    set(_folder "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/bash-completion/completions")
    execute_process(COMMAND "${_assay}" completion bash OUTPUT_VARIABLE _text ERROR_VARIABLE _error RESULT_VARIABLE _status)
    if(_status EQUAL 0)
      file(WRITE "${_folder}/assay" "${_text}")
      message(STATUS "Installing: ${_folder}/assay")
    else()
      message(WARNING "no bash completion: assay completion bash ended with ${_status}: ${_error}")
    endif()
  ]] COMPONENT runtime)
endif()

# What a user's own worker links: the layers below it, static, and their headers.
set(_assay_exported "")
foreach(layer IN ITEMS core stats protocol measure backends worker support worker_main)
  if(TARGET assay_${layer})
    list(APPEND _assay_exported assay_${layer})
  endif()
endforeach()
# A user's worker has the collectors that ours has: their rows stand in assay-config.cmake.
get_property(_assay_rows GLOBAL PROPERTY ASSAY_ROWS_collector)
set(ASSAY_COLLECTOR_ROWS "")
foreach(row IN LISTS _assay_rows)
  string(REPLACE "|" ";" cells "${row}")
  list(GET cells 0 name)
  list(GET cells 1 symbol)
  list(GET cells 2 target)
  set_target_properties(${target} PROPERTIES EXPORT_NAME collector_${symbol})
  list(APPEND _assay_exported ${target})
  list(APPEND ASSAY_COLLECTOR_ROWS "${name}|${symbol}|assay::collector_${symbol}")
endforeach()
install(TARGETS ${_assay_exported} EXPORT assay-targets ARCHIVE DESTINATION lib/assay COMPONENT development)
install(EXPORT assay-targets NAMESPACE assay:: DESTINATION lib/cmake/assay COMPONENT development)
foreach(folder IN ITEMS harness/core harness/stats harness/protocol harness/measure harness/backends harness/worker
                        harness/agent workloads/support)
  cmake_path(GET folder PARENT_PATH parent)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "include/assay/${parent}" COMPONENT development
    FILES_MATCHING PATTERN "*.h")
endforeach()
# What people include in programs of their own, which know nothing else of Assay.
install(FILES "${PROJECT_SOURCE_DIR}/harness/core/assay_regions.h" DESTINATION include COMPONENT development)
configure_package_config_file("${PROJECT_SOURCE_DIR}/ci/cmake/assay-config.cmake.in"
  "${PROJECT_BINARY_DIR}/assay-config.cmake" INSTALL_DESTINATION lib/cmake/assay)
# Before 1.0 a user's worker is built against the version that it was written for.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/assay-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/assay-config.cmake" "${PROJECT_BINARY_DIR}/assay-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/ci/cmake/AssayComponent.cmake" DESTINATION lib/cmake/assay COMPONENT development)

# cpack -G DEB makes assay, assay-dev, and a package for each module, so that nobody gets OpenCV for a table of memory bandwidth.
set(CPACK_PACKAGE_NAME assay)
set(CPACK_PACKAGE_VENDOR "Assay")
set(CPACK_PACKAGE_CONTACT "The Assay authors <assay@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME assay)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
foreach(module IN LISTS _assay_modules)
  string(TOUPPER "MODULE_${module}" component)
  list(APPEND CPACK_COMPONENTS_ALL module_${module})
  set(CPACK_DEBIAN_${component}_PACKAGE_NAME assay-${module})
  set(CPACK_DEBIAN_${component}_DESCRIPTION "Assay's ${module} implementations")
  set(CPACK_DEBIAN_${component}_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_${component}_PACKAGE_DEPENDS "assay (= ${PROJECT_VERSION})")
  list(APPEND _assay_module_packages assay-${module})
endforeach()
list(JOIN _assay_module_packages ", " CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME assay-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "assay (= ${PROJECT_VERSION}), libfmt-dev, nlohmann-json3-dev, libhwloc-dev, libbenchmark-dev")
include(CPack)
