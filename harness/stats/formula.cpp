// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/formula.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/core/error.h"

namespace assay::stats {

struct Formula::Node {
  char kind = 'n';  // '+' '-' '*' '/', '<' min, '>' max, 'n' number, 'v' name
  double number = 0;
  Unit unit{};         // of a number
  std::string name{};  // of a name; of '-' and the others: empty
  std::unique_ptr<Node> left{};
  std::unique_ptr<Node> right{};
};

namespace {

using Node = Formula::Node;
using NodePointer = std::unique_ptr<Node>;

NodePointer binary(char kind, NodePointer left, NodePointer right) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->left = std::move(left);
  node->right = std::move(right);
  return node;
}

NodePointer number_node(double number, const Unit& unit) {
  auto node = std::make_unique<Node>();
  node->number = number;
  node->unit = unit;
  return node;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  NodePointer all() {
    if (text_.size() > longest) throw Error(ErrorCode::bad_input, "a formula has at most 1000 characters");
    auto node = sum();
    if (at_ < text_.size()) fail("the end, or one of + - * /");
    return node;
  }

 private:
  static constexpr std::size_t longest = 1000;  // a long chain is a deep tree
  static constexpr int deepest = 100;

  [[noreturn]] void fail(const std::string& expected) const {
    throw Error(
        ErrorCode::bad_input,
        "formula '" + text_ + "', column " + std::to_string(at_ + 1) + ": expected " + expected,
        "numbers, event names, + - * / ( ) min(a, b) max(a, b); a unit after a number: 64[byte/line]");
  }
  char next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool eat(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void need(char c) {
    if (!eat(c)) fail(std::string("'") + c + "'");
  }

  NodePointer sum() {
    auto node = product();
    while (next() == '+' || next() == '-') {
      const char kind = text_[at_++];
      node = binary(kind, std::move(node), product());
    }
    return node;
  }
  NodePointer product() {
    auto node = factor();
    while (next() == '*' || next() == '/') {
      const char kind = text_[at_++];
      node = binary(kind, std::move(node), factor());
    }
    return node;
  }
  NodePointer factor() {
    if (++depth_ > deepest) fail("less nesting");
    auto node = atom();
    --depth_;
    return node;
  }
  NodePointer atom() {
    if (eat('(')) {
      auto node = sum();
      need(')');
      return node;
    }
    if (eat('-')) return binary('*', number_node(-1, {}), factor());
    const char c = next();
    if ((c >= '0' && c <= '9') || c == '.') return number();
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return name();
    fail("a number, a name or '('");
  }
  NodePointer number() {
    double value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) fail("a number");
    at_ += static_cast<std::size_t>(end - begin);
    if (!eat('[')) return number_node(value, {});
    const std::size_t close = text_.find(']', at_);
    if (close == std::string::npos) fail("']' after the unit");
    const Unit unit = parse_unit(text_.substr(at_, close - at_));
    at_ = close + 1;
    return number_node(value, unit);
  }
  NodePointer name() {
    const std::size_t begin = at_;
    const auto part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.';
    };
    while (at_ < text_.size() && part(text_[at_])) ++at_;
    const std::string word = text_.substr(begin, at_ - begin);
    if (next() != '(') {
      auto node = std::make_unique<Node>();
      node->kind = 'v';
      node->name = word;
      return node;
    }
    if (word != "min" && word != "max") {
      at_ = begin;
      fail("min( or max(: '" + word + "' is no function");
    }
    need('(');
    auto left = sum();
    need(',');
    auto right = sum();
    need(')');
    return binary(word == "min" ? '<' : '>', std::move(left), std::move(right));
  }

  const std::string& text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

void collect(const Node& node, std::vector<std::string>& names) {
  if (node.kind == 'v' && std::find(names.begin(), names.end(), node.name) == names.end())
    names.push_back(node.name);
  if (node.left) collect(*node.left, names);
  if (node.right) collect(*node.right, names);
}

Unit unit_of_node(const Node& node, const std::function<Unit(const std::string&)>& unit_of,
                  const std::string& text) {
  if (node.kind == 'n') return node.unit;
  if (node.kind == 'v') return unit_of(node.name);
  const Unit left = unit_of_node(*node.left, unit_of, text);
  const Unit right = unit_of_node(*node.right, unit_of, text);
  if (node.kind == '*') return left * right;
  if (node.kind == '/') return left / right;
  if (!left.same_kind(right)) {
    throw Error(ErrorCode::bad_input, "formula '" + text + "': " + to_string(left) + " and " +
                                          to_string(right) + " cannot be added or compared");
  }
  return {1, left.powers};
}

/// In coherent units: every operand is brought to them by its unit's factor.
struct Evaluation {
  const std::function<Reading(const std::string&)>& reading_of;
  Reading& result;

  double value(const Node& node) {
    if (node.kind == 'n') return node.number * node.unit.factor;
    if (node.kind == 'v') return operand(node.name);
    const double left = value(*node.left);
    const double right = value(*node.right);
    switch (node.kind) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '<':
        return std::min(left, right);
      case '>':
        return std::max(left, right);
      default:
        break;
    }
    if (right == 0)
      missing(ReadingState::not_counted, "divided by zero: nothing of it happened in the region");
    return left / right;
  }

 private:
  double operand(const std::string& name) {
    const Reading reading = reading_of(name);
    if (!reading.value) {
      missing(reading.state, reading.metric + ": " + reading.reason);
      return 1;
    }
    if (reading.state == ReadingState::scaled && result.state == ReadingState::ok)
      result.state = ReadingState::scaled;
    result.coverage = std::min(result.coverage, reading.coverage);
    return *reading.value * parse_unit(reading.unit).factor;
  }
  void missing(ReadingState state, const std::string& reason) {
    if (!result.reason.empty()) return;  // the first one counts
    result.state = state;
    result.reason = reason;
  }
};

}  // namespace

Formula::Formula(const std::string& text) : text_(text), root_(Parser(text_).all()) {}
Formula::Formula(Formula&&) noexcept = default;
Formula& Formula::operator=(Formula&&) noexcept = default;
Formula::~Formula() = default;

std::vector<std::string> Formula::names() const {
  std::vector<std::string> names;
  collect(*root_, names);
  return names;
}

Unit Formula::unit(const std::function<Unit(const std::string&)>& unit_of) const {
  return {1, unit_of_node(*root_, unit_of, text_).powers};
}

Reading Formula::evaluate(const std::string& metric, const std::string& unit,
                          const std::function<Reading(const std::string&)>& reading_of) const {
  Reading result{.metric = metric, .unit = unit, .reason = {}};
  Evaluation evaluation{reading_of, result};
  const double value = evaluation.value(*root_);
  if (result.reason.empty() && std::isfinite(value)) {
    result.value = value / parse_unit(unit).factor;
    return result;
  }
  if (result.reason.empty()) {
    result.state = ReadingState::not_counted;
    result.reason = "too large a number";
  }
  result.coverage = 0;
  return result;
}

}  // namespace assay::stats
