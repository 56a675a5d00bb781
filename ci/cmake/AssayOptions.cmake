# SPDX-License-Identifier: Apache-2.0
# What a person can choose. Optional dependencies are AUTO|ON|OFF: ON and missing is a configure error.
option(ASSAY_TESTS "Build the tests" ON)
option(ASSAY_UNITY "Files of a target whose own time nobody measures are compiled together (AssayUnity.cmake)" ON)
option(ASSAY_WORKER_ONLY "Only the native worker, static, by a cross compiler (AssayWorkerOnly.cmake)" OFF)
option(ASSAY_WERROR "Warnings are errors" ON)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers for everything: address;undefined or thread")
set(ASSAY_SANITIZE_NOT "" CACHE STRING "Checks of these that are left out: alignment, for instance")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The build tree has the layout of the install tree, so that programs find their data in both the same way.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(ASSAY_LIBEXEC_DIR "${PROJECT_BINARY_DIR}/libexec/assay")
set(ASSAY_MODULE_DIR "${PROJECT_BINARY_DIR}/lib/assay/modules")
set(ASSAY_SHARE_DIR "${PROJECT_BINARY_DIR}/share/assay")

# GCC 12 warns falsely of sanitized code at -Og; the other builds have the same code.
if(ASSAY_SANITIZE)
  set(ASSAY_WERROR OFF)
endif()
add_library(assay_flags INTERFACE)
set(_c "$<COMPILE_LANGUAGE:C,CXX>")
target_compile_options(assay_flags INTERFACE $<${_c}:-Wall> $<${_c}:-Wextra> $<${_c}:-Wpedantic>
  $<$<COMPILE_LANGUAGE:CXX>:-Wconversion> $<$<AND:${_c},$<BOOL:${ASSAY_WERROR}>>:-Werror>)
# nvcc: the host compiler's warnings too, but for those about what nvcc itself writes.
target_compile_options(assay_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra>
  $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${ASSAY_WERROR}>>:-Werror=all-warnings>)
# GCC 12 warns of an overlap inside std::string that cannot happen (GCC bug 105329).
target_compile_options(assay_flags INTERFACE $<$<AND:${_c},$<CXX_COMPILER_ID:GNU>>:-Wno-restrict>)
# Clang counts changes of sign as conversions; g++ does not, in C++.
target_compile_options(assay_flags INTERFACE $<$<AND:${_c},$<CXX_COMPILER_ID:Clang>>:-Wno-sign-conversion>)
# The layout of code is noise: every function and loop starts on its own cache line or fetch block.
target_compile_options(assay_flags INTERFACE $<$<AND:${_c},$<CONFIG:Release>>:-falign-functions=64>)
if(ASSAY_SANITIZE)
  list(JOIN ASSAY_SANITIZE "," _sanitizers)
  add_compile_options(-fsanitize=${_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  if(ASSAY_SANITIZE_NOT)
    list(JOIN ASSAY_SANITIZE_NOT "," _checks)
    add_compile_options(-fno-sanitize=${_checks})
  endif()
  add_link_options(-fsanitize=${_sanitizers})
  # What the sanitizers tell of each place holds addresses: millions, for the loader to set at each start of a program that
  # can lie anywhere (0.26 s for `assay --version`, so 0.15 s).
  if("address" IN_LIST ASSAY_SANITIZE)
    add_link_options("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>")
  endif()
  # Programs of 200 MB, more than a hundred: a third of the time to link.
  find_program(ASSAY_LLD ld.lld)
  if(ASSAY_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
