// SPDX-License-Identifier: Apache-2.0
#include "workloads/adapters/foreign.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "workloads/adapters/child.h"

namespace assay::adapters {

namespace {

/// A digest of the program's file; empty where it may be run but not read.
std::string digest_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {};
  std::vector<char> block(1 << 20);
  std::uint32_t crc = 0;
  std::uint64_t bytes = 0;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    const auto count = static_cast<std::size_t>(in.gcount());
    crc = crc32(crc, block.data(), count);
    bytes += count;
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "crc32:%08x-%llu", crc, static_cast<unsigned long long>(bytes));
  return text.data();
}

}  // namespace

protocol::WorkloadOffer own_offer(const std::string& workload, const std::string& unit_of_work,
                                  const std::string& doc) {
  protocol::WorkloadOffer offer;
  offer.definition.name = workload;
  offer.definition.unit_of_work = unit_of_work;
  offer.definition.doc = doc;
  offer.implementations.push_back({.name = "own", .doc = doc, .probe = {}});
  offer.unverified = true;
  return offer;
}

protocol::WorkloadOffer tool_offer(const std::string& workload, const std::string& unit_of_work,
                                   const std::string& doc) {
  auto offer = own_offer(workload, unit_of_work, doc);
  offer.own_batch = true;
  return offer;
}

void fill(protocol::Measured& measured, const ToolResult& result) {
  measured.samples.batch = result.batch;
  double at_ns = 0;
  for (const double call_ns : result.call_ns) {
    measured.samples.start_ns.push_back(std::llround(at_ns));
    at_ns += call_ns * static_cast<double>(result.batch);
    measured.samples.end_ns.push_back(std::llround(at_ns));
  }
  measured.readings = result.readings;
}

std::string temporary(const std::string& name) {
  return (std::filesystem::temp_directory_path() / name).string();
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string exactly(const std::string& name) {
  std::string pattern = "^";
  for (const char c : name) {
    if (std::string_view(".[]{}()\\*+?|^$").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

bool is_given(const std::vector<std::string>& words, const std::string& option) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return word.starts_with(option); });
}

protocol::Hello ForeignHandler::hello(const std::string& workload) {
  protocol::Hello hello;
  hello.worker = "foreign";
  const std::string program = find_program(foreign_.words.at(0));
  hello.subject.name = std::filesystem::path(program).filename().string();
  hello.subject.revision = foreign_.revision;
  hello.code_files = foreign_.code;
  hello.subject.binary = digest_of(program);
  hello.devices = devices();
  hello.workloads = offers(workload);
  hello.collectors = collectors();
  hello.clock_resolution_ns = 1;
  std::int64_t least = 1'000'000;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t before = now_ns();
    least = std::min(least, now_ns() - before);
  }
  hello.clock_cost_ns = static_cast<double>(least);
  return hello;
}

protocol::Prepared ForeignHandler::prepare(const protocol::PrepareRequest& request) {
  const auto offered = offers(request.value.workload);
  const bool known = std::any_of(offered.begin(), offered.end(), [&](const auto& offer) {
    return offer.definition.name == request.value.workload && request.value.implementation == "own";
  });
  if (!known)
    throw Error(ErrorCode::unavailable, "this worker has no '" + to_string(request.value) + "'",
                "it runs one program; see what it offers with --describe");
  prepared_ = request;
  protocol::Prepared prepared;
  prepared.work.units = 1;
  prepared.unit_of_work = offered.front().definition.unit_of_work;
  prepared.accuracy = "exact";
  prepared.threads = 0;
  if (const auto threads = request.params.find("threads"); threads != request.params.end()) {
    if (const auto* count = std::get_if<std::int64_t>(&threads->second))
      prepared.threads = static_cast<int>(*count);
  }
  if (move_to(request.cpus)) prepared.placement = request.cpus;
  return prepared;
}

std::vector<protocol::OutputReply> ForeignHandler::verify(bool) {
  throw Error(ErrorCode::unavailable, "nobody knows what somebody else's benchmark should give",
              "its workloads are `unverified`");
}

}  // namespace assay::adapters
