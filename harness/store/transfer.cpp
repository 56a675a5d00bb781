// SPDX-License-Identifier: Apache-2.0
#include "harness/store/transfer.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/store/absorb.h"
#include "harness/store/json_fields.h"

namespace assay {

namespace {

using Json = nlohmann::json;

constexpr int export_version = 1;

Json optional_number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

double number_or_nan(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

/// Bytes that need not be UTF-8, as code points 0..255.
std::string widen(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

std::string narrow(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if ((lead & 0xFC) == 0xC0 && i + 1 < text.size()) {
      bytes += static_cast<char>(((lead & 0x03) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

Json params_json(const Params& params) { return Json::parse(store_detail::to_json(params)); }

Json run_json(const Run& run) {
  Json probes = Json::array();
  for (const NamedProbe& p : run.probes) {
    probes.push_back({{"kind", p.kind},
                      {"name", p.name},
                      {"available", p.probe.available},
                      {"reason", p.probe.reason},
                      {"remedy", p.probe.remedy}});
  }
  Json plan = Json::array();
  for (const PlannedCase& c : run.plan) {
    plan.push_back({{"ordinal", c.ordinal},
                    {"case", to_string(c.value)},
                    {"params", params_json(c.params)},
                    {"worker", c.worker},
                    {"launches", c.launches},
                    {"inputs", c.inputs}});
  }
  return {
      {"id", run.id},
      {"started_utc_ms", run.started_utc_ms},
      {"ended_utc_ms", run.ended_utc_ms ? Json(*run.ended_utc_ms) : Json(nullptr)},
      {"state", run.state},
      {"assay_version", run.assay_version},
      {"command", run.command},
      {"host",
       {{"name", run.host.name}, {"host_class", run.host.host_class}, {"environment", run.host.environment}}},
      {"environment_after", run.environment_after},
      {"labels", run.labels},
      {"git_revision", run.git_revision},
      {"settings", Json::parse(store_detail::to_json(run.settings))},
      {"probes", probes},
      {"plan", plan}};
}

Run parse_run(const Json& json) {
  Run run;
  json.at("id").get_to(run.id);
  json.at("started_utc_ms").get_to(run.started_utc_ms);
  if (!json.at("ended_utc_ms").is_null()) run.ended_utc_ms = json.at("ended_utc_ms").get<std::int64_t>();
  json.at("state").get_to(run.state);
  if (run.state != "running" && run.state != "complete" && run.state != "interrupted") {
    throw Error(ErrorCode::bad_input, "'" + run.state + "' is not the state of a run");
  }
  json.at("assay_version").get_to(run.assay_version);
  json.at("command").get_to(run.command);
  json.at("host").at("name").get_to(run.host.name);
  json.at("host").at("host_class").get_to(run.host.host_class);
  json.at("host").at("environment").get_to(run.host.environment);
  json.at("environment_after").get_to(run.environment_after);
  json.at("labels").get_to(run.labels);
  json.at("git_revision").get_to(run.git_revision);
  run.settings = store_detail::parse_settings(json.at("settings").dump(), "settings");
  for (const Json& p : json.at("probes")) {
    run.probes.push_back({p.at("kind"), p.at("name"), {p.at("available"), p.at("reason"), p.at("remedy")}});
  }
  for (const Json& c : json.at("plan")) {
    PlannedCase planned;
    c.at("ordinal").get_to(planned.ordinal);
    planned.value = parse_case(c.at("case").get<std::string>());
    planned.params = store_detail::parse_params(c.at("params").dump(), "params");
    c.at("worker").get_to(planned.worker);
    c.at("launches").get_to(planned.launches);
    c.at("inputs").get_to(planned.inputs);
    run.plan.push_back(std::move(planned));
  }
  return run;
}

Json launch_json(const Launch& l, bool with_samples) {
  Json readings = Json::array();
  for (const Reading& r : l.readings) {
    readings.push_back({{"metric", r.metric},
                        {"value", optional_number(r.value)},
                        {"unit", r.unit},
                        {"state", to_string(r.state)},
                        {"coverage", r.coverage},
                        {"reason", r.reason},
                        {"better", to_string(r.better)}});
  }
  Json spans = Json::array();
  for (const Span& s : l.spans)
    spans.push_back({{"name", s.name}, {"start_ns", s.start_ns}, {"end_ns", s.end_ns}});
  Json hot_spots = Json::array();
  for (const HotSpot& h : l.hot_spots) {
    hot_spots.push_back({{"function", h.function},
                         {"object", h.object},
                         {"source", h.source},
                         {"instructions", h.instructions},
                         {"listing", Json::parse(store_detail::to_json(h.listing))}});
  }
  Json json{
      {"id", l.id},
      {"case_ordinal", l.case_ordinal},
      {"index", l.index},
      {"lane", l.lane},
      {"started_utc_ms", l.started_utc_ms},
      {"subject",
       {{"name", l.subject.name},
        {"version", l.subject.version},
        {"revision", l.subject.revision},
        {"compiler", l.subject.compiler},
        {"binary", l.subject.binary}}},
      {"device",
       {{"name", l.device.name}, {"fidelity", l.device.fidelity}, {"fingerprint", l.device.fingerprint}}},
      {"status", to_string(l.status)},
      {"reason", l.reason},
      {"log", widen(l.log)},
      {"verified", l.verified ? Json(*l.verified) : Json(nullptr)},
      {"output_digest", l.output_digest},
      {"error_measure", optional_number(l.error_measure)},
      {"operations", l.work.operations},
      {"minimum_bytes", l.work.minimum_bytes},
      {"units", l.work.units},
      {"unit_of_work", l.unit_of_work},
      {"accuracy", l.accuracy},
      {"resident_bytes", l.resident_bytes},
      {"input_digest", l.input_digest},
      {"threads", l.threads},
      {"placement", l.placement},
      {"isa", l.isa},
      {"peak_rss_bytes", l.peak_rss_bytes},
      {"readings", readings},
      {"spans", spans},
      {"hot_spots", hot_spots}};
  json["samples"] = {{"batch", l.samples.batch}, {"warmup", with_samples ? l.samples.warmup : 0}};
  if (!with_samples) return json;
  json["samples"]["scheduled_ns"] = l.samples.scheduled_ns;
  json["samples"]["start_ns"] = l.samples.start_ns;
  json["samples"]["end_ns"] = l.samples.end_ns;
  json["tracks"] = Json::array();
  for (const Track& t : l.tracks) {
    json["tracks"].push_back(
        {{"metric", t.metric}, {"unit", t.unit}, {"offset_ns", t.offset_ns}, {"value", t.value}});
  }
  return json;
}

Launch parse_launch(const Json& json) {
  Launch l;
  json.at("id").get_to(l.id);
  json.at("case_ordinal").get_to(l.case_ordinal);
  json.at("index").get_to(l.index);
  json.at("lane").get_to(l.lane);
  json.at("started_utc_ms").get_to(l.started_utc_ms);
  const Json& subject = json.at("subject");
  l.subject = {subject.at("name"), subject.at("version"), subject.at("revision"), subject.at("compiler"),
               subject.at("binary")};
  const Json& device = json.at("device");
  device.at("name").get_to(l.device.name);
  device.at("fidelity").get_to(l.device.fidelity);
  device.at("fingerprint").get_to(l.device.fingerprint);
  l.status = parse_status(json.at("status"));
  json.at("reason").get_to(l.reason);
  l.log = narrow(json.at("log"));
  if (!json.at("verified").is_null()) l.verified = json.at("verified").get<bool>();
  json.at("output_digest").get_to(l.output_digest);
  l.error_measure = number_or_nan(json.at("error_measure"));
  l.work = {json.at("operations"), json.at("minimum_bytes"), json.at("units")};
  json.at("unit_of_work").get_to(l.unit_of_work);
  json.at("accuracy").get_to(l.accuracy);
  json.at("resident_bytes").get_to(l.resident_bytes);
  json.at("input_digest").get_to(l.input_digest);
  json.at("threads").get_to(l.threads);
  json.at("placement").get_to(l.placement);
  json.at("isa").get_to(l.isa);
  json.at("peak_rss_bytes").get_to(l.peak_rss_bytes);
  for (const Json& r : json.at("readings")) {
    Reading reading;
    r.at("metric").get_to(reading.metric);
    if (!r.at("value").is_null()) reading.value = r.at("value").get<double>();
    r.at("unit").get_to(reading.unit);
    reading.state = parse_reading_state(r.at("state"));
    r.at("coverage").get_to(reading.coverage);
    r.at("reason").get_to(reading.reason);
    reading.better = parse_better(r.value("better", "neither"));  // earlier exports do not say
    l.readings.push_back(std::move(reading));
  }
  for (const Json& s : json.at("spans")) l.spans.push_back({s.at("name"), s.at("start_ns"), s.at("end_ns")});
  if (json.contains("hot_spots")) {  // earlier exports have none
    for (const Json& h : json.at("hot_spots"))
      l.hot_spots.push_back({h.at("function"), h.at("object"), h.at("source"), h.at("instructions"),
                             store_detail::parse_listing(h.at("listing").dump(), "listing")});
  }
  const Json& samples = json.at("samples");
  samples.at("batch").get_to(l.samples.batch);
  samples.at("warmup").get_to(l.samples.warmup);
  if (samples.contains("start_ns")) {
    samples.at("scheduled_ns").get_to(l.samples.scheduled_ns);
    samples.at("start_ns").get_to(l.samples.start_ns);
    samples.at("end_ns").get_to(l.samples.end_ns);
  }
  if (json.contains("tracks")) {
    for (const Json& t : json.at("tracks")) {
      Track track;
      t.at("metric").get_to(track.metric);
      t.at("unit").get_to(track.unit);
      t.at("offset_ns").get_to(track.offset_ns);
      for (const Json& value : t.at("value")) track.value.push_back(number_or_nan(value));
      l.tracks.push_back(std::move(track));
    }
  }
  return l;
}

/// Every text in the document; names of fields stay. Serial numbers and the like go by the name of their
/// field.
void hide(Json& json, const std::string& host_name, const std::string& key = {}) {
  if (json.is_string()) {
    const bool serial = key.find("serial") != std::string::npos || key.find("uuid") != std::string::npos ||
                        key.find("user") != std::string::npos;
    const auto& text = json.get_ref<const std::string&>();
    json = serial && !text.empty() ? "hidden" : hide_paths(text, host_name);
  } else if (json.is_object()) {
    for (auto& [name, item] : json.items()) hide(item, host_name, name);
  } else if (json.is_array() && !json.empty() && !json.front().is_number()) {
    for (Json& item : json) hide(item, host_name, key);
  }
}

}  // namespace

void export_run(const Store& store, const std::string& run_id, std::ostream& out,
                const ExportOptions& options) {
  const Run run = store.load_run(run_id);
  const auto write = [&](Json json) {
    if (!options.identify) hide(json, run.host.name);
    out << json.dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
    if (!out) {
      throw Error(ErrorCode::io, "run " + run_id + " could not be written",
                  "is the disk full? then export again");
    }
  };
  Json head = run_json(run);
  if (!options.identify) head["host"]["name"] = pseudonym(run.host.name);
  const std::size_t launches = store.load_summaries(run_id).size();
  write({{"assay_export", export_version}, {"launches", launches}, {"run", std::move(head)}});
  for (const PlannedCase& planned : run.plan) {
    for (const Launch& launch : store.load_case(run_id, planned.ordinal)) {
      write({{"launch", launch_json(launch, options.with_samples)}});
    }
  }
}

namespace {

/// Next line without its end; false at the end of the file. \throws Error{bad_input} on one longer than any
/// export has; std::bad_alloc as it comes, where std::getline would call it the end of the file.
bool next_line(std::istream& in, std::string& line) {
  constexpr std::size_t longest = std::size_t{1} << 30;
  line.clear();
  std::streambuf& bytes = *in.rdbuf();
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == longest) throw Error(ErrorCode::bad_input, "the line is longer than 1 GiB");
    line += static_cast<char>(c);
  }
  return !line.empty();
}

/// How many launches of a run a file has, of how many: what is cut at a line's end has fewer.
struct Whole {
  std::string run;
  std::optional<std::size_t> announced;  ///< older exports do not say
  std::size_t read = 0;

  void check() const {
    if (!announced || read >= *announced) return;
    throw Error(ErrorCode::bad_input,
                "the file is cut: it has " + std::to_string(read) + " of " + std::to_string(*announced) +
                    " launches of run " + run,
                "import the whole file; the launches in this one are stored, and the run stays interrupted");
  }
};

}  // namespace

MergeReport import_runs(Store& store, std::istream& in, const std::string& name) {
  store_detail::Absorber absorber(store);
  std::string line;
  bool in_run = false;
  Whole whole;
  for (std::int64_t number = 1;; ++number) {
    const auto where = [&] { return name + ":" + std::to_string(number) + ": "; };
    const char* const remedy = "give a file that `assay export` wrote; what stood before this line is stored";
    try {
      if (!next_line(in, line)) break;
      if (line.empty()) continue;
      const Json json = Json::parse(line);
      if (json.contains("assay_export")) {
        const int version = json.at("assay_export");
        if (version > export_version) {
          throw Error(ErrorCode::bad_input, "export format " + std::to_string(version) +
                                                "; this Assay reads up to " + std::to_string(export_version));
        }
        whole.check();
        const Run run = parse_run(json.at("run"));
        whole = {run.id, std::nullopt};
        if (json.contains("launches")) whole.announced = json.at("launches").get<std::size_t>();
        absorber.run(run);
        in_run = true;
      } else if (in_run && json.contains("launch")) {
        absorber.launch(parse_launch(json.at("launch")));
        ++whole.read;
      } else {
        throw Error(ErrorCode::bad_input, "not a line of an Assay export");
      }
    } catch (const Json::exception& error) {
      throw Error(ErrorCode::bad_input, where() + error.what(), remedy);
    } catch (const std::ios_base::failure&) {  // a folder
      throw Error(ErrorCode::bad_input, name + " cannot be read", remedy);
    } catch (const Error& error) {
      throw Error(error.code, where() + error.what(), error.remedy.empty() ? remedy : error.remedy);
    }
  }
  if (!in_run) {
    throw Error(ErrorCode::bad_input, name + " holds no run", "give a file that `assay export` wrote");
  }
  try {
    whole.check();
  } catch (const Error& error) {
    throw Error(error.code, name + ": " + error.what(), error.remedy);
  }
  absorber.finish();
  return absorber.report();
}

}  // namespace assay
