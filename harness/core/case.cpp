// SPDX-License-Identifier: Apache-2.0
#include "harness/core/case.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/core/error.h"

namespace assay {

bool is_reserved_key(std::string_view key) {
  static constexpr std::array<std::string_view, 5> keys{"v", "threads", "input", "load", "cache"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

namespace {

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '~' || c == ':' || c == '-';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte)) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      throw Error(ErrorCode::usage,
                  "'" + std::string(text) + "' has a broken %XX escape at byte " + std::to_string(i),
                  "write %25 for a percent sign");
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string to_string(const Case& value) {
  std::string text = percent_encode(value.workload) + "/" + percent_encode(value.implementation);
  char separator = '?';
  for (const auto& [key, parameter] : value.params) {
    text += separator + percent_encode(key) + "=" + percent_encode(to_string(parameter));
    separator = '&';
  }
  return text + "@" + percent_encode(value.device);
}

Case parse_case(std::string_view text) {
  const auto fail = [&](const std::string& what) {
    return Error(
        ErrorCode::usage, "'" + std::string(text) + "' is not a case: " + what,
        "write WORKLOAD/IMPLEMENTATION?KEY=VALUE&...@DEVICE, for example llm.gemv/simd?dtype=q4_0@cpu");
  };
  Case result;
  std::string_view rest = text;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    result.device = percent_decode(rest.substr(at + 1));
    rest = rest.substr(0, at);
  } else {
    throw fail("it has no '@DEVICE'");
  }
  std::string_view query;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) throw fail("it has no '/IMPLEMENTATION'");
  result.workload = percent_decode(rest.substr(0, slash));
  result.implementation = percent_decode(rest.substr(slash + 1));
  if (result.workload.empty() || result.implementation.empty() || result.device.empty()) {
    throw fail("workload, implementation and device must not be empty");
  }
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw fail("'" + std::string(pair) + "' is not KEY=VALUE");
    const std::string key = percent_decode(pair.substr(0, equals));
    if (!result.params.emplace(key, parse_value(percent_decode(pair.substr(equals + 1)))).second) {
      throw fail("key '" + key + "' stands twice");
    }
  }
  return result;
}

}  // namespace assay
