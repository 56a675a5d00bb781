// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/value.h"

/// Inside of the codec: reading JSON that nobody may trust.
namespace assay::protocol {

using Json = nlohmann::json;

inline constexpr std::size_t max_name_bytes = 200;
inline constexpr std::size_t max_text_bytes = 16384;
inline constexpr std::int64_t max_time_ns = std::int64_t{1} << 62;

/// A JSON value and where it stands ("workloads[2].name"). Every getter checks type and range and
/// \throws Error{protocol} that begins with the path. It refers to the value: keep that alive.
class Field {
 public:
  Field(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  Field at(const std::string& key) const;                   ///< must be there
  std::optional<Field> find(const std::string& key) const;  ///< absent and null are the same

  std::vector<Field> items(std::size_t max) const;  ///< of an array
  std::vector<std::pair<std::string, Field>> members(
      std::size_t max) const;  ///< of an object; keys are names

  bool boolean() const;
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  double real(double low, double high) const;  ///< finite; an integer is accepted
  std::string name() const;                    ///< 1 to 200 bytes without control characters
  std::string text() const;                    ///< at most 16 KiB; control characters become visible \xNN
  std::string raw(std::size_t max) const;      ///< a string as it is
  Value value() const;  ///< a parameter: integer, finite real or text of at most 200 bytes
  std::vector<std::int64_t> integers(std::int64_t low, std::int64_t high, std::size_t max) const;
  std::vector<double> reals(std::size_t max) const;
  std::map<std::string, std::string> facts() const;  ///< an object of texts
  Params params() const;

  // The same with a default for what is absent.
  std::string text_or(const std::string& key, const std::string& absent) const;
  std::string name_or(const std::string& key, const std::string& absent) const;
  std::vector<Field> items_or_none(const std::string& key, std::size_t max) const;

  [[noreturn]] void fail(const std::string& what) const;
  const std::string& path() const { return path_; }

 private:
  const Json* value_;
  std::string path_;
};

/// The JSON object on a line. \throws Error{protocol} when it is longer than a line may be, nested deeper
/// than 16, not JSON or not an object. `who` begins the message: "reply", "request".
Json parse_line(std::string_view line, const std::string& who);

/// One line of JSON without newline; invalid UTF-8 is replaced.
std::string dump_line(const Json& value);

Json to_json(const Params& params);

/// \throws Error{protocol} that begins with `path` on anything but canonical base64.
std::vector<std::byte> decode_base64(std::string_view text, const std::string& path);
std::string encode_base64(const std::byte* data, std::size_t bytes);

}  // namespace assay::protocol
