// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/core/collector.h"

/// Inside of the ssh transport: what the far end runs, in a POSIX shell. Pure.
namespace assay::transport {

/// A file that travels with the command: its place among the words, its name and size.
struct Copied {
  std::size_t word = 0;
  std::string name;
  std::size_t bytes = 0;
};

/// The far end's part, which ends with a line's end. It speaks on standard output, in lines that begin with
/// `mark` (random: nothing else there does): "MARK hello"; for each copied file "MARK file", whereupon its
/// bytes and one more are read; "MARK facts", then those of the machine, where they are asked for; "MARK
/// start", and the rest is the worker's. Instead of the last "MARK missing" where there is no such program
/// there, "MARK folder" where it could make no folder. It ends with the worker's exit status.
///
/// The worker's standard input is ours. Where that ends (the connection broke, or nobody needs the worker any
/// more), it has 2 s to end by itself; then it gets SIGTERM, and 1 s later it and all that carries its mark
/// SIGKILL. Its $TMPDIR is a folder that goes away with it.
std::string far_script(const Command& command, const std::vector<Copied>& copied, const std::string& mark,
                       bool facts);

/// What the machine there says of itself, in lines "FILE:TEXT" and "@KEY:TEXT".
extern const char* const facts_script;

}  // namespace assay::transport
