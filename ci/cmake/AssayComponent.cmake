# SPDX-License-Identifier: Apache-2.0
# Adding one thing touches one folder and one line (ci/decisions/0000-design.md, section 3), here and in a user's project.
#
# assay_component(KIND workload NAME llm.gemv SOURCES definition.cpp reference.cpp [LIBRARIES Eigen3::Eigen])
#     defines  assay::Workload assay::workload_llm_gemv()
# assay_component(KIND implementation NAME simd WORKLOAD llm.gemv SOURCES simd.cpp)
#     defines  assay::Implementation assay::implementation_llm_gemv_simd(), beside those that the workload brings itself
# assay_component(KIND implementation NAME openblas WORKLOAD llm.gemv MODULE openblas SOURCES openblas.cpp
#                 LIBRARIES PkgConfig::openblas REQUIRES openblas)
#     the same in a shared object that only the launches of its cases open: for a heavy library
# assay_component(KIND collector NAME rusage SOURCES rusage.cpp)
#     defines  std::unique_ptr<assay::Collector> assay::collector_rusage()
# assay_component(KIND around_collector NAME callgrind SOURCES callgrind.cpp)
#     defines  std::unique_ptr<assay::AroundCollector> assay::around_collector_callgrind(); only `assay` itself uses these
# assay_component(KIND device_kind NAME cuda MODULE cuda SOURCES devices.cu REQUIRES cuda)
#     defines  std::vector<assay::DeviceOffer> assay::devices_cuda(): an implementation with DEVICE cuda runs on each of them
#
# REQUIRES names what must have been found: NAME_FOUND of find_package, or a dependency of AssayDependencies.cmake. When one is
# missing, or REASON gives another reason, nothing is built and the row stays in the table with reason and REMEDY.
#
# assay_worker(TARGET) then makes the program TARGET that offers everything declared before it: it generates the table
# (`const assay::ComponentTable& assay::worker_table()`), builds the modules and links assay::worker_main, which has main().
# assay_install_worker(TARGET) installs it where an `assay` of the same prefix finds it; another project's worker of the same
# name is left alone, and the installation ends with an error.

include("${CMAKE_CURRENT_LIST_DIR}/AssayCode.cmake")

cmake_policy(SET CMP0057 NEW)  # if(... IN_LIST ...), whatever the project's oldest CMake

# A text as the inside of a C++ string literal and as one cell of a row: octal escapes for what C++ or CMake would read otherwise.
function(_assay_cell variable text)
  string(REPLACE "\\" "\\134" text "${text}")
  string(REPLACE "\"" "\\042" text "${text}")
  string(REPLACE ";" "\\073" text "${text}")
  string(REPLACE "|" "\\174" text "${text}")
  string(REPLACE "[" "\\133" text "${text}")
  string(REPLACE "]" "\\135" text "${text}")
  string(REPLACE "\n" "\\012" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

function(assay_component)
  cmake_parse_arguments(PARSE_ARGV 0 C "" "KIND;NAME;WORKLOAD;MODULE;DEVICE;REASON;REMEDY" "SOURCES;LIBRARIES;REQUIRES")
  set(call "assay_component(KIND ${C_KIND} NAME ${C_NAME})")
  if(NOT C_KIND MATCHES "^(workload|implementation|collector|around_collector|device_kind)$")
    message(FATAL_ERROR "${call}: KIND is workload, implementation, collector, around_collector or device_kind")
  elseif(C_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${call}: '${C_UNPARSED_ARGUMENTS}' is not understood")
  elseif(NOT C_NAME OR (C_KIND STREQUAL "implementation" AND NOT C_WORKLOAD))
    message(FATAL_ERROR "${call}: NAME is needed, and WORKLOAD of an implementation")
  elseif(C_KIND STREQUAL "workload" AND NOT C_NAME MATCHES "^[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)+$")
    message(FATAL_ERROR "${call}: a workload's NAME is family.name, of letters, digits and '_'")
  elseif(NOT C_NAME MATCHES "^[A-Za-z0-9_.-]+$" OR (C_MODULE AND NOT C_MODULE MATCHES "^[A-Za-z0-9_.-]+$"))
    message(FATAL_ERROR "${call}: NAME and MODULE are letters, digits, '_', '.' and '-'")
  endif()
  if(NOT CMAKE_SCRIPT_MODE_FILE)
    get_property(checked GLOBAL PROPERTY ASSAY_PROGRAMS_CHECKED)
    if(NOT checked)
      set_property(GLOBAL PROPERTY ASSAY_PROGRAMS_CHECKED ON)
      cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _assay_check_programs)
    endif()
  endif()
  string(REPLACE "." "_" symbol "${C_NAME}")
  string(REPLACE "-" "_" symbol "${symbol}")
  if(NOT C_DEVICE)
    set(C_DEVICE cpu)
  endif()
  set(reason "${C_REASON}")
  set(remedy "${C_REMEDY}")
  foreach(need IN LISTS C_REQUIRES)
    string(TOUPPER "${need}" upper)
    if(reason OR ASSAY_HAVE_${upper} OR ${need}_FOUND)
      continue()
    endif()
    set(reason "${ASSAY_REASON_${upper}}")
    if(NOT reason)
      set(reason "${need} was not found when this was built")
    endif()
    if(NOT remedy)
      set(remedy "${ASSAY_REMEDY_${upper}}")
    endif()
    if(NOT remedy)
      set(remedy "install ${need} and build again")
    endif()
  endforeach()
  if(C_KIND STREQUAL "implementation")
    string(REPLACE "." "_" workload_symbol "${C_WORKLOAD}")
    set(symbol "${workload_symbol}_${symbol}")
    set(row_name "${C_WORKLOAD}/${C_NAME}")
  else()
    set(row_name "${C_NAME}")
  endif()
  get_property(declared GLOBAL PROPERTY ASSAY_DECLARED)
  if("${C_KIND} ${symbol}" IN_LIST declared)
    message(FATAL_ERROR "${call}: there is one of this name already (names that differ in '.', '-' and '_' alone are one)")
  endif()
  set_property(GLOBAL APPEND PROPERTY ASSAY_DECLARED "${C_KIND} ${symbol}")
  if(reason)
    string(JOIN "; " why "${reason}" ${remedy})
    message(STATUS "assay: ${C_KIND} ${row_name} is not built: ${why}")
    _assay_cell(reason "${reason}")
    _assay_cell(remedy "${remedy}")
    set_property(GLOBAL APPEND PROPERTY ASSAY_ROWS_absent "${C_KIND}|${row_name}|${reason}|${remedy}|${C_DEVICE}")
    return()
  endif()

  if(NOT C_SOURCES)
    message(FATAL_ERROR "${call}: SOURCES are needed")
  elseif(TARGET assay::${C_KIND}_${symbol})
    message(FATAL_ERROR "${call}: Assay has one of this name; choose another")
  endif()
  set(target assay_${C_KIND}_${symbol})
  add_library(${target} STATIC ${C_SOURCES})
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  # What a case executes is told apart by sections, whose functions must not know where the tree is (assay-code).
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C,CXX>:-ffunction-sections>
    $<$<COMPILE_LANGUAGE:C,CXX>:-fmacro-prefix-map=${CMAKE_SOURCE_DIR}=.>)
  target_link_libraries(${target} PUBLIC assay::core PRIVATE ${C_LIBRARIES})
  if(TARGET assay_flags)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:assay_flags>)
  endif()
  if(C_KIND STREQUAL "workload" OR C_KIND STREQUAL "implementation")
    target_link_libraries(${target} PUBLIC assay::support assay::backends)
  else()
    target_link_libraries(${target} PUBLIC assay::stats)
  endif()
  if(C_KIND STREQUAL "implementation")
    set_property(GLOBAL APPEND PROPERTY ASSAY_ROWS_implementation "${C_MODULE}|${C_WORKLOAD}|${C_NAME}|${symbol}|${target}|${C_DEVICE}")
  elseif(C_KIND STREQUAL "device_kind")
    set_property(GLOBAL APPEND PROPERTY ASSAY_ROWS_device_kind "${C_NAME}|${C_MODULE}|${target}")
  else()
    set_property(GLOBAL APPEND PROPERTY ASSAY_ROWS_${C_KIND} "${C_NAME}|${symbol}|${target}")
  endif()
  if(C_MODULE)
    get_property(modules GLOBAL PROPERTY ASSAY_MODULES)
    if(C_MODULE AND NOT C_MODULE IN_LIST modules)
      set_property(GLOBAL APPEND PROPERTY ASSAY_MODULES "${C_MODULE}")
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY ASSAY_WITHOUT_PROGRAM "${C_KIND} ${row_name}")
endfunction()

# As in assay-module-<name>.so: Assay's own by their own name, others with the worker's before it, so that no project's module
# takes another's place in lib/assay/modules.
function(_assay_module_name variable TARGET module)
  if(ASSAY_MODULE_DIR)
    set(${variable} "${module}" PARENT_SCOPE)
  else()
    set(${variable} "${TARGET}-${module}" PARENT_SCOPE)
  endif()
endfunction()

# The shared objects of all modules declared so far, one exported C symbol each: in ASSAY_MODULE_DIR, or beside TARGET.
function(_assay_build_modules TARGET)
  get_property(modules GLOBAL PROPERTY ASSAY_MODULES)
  get_property(rows GLOBAL PROPERTY ASSAY_ROWS_implementation)
  get_property(kinds GLOBAL PROPERTY ASSAY_ROWS_device_kind)
  foreach(module IN LISTS modules)
    _assay_module_name(name ${TARGET} ${module})
    if(TARGET assay-module-${name})
      continue()
    endif()
    set(declarations "")
    set(entries "")
    set(targets "")
    set(devices "nullptr")
    foreach(row IN LISTS kinds)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells 0 kind)
      list(GET cells 1 row_module)
      if(row_module STREQUAL module)
        string(APPEND declarations "std::vector<DeviceOffer> devices_${kind}();\n")
        set(devices "&assay::devices_${kind}")
        list(GET cells 2 target)
        list(APPEND targets ${target})
      endif()
    endforeach()
    foreach(row IN LISTS rows)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells 0 row_module)
      if(NOT row_module STREQUAL module)
        continue()
      endif()
      list(GET cells 1 workload)
      list(GET cells 3 symbol)
      list(GET cells 4 target)
      string(APPEND declarations "Implementation implementation_${symbol}();\n")
      string(APPEND entries "    {\"${workload}\", &assay::implementation_${symbol}},\n")
      list(APPEND targets ${target})
    endforeach()
    set(source "${CMAKE_CURRENT_BINARY_DIR}/module_${name}.gen.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT
"// Generated by AssayComponent.cmake.
#include \"harness/core/component.h\"
namespace assay {
@declarations@}
extern \"C\" __attribute__((visibility(\"default\"))) const assay::ModuleTable* assay_module() {
  static const assay::ModuleTable table{assay::module_abi, {
@entries@  }, @devices@};
  return &table;
}
" @ONLY)
    add_library(assay-module-${name} MODULE "${source}")
    set(folder "${ASSAY_MODULE_DIR}")
    if(NOT folder)
      set(folder "$<TARGET_FILE_DIR:${TARGET}>")
    endif()
    set_target_properties(assay-module-${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden
      LIBRARY_OUTPUT_DIRECTORY "${folder}")
    target_link_libraries(assay-module-${name} PRIVATE ${targets} assay::core)
    add_dependencies(${TARGET} assay-module-${name})
  endforeach()
endfunction()

# Writes the component table as `const assay::ComponentTable& <function>()` and adds it to TARGET.
# KINDS: which kinds of rows belong into it.
function(assay_component_table TARGET FUNCTION)
  cmake_parse_arguments(PARSE_ARGV 2 T "" "" "KINDS")
  set(declarations "")
  foreach(kind IN ITEMS workload collector around_collector)
    set(${kind}_rows "")
    if(NOT kind IN_LIST T_KINDS)
      continue()
    endif()
    get_property(rows GLOBAL PROPERTY ASSAY_ROWS_${kind})
    set(type_workload "Workload")
    set(type_collector "std::unique_ptr<Collector>")
    set(type_around_collector "std::unique_ptr<AroundCollector>")
    foreach(row IN LISTS rows)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells 0 name)
      list(GET cells 1 symbol)
      list(GET cells 2 target)
      string(APPEND declarations "${type_${kind}} ${kind}_${symbol}();\n")
      string(APPEND ${kind}_rows "{\"${name}\", &${kind}_${symbol}}, ")
      target_link_libraries(${TARGET} PRIVATE ${target})
    endforeach()
  endforeach()
  set(module_rows "")
  set(implementation_rows "")
  if("implementation" IN_LIST T_KINDS)
    set(workloads "")
    foreach(list IN ITEMS workload absent)
      get_property(rows GLOBAL PROPERTY ASSAY_ROWS_${list})
      foreach(row IN LISTS rows)
        if(row MATCHES "^(workload\\|)?([^|]+)\\|")
          list(APPEND workloads "${CMAKE_MATCH_2}")
        endif()
      endforeach()
    endforeach()
    get_property(rows GLOBAL PROPERTY ASSAY_ROWS_implementation)
    foreach(row IN LISTS rows)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells 0 module)
      list(GET cells 1 workload)
      list(GET cells 2 name)
      list(GET cells 5 device)
      if(NOT "${workload}" IN_LIST workloads)
        message(SEND_ERROR "assay_component(KIND implementation NAME ${name} WORKLOAD ${workload}): there is no such workload; "
          "declared are: ${workloads}")
        continue()
      endif()
      if(module)
        _assay_module_name(module ${TARGET} ${module})
        string(APPEND module_rows "{\"${module}\", \"${workload}\", \"${name}\", \"${device}\"}, ")
        continue()
      endif()
      list(GET cells 3 symbol)
      list(GET cells 4 target)
      string(APPEND declarations "Implementation implementation_${symbol}();\n")
      string(APPEND implementation_rows "{\"${workload}\", &implementation_${symbol}}, ")
      target_link_libraries(${TARGET} PRIVATE ${target})
    endforeach()
  endif()
  set(kind_rows "")
  if("device_kind" IN_LIST T_KINDS)
    get_property(rows GLOBAL PROPERTY ASSAY_ROWS_device_kind)
    foreach(row IN LISTS rows)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells 0 kind)
      list(GET cells 1 module)
      string(APPEND kind_rows "{\"${kind}\", \"${module}\"}, ")
    endforeach()
  endif()
  set(absent_rows "")
  get_property(rows GLOBAL PROPERTY ASSAY_ROWS_absent)
  foreach(row IN LISTS rows)
    string(REPLACE "|" ";" cells "${row}")
    list(GET cells 0 kind)
    if(NOT kind IN_LIST T_KINDS)
      continue()
    endif()
    list(GET cells 1 name)
    list(GET cells 2 reason)
    list(GET cells 3 remedy)
    list(GET cells 4 device)
    string(APPEND absent_rows "{\"${kind}\", \"${name}\", \"${reason}\", \"${remedy}\", \"${device}\"}, ")
  endforeach()
  list(JOIN T_KINDS "|" kinds)
  get_property(rest GLOBAL PROPERTY ASSAY_WITHOUT_PROGRAM)
  list(FILTER rest EXCLUDE REGEX "^(${kinds}) ")
  set_property(GLOBAL PROPERTY ASSAY_WITHOUT_PROGRAM "${rest}")
  set(compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")  # and the configuration, below
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}_table.gen.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT
"// Generated by AssayComponent.cmake.
#include \"harness/core/component.h\"
namespace assay {
@declarations@const ComponentTable& @FUNCTION@() {
  static const ComponentTable table{
      .workloads = {@workload_rows@},
      .collectors = {@collector_rows@},
      .around_collectors = {@around_collector_rows@},
      .modules = {@module_rows@},
      .absent = {@absent_rows@},
      .implementations = {@implementation_rows@},
      .version = \"@PROJECT_VERSION@\",
      .compiler = \"@compiler@ \" ASSAY_CONFIGURATION,
      .device_kinds = {@kind_rows@}};
  return table;
}
}  // namespace assay
" @ONLY)
  target_sources(${TARGET} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES COMPILE_DEFINITIONS "ASSAY_CONFIGURATION=\"$<IF:$<STREQUAL:$<CONFIG>,>,no build type,$<CONFIG>>\"")
endfunction()

# A worker of everything declared so far; the same call makes ours and a user's.
function(assay_worker TARGET)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    message(WARNING "CMAKE_BUILD_TYPE is empty, so ${TARGET} measures code that was not optimised: configure with "
      "-DCMAKE_BUILD_TYPE=Release")
  endif()
  if(NOT ASSAY_MODULE_DIR AND "${TARGET}" MATCHES "^(native|assay(-.*)?)$")
    message(FATAL_ERROR "assay_worker(${TARGET}): Assay has this name for its own; give your worker another")
  endif()
  set_property(GLOBAL APPEND PROPERTY ASSAY_WORKERS ${TARGET})
  if(NOT TARGET ${TARGET})
    add_executable(${TARGET})
  endif()
  assay_component_table(${TARGET} worker_table KINDS workload collector implementation device_kind)
  _assay_build_modules(${TARGET})
  target_link_libraries(${TARGET} PRIVATE assay::worker_main)
  target_link_options(${TARGET} PRIVATE -Wl,--build-id=sha1)  # by it the reference's results are known again
  set(CMAKE_LINK_DEPENDS_USE_LINKER OFF PARENT_SCOPE)         # (CMake 3.27 asks the linker for the same list)
  _assay_hash_code(${TARGET})
endfunction()

# At the end of the project: what is in no program would be missing without a word.
function(_assay_check_programs)
  get_property(rest GLOBAL PROPERTY ASSAY_WITHOUT_PROGRAM)
  get_property(workers GLOBAL PROPERTY ASSAY_WORKERS)
  if(rest AND workers)
    message(SEND_ERROR "in no worker: ${rest}. Move assay_worker() below their assay_component() "
      "(an around_collector can only be part of `assay` itself)")
  elseif(rest)
    message(WARNING "in no worker: ${rest}. Call assay_worker(NAME) after them to make the program that runs them")
  endif()
endfunction()

# Installs a worker and the modules so that `assay` of the same prefix finds them: libexec/assay, lib/assay/modules,
# share/assay/workers.
function(assay_install_worker TARGET)
  set(stamp "# Of the project ${CMAKE_PROJECT_NAME}.")
  string(CONFIGURE [[
    set(_assay_toml "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/assay/workers/@TARGET@.toml")
    if(EXISTS "${_assay_toml}")
      file(STRINGS "${_assay_toml}" _assay_stamp LIMIT_COUNT 1)
      if(NOT _assay_stamp STREQUAL "@stamp@")
        message(FATAL_ERROR "${_assay_toml} is another project's worker (it begins '${_assay_stamp}'): give yours another name, "
          "or remove that file first")
      endif()
    endif()
  ]] check @ONLY)
  install(CODE "${check}")
  install(TARGETS ${TARGET} RUNTIME DESTINATION libexec/assay)
  install(FILES "$<TARGET_FILE:${TARGET}>.code" DESTINATION libexec/assay OPTIONAL)
  set(installed ${TARGET})
  get_property(modules GLOBAL PROPERTY ASSAY_MODULES)
  foreach(module IN LISTS modules)
    _assay_module_name(name ${TARGET} ${module})
    install(TARGETS assay-module-${name} LIBRARY DESTINATION lib/assay/modules)
    list(APPEND installed assay-module-${name})
  endforeach()
  # A library that the project installs beside them (lib of the prefix), or that was linked from elsewhere, is found.
  set_property(TARGET ${installed} APPEND PROPERTY INSTALL_RPATH "$ORIGIN/../../lib" "$ORIGIN/../../../lib")
  set_target_properties(${installed} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.toml" "${stamp}
# Found by `assay`; paths are relative to this file.
name = \"${TARGET}\"
command = [\"../../../libexec/assay/${TARGET}\"]
")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.toml" DESTINATION share/assay/workers)
endfunction()
