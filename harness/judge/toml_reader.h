// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/policy.h"
#include "harness/judge/quantity.h"

/// Inside: files that people write (policy, requirements, weights, prices), read strictly.
namespace assay::judge_detail {

/// \throws Error{bad_input} with `origin` and line; `what` says what the file should be: "a policy".
toml::table parse_toml(std::string_view text, const std::string& origin, const std::string& what);

/// One table of a file: keys are taken one by one, and one that is not known is an error that names the
/// closest. Whatever is wrong is Error{bad_input} with `origin`, the line and what is expected. `origin`
/// outlives the reader.
class TomlReader {
 public:
  /// `table` is how messages call it: "[[rule]]"; empty: the file itself.
  TomlReader(const std::string& origin, std::string table) : origin_(origin), table_(std::move(table)) {}

  void add(const std::string& key, std::function<void(const toml::node&)> take) {
    keys_[key] = std::move(take);
  }
  void read(const toml::table& table) const;

  [[noreturn]] void fail(const toml::node& node, const std::string& what, const std::string& remedy) const;

  std::string text(const toml::node& node, const char* what) const;
  bool flag(const toml::node& node) const;
  /// "0.5%", or 0.005; above 0 (or 0, where that `may` be), below or at `most`.
  enum class Zero { no, may };
  double share(const toml::node& node, double most, Zero zero = Zero::no) const;
  std::int64_t count(const toml::node& node, std::int64_t lowest, std::int64_t highest) const;
  /// A finite number from `lowest` on; `what` it is stands in the message.
  double number(const toml::node& node, double lowest, const char* what) const;
  bool fails(const toml::node& node) const;  ///< "fail", not "warn"
  Selector select(const toml::node& node) const;
  /// A selector of results that are there already, which know their parameters and no presets.
  Selector measured(const toml::node& node) const;
  Day day(const toml::node& node) const;
  Quantity quantity(const toml::node& node, const char* example) const;
  std::vector<std::string> texts(const toml::node& node) const;
  /// Each table of [[name]].
  void tables(const toml::node& node, const std::function<void(const toml::table&)>& take) const;

 private:
  const std::string& origin_;
  std::string table_;
  std::map<std::string, std::function<void(const toml::node&)>> keys_;
  mutable std::string at_;  ///< the key that is being read; empty: none
};

}  // namespace assay::judge_detail
