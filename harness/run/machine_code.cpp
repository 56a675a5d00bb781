// SPDX-License-Identifier: Apache-2.0
#include "harness/run/machine_code.h"

#include <fmt/format.h>

#include "harness/code/program_code.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/inputs/sha256.h"

namespace assay::run {

namespace {

/// Where the linker's list of the worker is that of this very program; else empty.
std::string linked_code_of(const WorkerInfo& worker, const Case& value) {
  const auto& hello = worker.hello;
  if (hello.libraries.empty()) return {};
  const code::ProgramCode program = code::load_program_code(worker.spec.command.argv.front());
  // Made with this very program: its build id is the first of those that the worker says.
  if (program.build_id.empty() ||
      program.build_id != hello.subject.binary.substr(0, hello.subject.binary.find('+')))
    return {};
  std::string text = code::code_of(program, value);
  if (text.empty()) return {};
  const auto* offer = find_workload(hello, value.workload);
  const auto* row =
      offer == nullptr ? nullptr : find_implementation(*offer, value.implementation, value.device);
  if (row == nullptr || !row->binary.empty()) return {};  // modules open libraries that nobody lists
  for (const auto& [name, version] : hello.libraries) text += "\n" + name + " " + version;
  return inputs::sha256(text);
}

}  // namespace

std::string machine_code_of(const WorkerInfo& worker, const Case& value) {
  if (!worker.code_sha256.empty()) return worker.code_sha256;
  if (worker.spec.ssh || worker.spec.command.argv.size() != 1 || worker.hello.subject.binary.empty())
    return {};
  const std::string linked = linked_code_of(worker, value);
  return linked.empty() ? subject_of(worker, value).binary : linked;
}

std::string digest_of_code(const WorkerSpec& spec, const protocol::Hello& hello) {
  if (hello.code_files.empty() || spec.ssh) return {};  // files there are not to be read here
  std::string all;
  for (const auto& file : hello.code_files) {
    try {
      all += inputs::sha256_file(file) + "\n";
    } catch (const Error& error) {
      throw Error(ErrorCode::bad_input,
                  fmt::format("worker '{}' declares '{}' as its code: {}", printable(spec.id),
                              printable(file), error.what()),
                  "declare files that are there, by absolute paths (--code, or subject.code in hello)");
    }
  }
  return inputs::sha256(all);
}

}  // namespace assay::run
