// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/core/value.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"
#include "harness/protocol/reply.h"

namespace assay::protocol {

namespace {

template <typename T>
std::vector<T> part(const std::vector<T>& all, std::size_t at, std::size_t count) {
  if (at >= all.size()) return {};
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, all.size() - at))};
}

Json to_json(const Reading& reading) {
  Json json{{"metric", reading.metric},
            {"unit", reading.unit},
            {"state", to_string(reading.state)},
            {"coverage", reading.coverage}};
  if (reading.value) json["value"] = *reading.value;
  if (!reading.reason.empty()) json["reason"] = reading.reason;
  return json;
}

Reading decode_reading(const Field& field) {
  Reading reading;
  reading.metric = field.at("metric").name();
  reading.unit = field.at("unit").name();
  const Field state = field.at("state");
  try {
    reading.state = parse_reading_state(state.name());
  } catch (const Error& error) {
    if (error.code == ErrorCode::protocol) throw;
    state.fail(std::string(": ") + error.what());
  }
  if (const auto value = field.find("value")) reading.value = value->real(-1e300, 1e300);
  if (const auto coverage = field.find("coverage")) reading.coverage = coverage->real(0, 1);
  reading.reason = field.text_or("reason", "");
  const bool counted = reading.state == ReadingState::ok || reading.state == ReadingState::scaled;
  if (counted != reading.value.has_value()) {
    field.fail(counted ? "is '" + to_string(reading.state) + "' without a value"
                       : "is '" + to_string(reading.state) + "' and has a value");
  }
  return reading;
}

void decode_samples(const Field& line, Samples& into) {
  Samples part;
  const auto take = [&](const char* key, std::vector<std::int64_t>& values) {
    if (const auto field = line.find(key)) {
      values = field->integers(0, max_time_ns, max_values_per_line);
    }
  };
  take("start", part.start_ns);
  take("end", part.end_ns);
  take("scheduled", part.scheduled_ns);
  append_samples(part, "", into);
  if (static_cast<std::int64_t>(into.size()) > max_samples) {
    line.fail("start: more than " + std::to_string(max_samples) + " samples in all");
  }
}

void decode_tracks(const Field& line, Progress& progress, std::vector<Track>& into) {
  std::size_t on_line = 0;
  for (const auto& item : line.items_or_none("tracks", 64)) {
    const std::string metric = item.at("metric").name();
    const std::string unit = item.at("unit").name();
    auto known = std::find_if(into.begin(), into.end(), [&](const auto& t) { return t.metric == metric; });
    if (known == into.end()) {
      if (into.size() == 64) item.fail("is one more than the 64 tracks that are allowed");
      known = into.insert(into.end(), Track{metric, unit, {}, {}});
    }
    if (known->unit != unit) item.at("unit").fail("is '" + unit + "', before it was '" + known->unit + "'");
    const auto offset = item.at("offset").integers(0, max_time_ns, max_values_per_line);
    const auto value = item.at("value").reals(max_values_per_line);
    if (offset.size() != value.size()) {
      item.fail("has " + std::to_string(offset.size()) + " offsets and " + std::to_string(value.size()) +
                " values");
    }
    on_line += value.size();
    progress.values += value.size();
    if (on_line > max_values_per_line) item.fail("brings the line beyond 4096 values");
    if (progress.values > max_track_values) item.fail("brings the tracks beyond 4000000 values");
    known->offset_ns.insert(known->offset_ns.end(), offset.begin(), offset.end());
    known->value.insert(known->value.end(), value.begin(), value.end());
  }
}

}  // namespace

void append_samples(const Samples& part, const std::string& where, Samples& into) {
  const auto refuse = [&](const std::string& what, ErrorCode code = ErrorCode::false_times) {
    throw Error(code, where + what);
  };
  const auto at = [](const char* list, std::size_t i) {
    return std::string(list) + "[" + std::to_string(i) + "]";
  };
  const std::size_t n = part.size();
  if (part.end_ns.size() != n) {
    refuse("start has " + std::to_string(n) + " values and end " + std::to_string(part.end_ns.size()),
           ErrorCode::protocol);
  }
  const std::size_t scheduled = into.scheduled_ns.size() + part.scheduled_ns.size();
  if (scheduled != 0 && scheduled != into.size() + n) {
    refuse("scheduled has " + std::to_string(scheduled) + " values in all and start " +
               std::to_string(into.size() + n),
           ErrorCode::protocol);
  }
  std::int64_t before = into.end_ns.empty() ? 0 : into.end_ns.back();
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t start = part.start_ns[i];
    const std::int64_t end = part.end_ns[i];
    if (start < 0) refuse(at("start", i) + " is " + std::to_string(start) + ", before the origin");
    if (end > max_time_ns) refuse(at("end", i) + " is " + std::to_string(end) + ", not below 2^62");
    if (end < start) {
      refuse(at("end", i) + " is " + std::to_string(end) + ", before its start " + std::to_string(start));
    }
    if (start < before) {
      refuse(at("start", i) + " is " + std::to_string(start) + ", before the sample before it ended at " +
             std::to_string(before));
    }
    before = end;
  }
  const auto append = [](const auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
  append(part.start_ns, into.start_ns);
  append(part.end_ns, into.end_ns);
  append(part.scheduled_ns, into.scheduled_ns);
}

void encode_reply(std::int64_t id, const Measured& measured, const Sink& sink) {
  static const Samples none;
  const Samples& samples = measured.in_file ? none : measured.samples;
  Json line{{"id", id}, {"origin_ns", measured.origin_ns}, {"batch", measured.samples.batch}};
  if (measured.in_file) line["file"] = true;
  const auto flush = [&] {
    line["more"] = true;
    sink(dump_line(line));
    line = Json{{"id", id}};
  };
  for (std::size_t at = 0; at < samples.size(); at += max_values_per_line) {
    if (at > 0) flush();
    line["start"] = part(samples.start_ns, at, max_values_per_line);
    line["end"] = part(samples.end_ns, at, max_values_per_line);
    if (!samples.scheduled_ns.empty())
      line["scheduled"] = part(samples.scheduled_ns, at, max_values_per_line);
  }
  for (const auto& track : measured.tracks) {
    for (std::size_t at = 0; at < track.value.size(); at += max_values_per_line) {
      flush();
      line["tracks"].push_back({{"metric", track.metric},
                                {"unit", track.unit},
                                {"offset", part(track.offset_ns, at, max_values_per_line)},
                                {"value", part(track.value, at, max_values_per_line)}});
    }
  }
  std::size_t bytes = dump_line(line).size();
  for (const auto& reading : measured.readings) {
    Json row = to_json(reading);
    const std::size_t more = dump_line(row).size();
    if (bytes + more > soft_line_bytes) {
      flush();
      bytes = 0;
    }
    bytes += more;
    line["readings"].push_back(std::move(row));
  }
  sink(dump_line(line));
}

bool decode_reply(std::string_view text, Progress& progress, Measured& into) {
  const ReplyLine reply(text, progress);
  const Field& line = reply.field();
  if (progress.lines == 1) {
    into.origin_ns = line.at("origin_ns").integer(0, max_time_ns);
    into.samples.batch = line.at("batch").integer(1, std::int64_t{1} << 40);
    if (const auto file = line.find("file")) into.in_file = file->boolean();
  }
  decode_samples(line, into.samples);
  if (into.in_file && into.samples.size() > 0) line.fail("start: the times are said to be in the file");
  decode_tracks(line, progress, into.tracks);
  for (const auto& item : line.items_or_none("readings", max_values_per_line)) {
    if (into.readings.size() == max_values_per_line)
      item.fail("is one more than the 4096 readings that are allowed");
    into.readings.push_back(decode_reading(item));
  }
  return reply.more();
}

void check_answers(const MeasureRequest& request, const Measured& measured) {
  const auto refuse = [](const std::string& what, ErrorCode code = ErrorCode::protocol) {
    throw Error(code, "measure: " + what);
  };
  const Samples& samples = measured.samples;
  if (static_cast<std::int64_t>(samples.size()) != request.samples) {
    refuse("asked for " + std::to_string(request.samples) + " samples, answered " +
           std::to_string(samples.size()));
  }
  if (samples.batch != request.batch) {
    refuse("asked for a batch of " + std::to_string(request.batch) + ", answered " +
           std::to_string(samples.batch));
  }
  if (samples.scheduled_ns != request.schedule_ns) refuse("scheduled is not the schedule that was asked for");
  for (std::size_t i = 0; i < samples.scheduled_ns.size(); ++i) {
    if (samples.start_ns[i] < samples.scheduled_ns[i]) {
      refuse("start[" + std::to_string(i) + "] is before the instant it was scheduled for",
             ErrorCode::false_times);
    }
  }
}

void check_tracks(const std::vector<Track>& tracks, std::map<std::string, std::string>& units) {
  for (const auto& track : tracks) {
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::protocol, "measure: the track " + track.metric + " " + what);
    };
    if (is_own_track(track.metric)) refuse("has a name that Assay keeps for what it computes itself");
    if (track.metric.starts_with("time.") && track.unit != "ns") {
      refuse("is in '" + track.unit + "': times are in ns");
    }
    const auto known = units.emplace(track.metric, track.unit).first;
    if (known->second != track.unit) {
      refuse("is in '" + track.unit + "', an earlier request's was in '" + known->second + "'");
    }
    if (track.unit != "ns") continue;
    for (const double value : track.value) {
      if (value < 0) refuse("has the time " + shortest(value) + " ns: less than nothing");
    }
  }
}

}  // namespace assay::protocol
