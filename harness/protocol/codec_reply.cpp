// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"
#include "harness/protocol/reply.h"

namespace assay::protocol {

namespace {

[[noreturn]] void throw_error(const Field& error) {
  const std::string code = error.at("code").name();
  std::string message = error.text_or("message", "");
  if (message.empty()) message = code + ", without a message";
  const std::string remedy = error.text_or("remedy", "");
  if (code == "unavailable" || code == "unsupported") throw Error(ErrorCode::unavailable, message, remedy);
  // The user's mistake, and told apart from a file of the worker's that is not as it should be (bad_input).
  if (code == "usage" || code == "bad_input") throw Error(ErrorCode::usage, message, remedy);
  if (code == "protocol") throw Error(ErrorCode::protocol, "the worker says: " + message, remedy);
  throw Error(ErrorCode::worker, "the worker says: " + message + " (" + code + ")", remedy);
}

}  // namespace

ReplyLine::ReplyLine(std::string_view text, Progress& progress)
    : json_(std::make_unique<const Json>(parse_line(text, "reply"))), field_(*json_, "") {
  const auto error = field_.find("error");
  const auto id = field_.at("id").integer(0, INT64_MAX);
  if (error && (id == progress.id || id == 0)) throw_error(*error);
  if (id != progress.id) {
    field_.at("id").fail("is " + std::to_string(id) + ", but request " + std::to_string(progress.id) +
                         " is the one in flight");
  }
  if (const auto more = field_.find("more")) more_ = more->boolean();
  if (++progress.lines > max_reply_lines) {
    throw Error(ErrorCode::protocol, "the reply has more than " + std::to_string(max_reply_lines) + " lines");
  }
}

ReplyLine::~ReplyLine() = default;

// ---- prepare

void encode_reply(std::int64_t id, const Prepared& prepared, const Sink& sink) {
  const Work& work = prepared.work;
  Json line(
      Json{{"id", id},
           {"work",
            {{"operations", work.operations}, {"minimum_bytes", work.minimum_bytes}, {"units", work.units}}},
           {"unit_of_work", prepared.unit_of_work},
           {"accuracy", prepared.accuracy},
           {"resident_bytes", prepared.resident_bytes},
           {"input_digest", prepared.input_digest},
           {"threads", prepared.threads},
           {"placement", prepared.placement},
           {"isa", prepared.isa}});
  if (prepared.device) line["device"] = to_json(*prepared.device);
  sink(dump_line(line));
}

bool decode_reply(std::string_view text, Progress& progress, Prepared& into) {
  const ReplyLine reply(text, progress);
  const Field& line = reply.field();
  if (reply.more()) line.at("more").fail("is true: prepare is answered with one line");
  const Field work = line.at("work");
  into.work.operations = work.at("operations").real(0, 1e30);
  into.work.minimum_bytes = work.at("minimum_bytes").real(0, 1e30);
  into.work.units = work.at("units").real(0, 1e30);
  into.unit_of_work = line.at("unit_of_work").name();
  into.accuracy = line.name_or("accuracy", "exact");
  into.resident_bytes = static_cast<std::size_t>(line.at("resident_bytes").integer(0, std::int64_t{1} << 50));
  into.input_digest = line.text_or("input_digest", "");
  if (into.input_digest.size() > max_name_bytes) line.at("input_digest").fail("is longer than 200 bytes");
  if (const auto threads = line.find("threads"))
    into.threads = static_cast<int>(threads->integer(0, 1 << 20));
  into.placement.clear();
  if (const auto placement = line.find("placement")) {
    for (const auto cpu : placement->integers(-1, 1 << 20, max_values_per_line)) {
      into.placement.push_back(static_cast<int>(cpu));
    }
  }
  into.isa = line.text_or("isa", "");
  if (const auto device = line.find("device")) into.device = decode_device(*device);
  return false;
}

// ---- verify

namespace {

/// Bytes of a tensor of this shape. \throws Error{protocol} beyond max_tensor_bytes.
std::size_t bytes_of(const OutputReply& output, const Field& where) {
  std::size_t bytes = size_of(output.dtype);
  for (const auto extent : output.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes) || bytes > max_tensor_bytes) {
      where.at("shape").fail("describes more than " + std::to_string(max_tensor_bytes) + " bytes");
    }
  }
  return bytes;
}

bool is_digest(const std::string& text) {
  return text.size() == 14 && text.starts_with("crc32:") &&
         text.find_first_not_of("0123456789abcdef", 6) == std::string::npos;
}

/// Name, type and shape of one entry.
OutputReply decode_head(const Field& item) {
  OutputReply output;
  output.name = item.at("name").name();
  const Field dtype = item.at("dtype");
  try {
    output.dtype = parse_dtype(dtype.name());
  } catch (const Error& error) {
    if (error.code == ErrorCode::protocol) throw;
    dtype.fail(std::string(": ") + error.what());
  }
  output.shape = item.at("shape").integers(0, std::int64_t{1} << 40, 8);
  return output;
}

void add_slice(const Field& item, const Field& data, std::size_t whole, Progress& progress,
               OutputReply& into) {
  if (whole > max_inline_bytes) {
    item.at("shape").fail("describes " + std::to_string(whole) + " bytes, inline at most " +
                          std::to_string(max_inline_bytes) + " may be sent; use path");
  }
  const auto slice = decode_base64(data.raw(max_slice_bytes), data.path());
  progress.values += slice.size();
  if (progress.values > max_inline_bytes) data.fail("is too much: one verify may send 256 MiB inline");
  if (into.data.size() + slice.size() > whole) {
    data.fail("ends beyond the " + std::to_string(whole) + " bytes that type and shape describe");
  }
  into.data.insert(into.data.end(), slice.begin(), slice.end());
}

void decode_output(const Field& item, Progress& progress, std::vector<OutputReply>& into) {
  OutputReply output = decode_head(item);
  const std::size_t whole = bytes_of(output, item);
  const auto digest = item.find("digest");
  const auto path = item.find("path");
  const auto data = item.find("data");
  if (digest.has_value() + path.has_value() + data.has_value() != 1) {
    item.fail("must have exactly one of digest, path and data");
  }
  auto known = std::find_if(into.begin(), into.end(), [&](const auto& o) { return o.name == output.name; });
  if (known != into.end()) {
    const bool slice = data && known->digest.empty() && known->path.empty();
    if (!slice || known != into.end() - 1)
      item.at("name").fail("is '" + output.name + "', which was sent already");
    if (known->dtype != output.dtype || known->shape != output.shape) {
      item.fail("changes type or shape of '" + output.name + "' in mid-transfer");
    }
  } else {
    if (into.size() == 64) item.fail("is one more than the 64 tensors that are allowed");
    known = into.insert(into.end(), std::move(output));
  }
  if (digest) {
    known->digest = digest->name();
    if (!is_digest(known->digest))
      digest->fail("is '" + known->digest + "', expected crc32: and 8 hex digits");
    if (!is_integer(known->dtype))
      digest->fail("is given for reals, which are compared by value: send path or data");
  } else if (path) {
    known->path = path->raw(4096);
    if (known->path.empty() || known->path.find('\0') != std::string::npos) path->fail("is not a path");
  } else {
    add_slice(item, *data, whole, progress, *known);
  }
}

}  // namespace

void encode_reply(std::int64_t id, const std::vector<OutputReply>& outputs, const Sink& sink) {
  constexpr std::size_t slice_bytes = max_slice_bytes / 4 * 3;
  Json line{{"id", id}, {"outputs", Json::array()}};
  for (const auto& output : outputs) {
    Json row{{"name", output.name}, {"dtype", to_string(output.dtype)}, {"shape", output.shape}};
    if (!output.digest.empty() || !output.path.empty()) {
      if (output.digest.empty()) {
        row["path"] = output.path;
      } else {
        row["digest"] = output.digest;
      }
      line["outputs"].push_back(row);
      continue;
    }
    for (std::size_t at = 0; at == 0 || at < output.data.size(); at += slice_bytes) {
      const std::size_t count = std::min(slice_bytes, output.data.size() - at);
      row["data"] = encode_base64(output.data.data() + at, count);
      if (!line["outputs"].empty()) {
        line["more"] = true;
        sink(dump_line(line));
        line = Json{{"id", id}, {"outputs", Json::array()}};
      }
      line["outputs"].push_back(row);
    }
  }
  sink(dump_line(line));
}

bool decode_reply(std::string_view text, Progress& progress, std::vector<OutputReply>& into) {
  const ReplyLine reply(text, progress);
  for (const auto& item : reply.field().at("outputs").items(64)) decode_output(item, progress, into);
  if (reply.more()) return true;
  for (const auto& output : into) {
    if (!output.digest.empty() || !output.path.empty()) continue;
    std::size_t whole = size_of(output.dtype);
    for (const auto extent : output.shape) whole *= static_cast<std::size_t>(extent);
    if (output.data.size() != whole) {
      throw Error(ErrorCode::protocol, "outputs: '" + output.name + "' has " +
                                           std::to_string(output.data.size()) + " of " +
                                           std::to_string(whole) + " bytes");
    }
  }
  return false;
}

// ---- bye, error

std::string encode_done(std::int64_t id) { return dump_line(Json{{"id", id}}); }

bool decode_done(std::string_view text, Progress& progress) {
  const ReplyLine reply(text, progress);
  if (reply.more()) reply.field().at("more").fail("is true: bye is answered with one line");
  return false;
}

std::string encode_error(std::int64_t id, const std::string& code, const std::string& message,
                         const std::string& remedy) {
  return dump_line(Json{{"id", id},
                        {"error",
                         {{"code", code},
                          {"message", message.substr(0, max_text_bytes - 8)},
                          {"remedy", remedy.substr(0, max_text_bytes - 8)}}}});
}

}  // namespace assay::protocol
