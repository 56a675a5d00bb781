# SPDX-License-Identifier: Apache-2.0
# assay_spirv(VARIABLE load.comp load.comp:SUBGROUPS) compiles GLSL compute shaders of this folder with glslc, the second once
# more with SUBGROUPS defined, and sets VARIABLE to what belongs into SOURCES: C initialisers, included as
# "<folder>/load.inc" and "<folder>/load_subgroups.inc" by who links assay_backend_vulkan. Without Vulkan it is empty.
function(assay_spirv variable)
  set(files "")
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE folder)
  foreach(shader IN LISTS ARGN)
    if(NOT ASSAY_HAVE_VULKAN)
      break()
    endif()
    string(REPLACE ":" ";" parts "${shader}")
    list(POP_FRONT parts file)
    cmake_path(GET file STEM name)
    set(defines "")
    foreach(define IN LISTS parts)
      string(TOLOWER "${define}" suffix)
      string(APPEND name "_${suffix}")
      list(APPEND defines "-D${define}")
    endforeach()
    set(output "${PROJECT_BINARY_DIR}/shaders/${folder}/${name}.inc")
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/shaders/${folder}")
    add_custom_command(OUTPUT "${output}"
      COMMAND "${ASSAY_GLSLC}" -O --target-env=vulkan1.2 -Werror "-I${PROJECT_SOURCE_DIR}" ${defines} -mfmt=c
              -MD -MF "${output}.d" -MT "${output}" -o "${output}" "${CMAKE_CURRENT_SOURCE_DIR}/${file}"
      DEPENDS "${file}" DEPFILE "${output}.d" COMMENT "Compiling ${folder}/${name}" VERBATIM)
    list(APPEND files "${output}")
  endforeach()
  set(${variable} "${files}" PARENT_SCOPE)
endfunction()
