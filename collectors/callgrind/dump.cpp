// SPDX-License-Identifier: Apache-2.0
#include "collectors/callgrind/dump.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace assay::callgrind {

namespace {

/// The body of a dump made with --dump-instr=yes: `positions: instr line`. Names are given once, as "(3)
/// main", then as "(3)"; positions may be relative to the line before: "+4", "-4", "*".
class Body {
 public:
  explicit Body(Functions& functions) : functions_(functions) {}

  void read(const std::string& line) {
    if (line.empty() || line[0] == '#') return;
    const auto equals = line.find('=');
    if (equals == std::string::npos) return read_cost(line);
    const std::string key = line.substr(0, equals);
    const std::string value = line.substr(equals + 1);
    if (key == "ob") object_ = name(objects_, value);
    if (key == "fl" || key == "fi" || key == "fe") file_ = name(files_, value);
    if (key == "fn") {
      function_ = without_level(name(names_, value));
      own_file_ = file_;
    }
    // A call's line defines names that later ones refer to; its cost is the callee's.
    if (key == "cob") name(objects_, value);
    if (key == "cfi" || key == "cfl") name(files_, value);
    if (key == "cfn") name(names_, value);
    if (key == "calls") next_ = Kind::call;
    if (key == "jump" || key == "jcnd") read_jump(value);
  }

 private:
  using Names = std::map<std::string, std::string>;
  /// What the next line of positions and costs tells: what the function executed there, what a call from
  /// there cost, or where the jump before it stands.
  enum class Kind { own, call, jump };

  static std::string name(Names& known, const std::string& value) {
    if (value.empty() || value[0] != '(') return value;
    const auto close = value.find(')');
    if (close == std::string::npos) return value;
    const std::string id = value.substr(0, close + 1);
    if (close + 2 <= value.size()) known[id] = value.substr(value.find_first_not_of(' ', close + 1));
    return known[id];
  }

  /// Callgrind tells levels of recursion apart, "Run" and "Run'2", as the harness's own happens to stand: one
  /// function.
  static std::string without_level(const std::string& function) {
    const auto quote = function.rfind('\'');
    const bool level = quote != std::string::npos && quote + 1 < function.size() &&
                       function.find_first_not_of("0123456789", quote + 1) == std::string::npos;
    return level ? function.substr(0, quote) : function;
  }

  /// An absolute or relative number; `last` is what it is relative to, and is not changed.
  static std::uint64_t position(const std::string& text, std::uint64_t last) {
    if (text.empty() || text == "*") return last;
    if (text[0] == '+') return last + std::strtoull(text.c_str() + 1, nullptr, 0);
    if (text[0] == '-') return last - std::strtoull(text.c_str() + 1, nullptr, 0);
    return std::strtoull(text.c_str(), nullptr, 0);
  }

  void read_cost(const std::string& text) {
    std::istringstream words(text);
    std::string address, line;
    words >> address >> line;
    address_ = position(address, address_);
    line_ = position(line, line_);
    const Kind kind = std::exchange(next_, Kind::own);
    if (kind == Kind::call) return;
    Function& function = functions_[{object_, function_}];
    if (function.source.empty() && own_file_ != "???") function.source = own_file_;
    Executed& executed = function.at[address_];
    if (kind == Kind::jump) {  // one address may stand in several basic blocks
      if (target_ == executed.target) {
        executed.taken += taken_;
      } else if (taken_ > executed.taken) {
        executed.taken = taken_;
        executed.target = target_;
      }
      return;
    }
    double cost = 0;
    words >> cost;  // instructions are the first column
    executed.count += cost;
    if (file_ == own_file_) executed.line = static_cast<int>(line_);
  }

  /// "COUNT TARGET LINE", or of a conditional one "TAKEN/EXECUTED TARGET LINE". The next line has the jump's
  /// own position.
  void read_jump(const std::string& value) {
    std::istringstream words(value);
    std::string count, target;
    words >> count >> target;
    taken_ = std::strtod(count.substr(0, count.find('/')).c_str(), nullptr);
    target_ = position(target, address_);
    next_ = Kind::jump;
  }

  Functions& functions_;
  Names objects_;
  Names files_;
  Names names_;
  std::string object_, file_, own_file_, function_;
  std::uint64_t address_ = 0;
  std::uint64_t line_ = 0;
  Kind next_ = Kind::own;
  double taken_ = 0;
  std::uint64_t target_ = 0;
};

}  // namespace

void Function::add(const Function& other) {
  source = other.source;
  for (const auto& [address, more] : other.at) {
    Executed& executed = at[address];
    executed.count += more.count;
    executed.line = more.line;
    if (more.taken > executed.taken) executed.target = more.target;
    executed.taken += more.taken;
  }
}

std::optional<double> Dump::sum(const std::vector<std::string>& columns) const {
  double sum = 0;
  for (const auto& column : columns) {
    const auto found = totals.find(column);
    if (found == totals.end()) return std::nullopt;
    sum += found->second;
  }
  return sum;
}

Dump read_dump(const std::filesystem::path& file, bool with_functions) {
  Dump dump;
  std::ifstream in(file);
  std::vector<std::string> columns;
  std::optional<Body> body;
  bool by_address = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("desc: Trigger:")) {
      dump.ours = line.find(std::string("Client Request: ") + dump_name) != std::string::npos;
    } else if (line.starts_with("creator: ")) {
      dump.creator = line.substr(9);
    } else if (line.starts_with("positions: ")) {
      by_address = line.substr(11) == "instr line";
    } else if (line.starts_with("events: ")) {
      std::istringstream words(line.substr(8));
      for (std::string word; words >> word;) columns.push_back(word);
      if (with_functions && by_address) body.emplace(dump.functions);
    } else if (line.starts_with("totals: ")) {
      std::istringstream words(line.substr(8));
      for (const auto& column : columns) {
        double value = 0;
        dump.totals[column] = words >> value ? value : 0;
      }
    } else if (body && !line.starts_with("summary:")) {
      body->read(line);
    }
  }
  return dump;
}

}  // namespace assay::callgrind
