// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"

namespace assay::protocol {

namespace {

constexpr std::int64_t max_id = std::int64_t{1} << 53;

Json body_of(const HelloRequest& hello) {
  Json json{{"op", "hello"}, {"protocol", {hello.min, hello.max}}};
  if (!hello.workload.empty()) json["workload"] = hello.workload;
  return json;
}

Json body_of(const PrepareRequest& prepare) {
  Json json{{"op", "prepare"},
            {"case", to_string(prepare.value)},
            {"params", to_json(prepare.params)},
            {"seed", std::to_string(prepare.seed)},
            {"cpus", prepare.cpus},
            {"inputs", Json::object()}};
  for (const auto& [role, path] : prepare.inputs) json["inputs"][role] = path;
  return json;
}

Json body_of(const VerifyRequest& verify) {
  Json json{{"op", "verify"}};
  if (verify.values) json["values"] = true;
  return json;
}
Json body_of(const ByeRequest&) { return {{"op", "bye"}}; }
Json body_of(const UnknownRequest& unknown) { return {{"op", unknown.op}}; }

Json body_of(const MeasureRequest& measure) {
  Json json{{"op", "measure"},
            {"batch", measure.batch},
            {"samples", measure.samples},
            {"cold", measure.cold},
            {"collectors", measure.collectors}};
  if (!measure.file.empty()) json["file"] = measure.file;
  if (measure.time_ns > 0) json["time_ns"] = measure.time_ns;
  if (!measure.schedule_file.empty()) {
    json["schedule_file"] = measure.schedule_file;
  } else if (!measure.schedule_ns.empty()) {
    json["schedule"] = measure.schedule_ns;
  }
  return json;
}

std::uint64_t decode_seed(const Field& field) {
  const std::string text = field.raw(20);
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || stop != end) {
    field.fail("is '" + printable(text) + "', expected a decimal text from 0 to 18446744073709551615");
  }
  return seed;
}

HelloRequest decode_hello(const Field& line) {
  const auto range = line.at("protocol").integers(0, 1'000'000, 2);
  if (range.size() != 2 || range[0] > range[1]) line.at("protocol").fail("is not a range [lowest, highest]");
  HelloRequest hello{static_cast<int>(range[0]), static_cast<int>(range[1]), {}};
  if (const auto workload = line.find("workload")) hello.workload = workload->name();
  return hello;
}

PrepareRequest decode_prepare(const Field& line) {
  PrepareRequest prepare;
  const Field text = line.at("case");
  try {
    prepare.value = parse_case(text.raw(8192));
  } catch (const Error& error) {
    if (error.code == ErrorCode::protocol) throw;
    text.fail(std::string("is not a case: ") + error.what());
  }
  prepare.params = line.at("params").params();
  prepare.seed = decode_seed(line.at("seed"));
  if (const auto cpus = line.find("cpus")) {
    for (const auto cpu : cpus->integers(0, 1 << 20, max_values_per_line)) {
      prepare.cpus.push_back(static_cast<int>(cpu));
    }
  }
  if (const auto inputs = line.find("inputs")) {
    for (const auto& [role, path] : inputs->members(64)) prepare.inputs[role] = path.raw(4096);
  }
  return prepare;
}

/// Empty when it is not there.
std::string decode_path(const Field& line, const std::string& key) {
  const auto field = line.find(key);
  if (!field) return {};
  std::string path = field->raw(4096);
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos) {
    field->fail("is not an absolute path");
  }
  return path;
}

MeasureRequest decode_measure(const Field& line) {
  MeasureRequest measure;
  measure.batch = line.at("batch").integer(1, std::int64_t{1} << 40);
  measure.file = decode_path(line, "file");
  measure.schedule_file = decode_path(line, "schedule_file");
  measure.samples = line.at("samples").integer(1, measure.file.empty() ? max_samples : max_file_samples);
  if (const auto schedule = line.find("schedule")) {
    if (!measure.schedule_file.empty()) schedule->fail("is given beside schedule_file");
    measure.schedule_ns = schedule->integers(0, max_time_ns, max_values_per_line);
    if (static_cast<std::int64_t>(measure.schedule_ns.size()) != measure.samples) {
      schedule->fail("has " + std::to_string(measure.schedule_ns.size()) + " entries for " +
                     std::to_string(measure.samples) + " samples");
    }
    for (std::size_t i = 1; i < measure.schedule_ns.size(); ++i) {
      if (measure.schedule_ns[i] < measure.schedule_ns[i - 1]) {
        schedule->fail("goes back at entry " + std::to_string(i));
      }
    }
  }
  if (const auto cold = line.find("cold")) measure.cold = cold->boolean();
  if (const auto time = line.find("time_ns")) measure.time_ns = time->integer(0, max_time_ns);
  for (const auto& collector : line.items_or_none("collectors", 64)) {
    const std::string spec = collector.raw(4096);
    if (spec.empty() || printable(spec) != spec) collector.fail("is not a collector's name");
    measure.collectors.push_back(spec);
  }
  return measure;
}

}  // namespace

std::string encode(const Request& request) {
  Json json = std::visit([](const auto& body) { return body_of(body); }, request.body);
  json["id"] = request.id;
  return dump_line(json);
}

Request decode_request(std::string_view text) {
  const Json json = parse_line(text, "request");
  const Field line(json, "");
  Request request;
  request.id = line.at("id").integer(1, max_id);
  const std::string op = line.at("op").name();
  if (op == "hello") {
    request.body = decode_hello(line);
  } else if (op == "prepare") {
    request.body = decode_prepare(line);
  } else if (op == "verify") {
    VerifyRequest verify;
    if (const auto values = line.find("values")) verify.values = values->boolean();
    request.body = verify;
  } else if (op == "measure") {
    request.body = decode_measure(line);
  } else if (op == "bye") {
    request.body = ByeRequest{};
  } else {
    request.body = UnknownRequest{op};
  }
  return request;
}

std::int64_t request_id(std::string_view text) noexcept {
  try {
    const Json json = parse_line(text, "request");
    return Field(json, "").at("id").integer(1, max_id);
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace assay::protocol
