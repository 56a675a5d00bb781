// SPDX-License-Identifier: Apache-2.0
#include "harness/run/expected.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/core/error.h"
#include "harness/inputs/cache.h"
#include "harness/inputs/sha256.h"
#include "harness/protocol/client.h"

namespace assay::run {

namespace {

using protocol::Output;

/// Everything that the expected result depends on, as text. Threads, implementation and device do not belong
/// to it; the worker's own code does, since it holds the reference: its command line with all flags, the file
/// that this starts, and what it says of itself.
std::string expectation_key(const PlannedCase& planned, const WorkerInfo& worker, std::uint64_t seed,
                            int version) {
  const Subject& subject = worker.hello.subject;
  std::string key = "expected 4\n";
  for (const auto& word : worker.spec.command.argv) key += "word " + percent_encode(word) + "\n";
  for (const auto& text : {worker.binary_sha256, subject.name, subject.version, subject.revision,
                           subject.compiler, subject.binary})
    key += "worker " + percent_encode(text) + "\n";
  if (const auto* offer = find_workload(worker.hello, planned.value.workload)) {
    const auto* reference = find_implementation(*offer, "reference", "cpu");
    if (reference != nullptr && !reference->binary.empty()) key += "module " + reference->binary + "\n";
  }
  key += fmt::format("workload {} v{}\n", planned.value.workload, version);
  for (const auto& [name, value] : planned.params) {
    if (name != "threads" && name != "load" && name != "cache") key += name + "=" + to_string(value) + "\n";
  }
  for (const auto& [role, path] : planned.inputs)
    key += "input " + role + " " + inputs::sha256_file(path) + "\n";
  return key + fmt::format("seed {}\n", seed);
}

/// Only a tolerance that allows a distance needs the integers themselves; a digest is enough for equality.
bool needs_values(const Definition& definition) {
  return std::any_of(definition.tolerances.begin(), definition.tolerances.end(),
                     [](const Tolerance& tolerance) { return tolerance.rule != "exact"; });
}

/// outputs.txt: one line an output: "<name>\t<dtype>\t<digest>\t<file or ->\t<extent> <extent> ...".
void save(const std::string& directory, const ExpectedResults::Expected& expected) {
  std::ofstream index(directory + "/outputs.txt");
  const Work& work = expected.work;
  index << expected.input_digest << "\n";
  for (const double figure : {work.units, work.operations, work.minimum_bytes})
    index << shortest(figure) << "\n";
  for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
    const Output& output = expected.outputs[i];
    const std::string file = output.values.bytes.empty() ? "-" : fmt::format("{}.npy", i);
    index << percent_encode(output.name) << '\t' << to_string(output.dtype) << '\t' << output.digest << '\t'
          << file << '\t';
    for (const auto extent : output.shape) index << extent << ' ';
    index << '\n';
    if (file != "-") write_npy(directory + "/" + file, output.values);
  }
  index.close();
  if (!index)
    throw Error(ErrorCode::io, directory + ": cannot be written", "make room there, or set ASSAY_CACHE");
}

ExpectedResults::Expected load(const std::string& directory) {
  ExpectedResults::Expected expected;
  std::ifstream index(directory + "/outputs.txt");
  std::getline(index, expected.input_digest);
  Work& work = expected.work;
  for (double* figure : {&work.units, &work.operations, &work.minimum_bytes}) {
    std::string text;
    std::getline(index, text);
    *figure = std::strtod(text.c_str(), nullptr);
  }
  for (std::string name, dtype, digest, file, shape;
       std::getline(index, name, '\t') && std::getline(index, dtype, '\t') &&
       std::getline(index, digest, '\t') && std::getline(index, file, '\t') && std::getline(index, shape);) {
    Output output;
    output.name = percent_decode(name);
    output.dtype = parse_dtype(dtype);
    output.digest = digest;
    for (std::size_t at = 0; at < shape.size();) {
      const auto end = std::min(shape.find(' ', at), shape.size());
      output.shape.push_back(std::stoll(shape.substr(at, end - at)));
      at = end + 1;
    }
    if (file != "-") output.values = read_npy(directory + "/" + file);
    expected.outputs.push_back(std::move(output));
  }
  return expected;
}

/// Data of a file do not change with the seed. Where a part is seeded as well they may: then a case without
/// the file has others. \throws Error{worker} when it has the same.
void check_input_is_read(protocol::Client& client, protocol::PrepareRequest request,
                         protocol::Client::Limit limit, const std::string& digest) {
  ++request.seed;
  const std::string other = client.prepare(request, limit).input_digest;
  if (other == digest) return;
  request.inputs.clear();
  request.value.params.erase("input");
  request.params.erase("input");
  try {
    if (client.prepare(request, limit).input_digest != other) return;
  } catch (const Error& error) {
    if (error.code == ErrorCode::unavailable || error.code == ErrorCode::usage) return;  // no such case
    throw;
  }
  throw Error(ErrorCode::worker,
              "the reference does not read its input: its data are those of the seeded case",
              "read the files that `prepare` names under `inputs`");
}

}  // namespace

const ExpectedResults::Expected& ExpectedResults::get(const PlannedCase& planned, const WorkerInfo& worker) {
  log_.clear();
  const auto* offer = find_workload(worker.hello, planned.value.workload);
  if (offer == nullptr) {
    throw Error(ErrorCode::unavailable, "the worker no longer offers " + planned.value.workload);
  }
  // The key hashes input files, so a case's is made once.
  auto& key = keys_[planned.ordinal];
  if (key.empty()) key = expectation_key(planned, worker, seed_, offer->definition.version);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (const auto refused = refused_.find(key); refused != refused_.end()) {
    log_ = refused->second.log;
    throw refused->second.error;
  }
  try {
    return find(key, planned, worker);
  } catch (const Error& error) {
    refused_.emplace(key, Refusal{error, log_});
    throw;
  }
}

const ExpectedResults::Expected& ExpectedResults::find(const std::string& key, const PlannedCase& planned,
                                                       const WorkerInfo& worker) {
  // Only a worker that says what its code is (`binary`) may be remembered from run to run: behind a script,
  // or with a library, the file that we see can stay the same while the reference changes.
  if (worker.hello.subject.binary.empty()) return known_.emplace(key, make(planned, worker)).first->second;
  inputs::Cache cache;
  const std::string directory =
      cache.get(key, [&](const std::string& fresh) { save(fresh, make(planned, worker)); });
  return known_.emplace(key, load(directory)).first->second;
}

ExpectedResults::Expected ExpectedResults::make(const PlannedCase& planned, const WorkerInfo& worker) {
  const auto* offer = find_workload(worker.hello, planned.value.workload);
  const auto* reference = find_implementation(*offer, "reference", "cpu");
  if (reference == nullptr || !reference->probe.available) {
    throw Error(
        ErrorCode::unavailable,
        fmt::format("worker '{}' has no usable 'reference' for {}", worker.spec.id, planned.value.workload),
        "a worker must offer an implementation called reference for every workload");
  }
  const ScratchDirectory scratch;
  const auto started = start_worker(worker.spec, worker.spec.command, scratch.path(), limits_);
  transport::Connection& process = *started;
  try {
    Expected expected = ask_reference(planned, offer->definition, process);
    process.finish(std::chrono::milliseconds(2000));
    return expected;
  } catch (const Error&) {
    log_ = process.log();
    throw;
  }
}

ExpectedResults::Expected ExpectedResults::ask_reference(const PlannedCase& planned,
                                                         const Definition& definition,
                                                         Channel& channel) const {
  protocol::Client client(channel);
  client.hello(protocol::Client::Limit(limits_.start_s), planned.value.workload);
  protocol::PrepareRequest request{planned.value, planned.params, seed_, {}, planned.inputs};
  request.value.implementation = "reference";
  request.value.device = "cpu";
  const auto prepared = client.prepare(request, protocol::Client::Limit(limits_.prepare_s));
  Expected expected{
      protocol::to_outputs(client.verify(protocol::Client::Limit(limits_.verify_s), needs_values(definition)),
                           channel.folder()),
      prepared.input_digest, prepared.work};
  if (!planned.inputs.empty() && !expected.input_digest.empty())
    check_input_is_read(client, request, protocol::Client::Limit(limits_.prepare_s), expected.input_digest);
  client.bye(protocol::Client::Limit(limits_.start_s));
  return expected;
}

}  // namespace assay::run
