// SPDX-License-Identifier: Apache-2.0
#include "harness/core/privacy.h"

#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/agent/seed.h"

namespace assay {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

/// Replaces `from` + one path segment (when `segment`) by "~" wherever it stands.
std::string replace_folder(const std::string& text, std::string_view from, bool segment) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t found = text.find(from); found != std::string::npos; found = text.find(from, at)) {
    std::size_t end = found + from.size();
    if (segment) {
      while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
    }
    const bool folder = segment ? end > found + from.size() : end == text.size() || !is_word(text[end]);
    const bool begins = found == 0 || !is_word(text[found - 1]);
    result.append(text, at, found - at);
    result += folder && begins ? "~" : text.substr(found, end - found);
    at = end;
  }
  return result.append(text, at, std::string::npos);
}

}  // namespace

std::string pseudonym(const std::string& name, const std::string& kind) {
  if (name.empty()) return {};
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = kind + "-";
  const bool is_one = name.size() == text.size() + 8 && name.starts_with(text) &&
                      name.find_first_not_of(digits, text.size()) == std::string::npos;
  if (is_one) return name;
  const std::uint64_t hash = assay_mix64(assay_fnv1a64(name.data(), name.size()));
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[(hash >> shift) & 15];
  return text;
}

std::string hide_paths(const std::string& text, const std::string& host_name) {
  std::string result = text;
  for (const char* homes : {"/home/", "/Users/"}) result = replace_folder(result, homes, true);
  result = replace_folder(result, "/root", false);
  const char* home = std::getenv("HOME");
  if (home != nullptr && std::string_view(home).size() > 1) result = replace_folder(result, home, false);
  if (host_name.size() < 3) return result;
  const std::string replacement = pseudonym(host_name);
  for (std::size_t at = result.find(host_name); at != std::string::npos; at = result.find(host_name, at)) {
    const std::size_t end = at + host_name.size();
    if ((at > 0 && is_word(result[at - 1])) || (end < result.size() && is_word(result[end]))) {
      at = end;
      continue;
    }
    result.replace(at, host_name.size(), replacement);
    at += replacement.size();
  }
  return result;
}

}  // namespace assay
