# SPDX-License-Identifier: Apache-2.0
# Writes the git revision ("-dirty" where the tree was changed) when it differs from what stands there.
execute_process(COMMAND "${GIT}" -C "${SOURCE}" describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE revision ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT before STREQUAL "${revision}\n")
  file(WRITE "${OUTPUT}" "${revision}\n")
endif()
