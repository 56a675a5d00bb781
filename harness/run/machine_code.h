// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/case.h"
#include "harness/run/worker.h"

namespace assay::run {

/// A hash of all machine code that a launch of the case executes, wherever it lies (decision 0026): equal
/// hashes, equal code. In this order:
/// - of the files that the worker declares as its code;
/// - of what was hashed when the worker was linked, and of the shared libraries that it says it uses;
/// - of the worker's file and what it says it is made of.
/// Empty, not known: of workers that arguments tell what to do and that declare nothing (interpreters,
/// somebody else's programs), of those that do not say what they are, and of those on another machine.
std::string machine_code_of(const WorkerInfo& worker, const Case& value);

/// Of the declared files, by their content alone, in their order; empty where none is declared.
/// \throws Error{bad_input} on one that cannot be read: what was declared is not there.
std::string digest_of_code(const WorkerSpec& spec, const protocol::Hello& hello);

}  // namespace assay::run
