// SPDX-License-Identifier: Apache-2.0
#include "harness/store/transfer_json.h"

#include <cmath>
#include <limits>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/calibrations.h"
#include "harness/store/json_fields.h"

namespace assay::store_detail {

namespace {

using Json = nlohmann::json;

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

bool is_commit_id(const std::string& id) {
  return (id.size() == 40 || id.size() == 64) &&
         id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Json commit_json(const Commit& commit) {
  return {{"id", commit.id},
          {"parents", commit.parents},
          {"author", commit.author},
          {"subject", commit.subject},
          {"committed_utc_ms", commit.committed_utc_ms},
          {"place", commit.place ? Json(*commit.place) : Json(nullptr)},
          {"line", commit.line},
          {"changed", commit.changed}};
}

Commit parse_commit(const Json& json) {
  Commit commit;
  json.at("id").get_to(commit.id);
  json.at("parents").get_to(commit.parents);
  json.at("author").get_to(commit.author);
  json.at("subject").get_to(commit.subject);
  json.at("committed_utc_ms").get_to(commit.committed_utc_ms);
  if (!json.at("place").is_null()) commit.place = json.at("place").get<std::int64_t>();
  json.at("line").get_to(commit.line);
  json.at("changed").get_to(commit.changed);
  std::vector<std::string> ids{commit.id};
  ids.insert(ids.end(), commit.parents.begin(), commit.parents.end());
  ids.insert(ids.end(), commit.line.begin(), commit.line.end());
  for (const std::string& id : ids) {
    if (!is_commit_id(id)) throw Error(ErrorCode::bad_input, "'" + printable(id, 100) + "' is no commit");
  }
  if (commit.line.size() > Commit::longest_line || commit.place.value_or(1) < 1)
    throw Error(ErrorCode::bad_input, "commit " + commit.id + " has a line that Assay does not write");
  return commit;
}

}  // namespace

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
                    {"params", Json::parse(to_json(c.params))},
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
      {"commit", run.commit ? commit_json(*run.commit) : Json(nullptr)},
      {"settings", Json::parse(to_json(run.settings))},
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
  const Json commit = json.value("commit", Json(nullptr));  // earlier exports do not say
  if (!commit.is_null()) run.commit = parse_commit(commit);
  run.settings = parse_settings(json.at("settings").dump(), "settings");
  for (const Json& p : json.at("probes")) {
    run.probes.push_back({p.at("kind"), p.at("name"), {p.at("available"), p.at("reason"), p.at("remedy")}});
  }
  for (const Json& c : json.at("plan")) {
    PlannedCase planned;
    c.at("ordinal").get_to(planned.ordinal);
    planned.value = parse_case(c.at("case").get<std::string>());
    planned.params = parse_params(c.at("params").dump(), "params");
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
                         {"listing", Json::parse(to_json(h.listing))}});
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
      {"machine_code", l.machine_code},
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
  l.machine_code = json.value("machine_code", "");  // earlier exports do not say
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
                             parse_listing(h.at("listing").dump(), "listing")});
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

Json calibration_json(const Calibration& one) {
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  return {{"host_class_id", one.host_class_id},
          {"case", one.case_key},
          {"metric", one.metric},
          {"at_utc_ms", one.at_utc_ms},
          {"judge", one.judge},
          {"cases", one.cases},
          {"most_pairs", one.most_pairs},
          {"sessions", one.sessions},
          {"pairs", one.pairs},
          {"comparisons", one.comparisons},
          {"alarms", one.alarms},
          {"alarmed_sessions", one.alarmed_sessions},
          {"session_spread", number(one.session_spread)},
          {"detectable", number(one.detectable)}};
}

Calibration parse_calibration(const Json& json, const std::string& run) {
  const auto number = [&](const char* name) {
    const Json& value = json.at(name);
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
  };
  Calibration one;
  one.run = run;
  json.at("host_class_id").get_to(one.host_class_id);
  json.at("case").get_to(one.case_key);
  json.at("metric").get_to(one.metric);
  json.at("at_utc_ms").get_to(one.at_utc_ms);
  json.at("judge").get_to(one.judge);
  json.at("cases").get_to(one.cases);
  json.at("most_pairs").get_to(one.most_pairs);
  json.at("sessions").get_to(one.sessions);
  json.at("pairs").get_to(one.pairs);
  json.at("comparisons").get_to(one.comparisons);
  json.at("alarms").get_to(one.alarms);
  json.at("alarmed_sessions").get_to(one.alarmed_sessions);
  one.session_spread = number("session_spread");
  one.detectable = number("detectable");
  if (!is_plausible(one))
    throw Error(ErrorCode::bad_input,
                "the calibration of " + printable(one.case_key, 200) + " cannot have been made");
  return one;
}

Json triage_json(const TriageEvent& event) {
  return {{"id", event.id},
          {"regression", event.regression},
          {"series", event.series},
          {"case", event.case_key},
          {"commit", event.commit},
          {"at_utc_ms", event.at_utc_ms},
          {"kind", event.kind},
          {"reason", event.reason},
          {"until_utc_ms", event.until_utc_ms ? Json(*event.until_utc_ms) : Json(nullptr)},
          {"person", event.person}};
}

TriageEvent parse_triage(const Json& json) {
  TriageEvent event;
  json.at("id").get_to(event.id);
  json.at("regression").get_to(event.regression);
  json.at("series").get_to(event.series);
  json.at("case").get_to(event.case_key);
  json.at("commit").get_to(event.commit);
  json.at("at_utc_ms").get_to(event.at_utc_ms);
  json.at("kind").get_to(event.kind);
  json.at("reason").get_to(event.reason);
  if (!json.at("until_utc_ms").is_null()) event.until_utc_ms = json.at("until_utc_ms").get<std::int64_t>();
  json.at("person").get_to(event.person);
  return event;
}

}  // namespace assay::store_detail
