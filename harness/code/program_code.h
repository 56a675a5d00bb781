// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/case.h"

/// The file beside a worker that says what machine code its cases execute: `PROGRAM.code`, made when the
/// worker is linked.
namespace assay::code {

struct ProgramCode {
  std::string build_id;                      ///< of the program that it was made with
  std::map<std::string, std::string> cases;  ///< "llm.gemv/simd", or "llm.gemv" for its other implementations
};

/// Made from the linker's list of what it read (`--dependency-file`), whose relative names are in one of
/// `folders`, and from the rows of the component table: `specification` has lines "common NAME" and
/// "case CASE NAME NAME...", NAME being a function of namespace assay without parameters.
/// \throws what MachineCode and read_objects() throw, Error{bad_input} on files that cannot be read.
ProgramCode hash_program(const std::string& program, const std::string& link_list,
                         const std::vector<std::string>& folders, const std::string& specification);

std::string to_text(const ProgramCode& code);

/// What stands beside the program; empty where nothing does, or what stands there is not understood.
ProgramCode load_program_code(const std::string& program);

/// The hash of the case's code; empty: not known.
std::string code_of(const ProgramCode& code, const Case& value);

}  // namespace assay::code
