// SPDX-License-Identifier: Apache-2.0
#include "harness/run/worker.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/inputs/sha256.h"
#include "harness/protocol/client.h"
#include "harness/run/machine.h"
#include "harness/run/machine_code.h"
#include "harness/transport/local/process.h"

namespace assay::run {

namespace fs = std::filesystem;

namespace {

/// The file that argv[0] names, by PATH where it has no slash; empty when there is none.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = ::getenv("PATH");
  std::string rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const fs::path candidate = fs::path(rest.substr(0, colon)) / name;
    std::error_code error;
    if (fs::is_regular_file(candidate, error)) return candidate.string();
    rest.erase(0, std::min(colon + 1, rest.size()));
  }
  return {};
}

/// SHA-256 of the program; of an interpreter and the scripts that its arguments name: of all their hashes.
std::string binary_digest(const std::vector<std::string>& argv) {
  const std::string path = find_program(argv.at(0));
  if (path.empty()) return {};
  try {
    std::string all = inputs::sha256_file(path);
    std::error_code ignored;
    bool alone = true;
    for (std::size_t i = 1; i < argv.size(); ++i) {
      if (!fs::is_regular_file(argv[i], ignored)) continue;
      all += inputs::sha256_file(argv[i]);
      alone = false;
    }
    return alone ? all : inputs::sha256(all);
  } catch (const Error&) {
    return {};  // a program that may be run but not read: its hash is not known, which is what empty means
  }
}

}  // namespace

std::unique_ptr<transport::Connection> start_worker(const WorkerSpec& spec, Command command,
                                                    const std::string& folder, const LaunchLimits& limits,
                                                    transport::FarFacts* facts) {
  if (spec.ssh)
    return std::make_unique<transport::SshProcess>(*spec.ssh, command,
                                                   std::chrono::duration<double>(limits.start_s), facts);
  if (!folder.empty()) command.environment["TMPDIR"] = folder;
  return std::make_unique<transport::Process>(command, transport::Limits{.rss_bytes = limits.memory_bytes});
}

WorkerInfo describe(const WorkerSpec& spec, const LaunchLimits& limits) {
  transport::FarFacts facts;
  const auto started = start_worker(spec, spec.command, "", limits, &facts);
  transport::Connection& process = *started;
  protocol::Client client(process);
  try {
    WorkerInfo info{spec, client.hello(protocol::Client::Limit(limits.start_s)),
                    spec.ssh ? far_binary(spec.command.argv, facts) : binary_digest(spec.command.argv)};
    if (spec.ssh) info.machine = std::make_shared<const Machine>(far_machine(facts));
    info.code_sha256 = digest_of_code(spec, info.hello);
    client.bye(protocol::Client::Limit(limits.start_s));
    process.finish(std::chrono::milliseconds(2000));
    return info;
  } catch (const Error& error) {
    process.finish(std::chrono::milliseconds(0));
    const std::string log = last_lines(process.log(), "    ");
    throw Error(error.code,
                fmt::format("worker '{}': {}{}{}", printable(spec.id), error.what(),
                            log.empty() ? "" : "\n  its log ends:\n", log.substr(0, log.rfind('\n'))),
                error.remedy.empty() ? "try it alone: assay worker check COMMAND" : error.remedy);
  }
}

Subject subject_of(const WorkerInfo& worker, const Case& value) {
  Subject subject = worker.hello.subject;
  subject.binary = worker.binary_sha256;
  // The file that was started, and the libraries that it says it is made of.
  if (const auto& told = worker.hello.subject.binary; !told.empty() && !subject.binary.empty())
    subject.binary = inputs::sha256(subject.binary + " " + told);
  const auto* workload = find_workload(worker.hello, value.workload);
  const auto* row =
      workload == nullptr ? nullptr : find_implementation(*workload, value.implementation, value.device);
  if (row != nullptr && !row->binary.empty() && !subject.binary.empty())
    subject.binary = inputs::sha256(subject.binary + " " + row->binary);
  return subject;
}

const protocol::WorkloadOffer* find_workload(const protocol::Hello& hello, const std::string& workload) {
  for (const auto& offer : hello.workloads) {
    if (offer.definition.name == workload) return &offer;
  }
  return nullptr;
}

const protocol::ImplementationOffer* find_implementation(const protocol::WorkloadOffer& offer,
                                                         const std::string& implementation,
                                                         const std::string& device) {
  for (const auto& row : offer.implementations) {
    if (row.name == implementation && row.device == device) return &row;
  }
  return nullptr;
}

ScratchDirectory::ScratchDirectory() {
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  base = fs::absolute(base, error);
  std::string pattern = (base / "assay-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorCode::io,
                fmt::format("cannot make a directory in {}: {}", base.string(), std::strerror(errno)),
                "free some space there, or set TMPDIR");
  }
  path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;  // a directory left behind under TMPDIR harms nobody
  fs::remove_all(path_, ignored);
}

}  // namespace assay::run
