# SPDX-License-Identifier: Apache-2.0
add_executable(regions_bench EXCLUDE_FROM_ALL regions_bench.c)
target_compile_definitions(regions_bench PRIVATE _POSIX_C_SOURCE=200809L)
target_include_directories(regions_bench PRIVATE "${PROJECT_SOURCE_DIR}")
find_package(Threads REQUIRED)
target_link_libraries(regions_bench PRIVATE assay_flags Threads::Threads)
set_target_properties(regions_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
