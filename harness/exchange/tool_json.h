// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

class ToolJson;

/// One value of a ToolJson, which must outlive it; cheap to copy. One that is not there is a value too, so
/// that `row["stats"]["median"]` needs no questions in between.
class ToolValue {
 public:
  enum class Kind : std::uint8_t { absent, null, boolean, number, text, list, object };

  Kind kind() const;
  bool is(Kind kind) const { return this->kind() == kind; }
  explicit operator bool() const { return !is(Kind::absent) && !is(Kind::null); }

  ToolValue operator[](std::string_view key) const;  ///< of an object; absent where there is none
  std::size_t size() const;                          ///< of a list or an object

  std::optional<double> number()
      const;  ///< finite; also of a text that is a number, as some tools write them
  std::optional<std::int64_t> integer() const;                ///< a number without fraction below 2^53
  std::string text(const std::string& otherwise = {}) const;  ///< escapes resolved; any bytes
  bool is_true() const;                                       ///< the literal true
  std::string key() const;                                    ///< of a member of an object
  std::string_view raw() const;                               ///< as it stands in the file; counts as read
  std::size_t byte() const;                                   ///< where it begins in the file

  class Iterator {
   public:
    Iterator(const ToolJson* json, std::size_t at) : json_(json), at_(at) {}
    ToolValue operator*() const { return {json_, at_}; }
    Iterator& operator++();
    bool operator==(const Iterator&) const = default;

   private:
    const ToolJson* json_;
    std::size_t at_;
  };
  Iterator begin() const;  ///< values of a list or an object; of anything else there are none
  Iterator end() const;

  /// What nobody has asked for in here, by its dotted name, as it stands in the file: what is kept of a
  /// format's fields that its reader does not know.
  std::vector<std::pair<std::string, std::string>> unread() const;

  void settle() const;  ///< nothing in here counts as unread any more

  /// A value that must be so. \throws Error{bad_input} with the file, the byte and `what`.
  double need_number(std::string_view key, double lowest, double highest) const;
  std::string need_text(std::string_view key) const;
  ToolValue need(std::string_view key, Kind kind) const;
  [[noreturn]] void fail(const std::string& what) const;
  /// The same in words of one's own, with the byte behind them.
  [[noreturn]] void refuse(const std::string& message, const std::string& remedy = {}) const;

 private:
  friend class ToolJson;
  ToolValue(const ToolJson* json, std::size_t at) : json_(json), at_(at) {}

  const ToolJson* json_;
  std::size_t at_;
};

/// JSON of other tools: one document, or many behind each other (JSON lines). NaN and Infinity, which some
/// write, are numbers without a value. Every value knows its byte in the file, and whether it was asked for.
/// Reads 100 MB/s and more: numbers are made when they are asked for.
class ToolJson {
 public:
  static constexpr std::size_t deepest = 200;
  static constexpr std::size_t longest = std::size_t{1} << 30;

  /// `format`, `where`: of the text, for errors; `first`: the byte at which it begins in its file.
  /// \throws Error{bad_input}: what is wrong at which byte, cut off, deeper than `deepest` or longer than
  /// `longest`.
  ToolJson(std::string_view text, std::string format, std::string where, std::size_t first = 0);
  ToolJson(const ToolJson&) = delete;
  ToolJson& operator=(const ToolJson&) = delete;

  const std::vector<ToolValue>& documents() const { return documents_; }
  ToolValue root() const { return documents_.front(); }  ///< the first
  void name(std::string format) { format_ = std::move(format); }

 private:
  friend class ToolValue;
  struct Node {
    std::uint32_t begin = 0;  ///< of its text
    std::uint32_t end = 0;
    std::uint32_t next = 0;  ///< the node behind it and all that is in it
    std::uint32_t key = 0;   ///< where its key begins, behind the quote
    std::uint32_t key_size = 0;
    ToolValue::Kind kind = ToolValue::Kind::absent;
    mutable bool read = false;
  };
  class Parser;

  bool touched(std::size_t at) const;
  void collect_unread(std::size_t at, const std::string& path,
                      std::vector<std::pair<std::string, std::string>>& into) const;

  std::string_view text_;
  std::string format_;
  std::string where_;
  std::size_t first_;
  std::vector<Node> nodes_;
  std::vector<ToolValue> documents_;
};

/// The text of a JSON string without its quotes: escapes resolved, lone surrogates replaced.
std::string json_unescaped(std::string_view text);

}  // namespace assay
