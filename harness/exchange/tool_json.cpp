// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/tool_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "harness/core/error.h"

namespace assay {

using Kind = ToolValue::Kind;

/// Without recursion: a file cannot exhaust the stack.
class ToolJson::Parser {
 public:
  explicit Parser(ToolJson& json) : json_(json), text_(json.text_) {}

  void documents() {
    for (skip_space(); at_ < text_.size(); skip_space()) {
      json_.documents_.push_back({&json_, json_.nodes_.size()});
      value();
    }
    if (json_.documents_.empty()) fail("it is empty");
  }

 private:
  struct Open {
    std::size_t node;
    bool object;
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::bad_input,
                json_.where_ + ": not JSON at byte " + std::to_string(json_.first_ + at_) + ": " + what,
                "was it cut off, or changed, after its tool wrote it?");
  }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  char peek() const {
    if (at_ >= text_.size()) fail("it ends too early");
    return text_[at_];
  }

  /// Behind the opening quote. \returns where the closing one is.
  std::size_t end_of_text() {
    for (;;) {
      const auto* quote = static_cast<const char*>(std::memchr(text_.data() + at_, '"', text_.size() - at_));
      if (quote == nullptr) {
        at_ = text_.size();
        fail("a text does not end");
      }
      const auto end = static_cast<std::size_t>(quote - text_.data());
      std::size_t backslashes = 0;
      while (end - backslashes > at_ && text_[end - backslashes - 1] == '\\') ++backslashes;
      if (backslashes % 2 == 0) return end;
      // Behind an escaped quote; what was before it stays part of the text.
      at_ = end + 1;
    }
  }

  Node& add(Kind kind) {
    Node node;
    node.begin = static_cast<std::uint32_t>(at_);
    node.key = key_;
    node.key_size = key_size_;
    node.kind = kind;
    key_ = key_size_ = 0;
    json_.nodes_.push_back(node);
    return json_.nodes_.back();
  }

  void close(Node& node) {
    node.end = static_cast<std::uint32_t>(at_);
    node.next = static_cast<std::uint32_t>(json_.nodes_.size());
  }

  bool word(std::string_view expected, Kind kind) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    Node& node = add(kind);
    at_ += expected.size();
    close(node);
    return true;
  }

  void scalar() {
    const char c = peek();
    if (c == '"') {
      Node& node = add(Kind::text);
      ++at_;
      at_ = end_of_text() + 1;
      return close(node);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      if (word("-Infinity", Kind::number) || word("-NaN", Kind::number) || word("-nan", Kind::number) ||
          word("-inf", Kind::number))
        return;
      Node& node = add(Kind::number);
      number();
      return close(node);
    }
    for (const auto& [text, kind] :
         std::array<std::pair<std::string_view, Kind>, 7>{{{"true", Kind::boolean},
                                                           {"false", Kind::boolean},
                                                           {"null", Kind::null},
                                                           {"NaN", Kind::number},
                                                           {"nan", Kind::number},
                                                           {"Infinity", Kind::number},
                                                           {"inf", Kind::number}}}) {
      if (word(text, kind)) return;
    }
    fail("no value begins so");
  }

  void digits() {
    if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') fail("a digit is missing");
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  }

  void number() {
    if (text_[at_] == '-') ++at_;
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      digits();
    }
  }

  void member_key() {
    skip_space();
    if (peek() != '"') fail("a name is missing");
    ++at_;
    const std::size_t begin = at_;
    const std::size_t end = end_of_text();
    key_ = static_cast<std::uint32_t>(begin);
    key_size_ = static_cast<std::uint32_t>(end - begin);
    at_ = end + 1;
    skip_space();
    if (peek() != ':') fail("':' is missing");
    ++at_;
    skip_space();
  }

  void value() {
    std::vector<Open> open;
    for (;;) {
      const char c = peek();
      if (c == '{' || c == '[') {
        if (open.size() == deepest)
          fail("values are nested deeper than " + std::to_string(deepest) + " times");
        open.push_back({json_.nodes_.size(), c == '{'});
        add(c == '{' ? Kind::object : Kind::list);
        ++at_;
        skip_space();
        if (peek() != (open.back().object ? '}' : ']')) {
          if (open.back().object) member_key();
          continue;
        }
      } else {
        scalar();
      }
      // A value has ended: what follows ends the ones around it, or begins the next.
      for (bool next = false; !next;) {
        if (open.empty()) return;
        skip_space();
        const char end = open.back().object ? '}' : ']';
        if (peek() == end) {
          ++at_;
          close(json_.nodes_[open.back().node]);
          open.pop_back();
        } else if (peek() == ',') {
          ++at_;
          skip_space();
          if (open.back().object) member_key();
          next = true;
        } else {
          fail("',' is missing");
        }
      }
    }
  }

  ToolJson& json_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t key_ = 0;
  std::uint32_t key_size_ = 0;
};

ToolJson::ToolJson(std::string_view text, std::string format, std::string where, std::size_t first)
    : text_(text), format_(std::move(format)), where_(std::move(where)), first_(first) {
  if (text_.size() > longest)
    throw Error(ErrorCode::bad_input,
                where_ + " is longer than " + std::to_string(longest) + " bytes (byte " +
                    std::to_string(longest) + ")",
                "let its tool write several files");
  nodes_.reserve(text_.size() / 24 + 1);
  Parser(*this).documents();
}

bool ToolJson::touched(std::size_t at) const {
  for (std::size_t i = at; i < nodes_[at].next; ++i) {
    if (nodes_[i].read) return true;
  }
  return false;
}

void ToolJson::collect_unread(std::size_t at, const std::string& path,
                              std::vector<std::pair<std::string, std::string>>& into) const {
  const Node& node = nodes_[at];
  if (node.read || node.kind == Kind::null) return;
  const bool holds = node.kind == Kind::list || node.kind == Kind::object;
  if (!holds || !touched(at)) {
    if (!path.empty()) into.emplace_back(path, std::string(text_.substr(node.begin, node.end - node.begin)));
    return;
  }
  std::size_t index = 0;
  for (std::size_t i = at + 1; i < node.next; i = nodes_[i].next, ++index) {
    if (nodes_[i].read) continue;
    const std::string name = node.kind == Kind::object
                                 ? json_unescaped(text_.substr(nodes_[i].key, nodes_[i].key_size))
                                 : std::to_string(index);
    collect_unread(i, path.empty() ? name : path + "." + name, into);
  }
}

namespace {
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
}

Kind ToolValue::kind() const { return at_ == nowhere ? Kind::absent : json_->nodes_[at_].kind; }

ToolValue ToolValue::operator[](std::string_view key) const {
  if (is(Kind::object)) {
    const auto& nodes = json_->nodes_;
    for (std::size_t i = at_ + 1; i < nodes[at_].next; i = nodes[i].next) {
      const std::string_view own = json_->text_.substr(nodes[i].key, nodes[i].key_size);
      const bool escaped = own.size() > key.size() && own.find('\\') != std::string_view::npos;
      if (own == key || (escaped && json_unescaped(own) == key)) return {json_, i};
    }
  }
  return {json_, nowhere};
}

std::size_t ToolValue::size() const {
  std::size_t count = 0;
  for (auto i = begin(); i != end(); ++i) ++count;
  return count;
}

ToolValue::Iterator& ToolValue::Iterator::operator++() {
  at_ = json_->nodes_[at_].next;
  return *this;
}

ToolValue::Iterator ToolValue::begin() const {
  return {json_, is(Kind::list) || is(Kind::object) ? at_ + 1 : 0};
}

ToolValue::Iterator ToolValue::end() const {
  return {json_, is(Kind::list) || is(Kind::object) ? json_->nodes_[at_].next : 0};
}

std::string_view ToolValue::raw() const {
  if (at_ == nowhere) return {};
  const auto& node = json_->nodes_[at_];
  node.read = true;
  return json_->text_.substr(node.begin, node.end - node.begin);
}

std::optional<double> ToolValue::number() const {
  if (!is(Kind::number) && !is(Kind::text)) return std::nullopt;
  std::string_view text = raw();
  if (is(Kind::text)) text = text.substr(1, text.size() - 2);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> ToolValue::integer() const {
  const auto value = number();
  constexpr double limit = 9007199254740992.0;  // 2^53
  if (!value || std::abs(*value) > limit || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::string ToolValue::text(const std::string& otherwise) const {
  if (!is(Kind::text)) return otherwise;
  const std::string_view quoted = raw();
  return json_unescaped(quoted.substr(1, quoted.size() - 2));
}

bool ToolValue::is_true() const { return is(Kind::boolean) && raw() == "true"; }

std::string ToolValue::key() const {
  if (at_ == nowhere) return {};
  const auto& node = json_->nodes_[at_];
  return json_unescaped(json_->text_.substr(node.key, node.key_size));
}

std::size_t ToolValue::byte() const {
  return json_->first_ + (at_ == nowhere ? 0 : json_->nodes_[at_].begin);
}

std::vector<std::pair<std::string, std::string>> ToolValue::unread() const {
  std::vector<std::pair<std::string, std::string>> found;
  if (at_ != nowhere) json_->collect_unread(at_, "", found);
  return found;
}

void ToolValue::settle() const {
  if (at_ != nowhere) json_->nodes_[at_].read = true;
}

void ToolValue::fail(const std::string& what) const {
  refuse(json_->where_ + ": " + json_->format_ + ": " + what);
}

void ToolValue::refuse(const std::string& message, const std::string& remedy) const {
  throw Error(ErrorCode::bad_input, message + " (byte " + std::to_string(byte()) + ")",
              remedy.empty() ? "is it what the tool wrote, whole and unchanged?" : remedy);
}

ToolValue ToolValue::need(std::string_view key, Kind kind) const {
  static constexpr std::array<const char*, 7> names{"nothing", "null", "truth value", "number",
                                                    "text",    "list", "object"};
  const ToolValue value = (*this)[key];
  if (!value.is(kind))
    fail(std::string("no ") + names[static_cast<std::size_t>(kind)] + " '" + std::string(key) + "'");
  return value;
}

double ToolValue::need_number(std::string_view key, double lowest, double highest) const {
  const ToolValue value = (*this)[key];
  const auto number = value.number();
  if (!number) (value ? value : *this).fail("no number '" + std::string(key) + "'");
  if (*number < lowest || *number > highest) value.fail("'" + std::string(key) + "' is out of range");
  return *number;
}

std::string ToolValue::need_text(std::string_view key) const {
  std::string text = need(key, Kind::text).text();
  if (text.empty()) (*this)[key].fail("'" + std::string(key) + "' is empty");
  return text;
}

}  // namespace assay
