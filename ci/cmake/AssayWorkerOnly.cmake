# SPDX-License-Identifier: Apache-2.0
# A worker for another architecture, with a cross compiler of Debian (ASSAY_WORKER_ONLY, preset aarch64): static, so that it
# needs nothing on its machine but a kernel. It has no libraries but those whose headers suffice, of this machine's packages.
set(ASSAY_EMULATOR "qemu-${CMAKE_SYSTEM_PROCESSOR}" CACHE STRING "What starts the worker on this machine: program and options")
find_package(Threads REQUIRED)
set(_headers "${PROJECT_BINARY_DIR}/headers")  # not /usr/include: that has this machine's C library, too
file(MAKE_DIRECTORY "${_headers}")
foreach(library IN ITEMS fmt nlohmann hwy)
  if(NOT EXISTS "/usr/include/${library}")
    message(FATAL_ERROR "/usr/include/${library} is not there: ci/setup")
  endif()
  file(CREATE_LINK "/usr/include/${library}" "${_headers}/${library}" SYMBOLIC)
endforeach()
add_library(assay_headers INTERFACE)
target_include_directories(assay_headers SYSTEM INTERFACE "${_headers}")
target_compile_definitions(assay_headers INTERFACE FMT_HEADER_ONLY)
add_library(fmt::fmt ALIAS assay_headers)
add_library(nlohmann_json::nlohmann_json ALIAS assay_headers)
# Highway without its library: one target, which the compiler's flags choose.
add_library(assay_highway STATIC "${PROJECT_SOURCE_DIR}/workloads/support/simd_alone.cpp")
target_compile_definitions(assay_highway PUBLIC HWY_COMPILE_ONLY_STATIC)
target_link_libraries(assay_highway PUBLIC assay_headers)
add_library(hwy::hwy ALIAS assay_highway)
set(hwy_FOUND ON)

# Every other dependency keeps its row, with the reason.
function(assay_dependency)
  cmake_parse_arguments(PARSE_ARGV 0 D "" "NAME;FOUND" "")
  string(TOUPPER "${D_NAME}" upper)
  set(ASSAY_HAVE_${upper} ${D_FOUND} PARENT_SCOPE)
  set(ASSAY_REASON_${upper} "this worker was built for another machine, without ${D_NAME}" PARENT_SCOPE)
  set(ASSAY_REMEDY_${upper} "build Assay on that machine" PARENT_SCOPE)
endfunction()
assay_dependency(NAME highway FOUND ON)
foreach(name IN ITEMS google_benchmark openblas opencv jpeg png valgrind capstone pugixml flatbuffers qt cuda vulkan catch2)
  assay_dependency(NAME ${name} FOUND OFF)
endforeach()
set(ASSAY_TESTS OFF)
