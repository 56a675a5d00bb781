// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/settings.h"

#include <fmt/format.h>

#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/folders.h"
#include "harness/core/suggest.h"
#include "harness/core/value.h"
#include "harness/run/power_meter.h"

namespace assay::cli {

namespace fs = std::filesystem;

const std::vector<SettingSpec>& setting_specs() {
  static const std::vector<SettingSpec> specs{
      {"db", "ASSAY_DB", "", "the database; empty: assay.db under $XDG_DATA_HOME/assay"},
      {"run.launches", "ASSAY_LAUNCHES", "6", "fresh starts of the worker for each case"},
      {"run.budget", "ASSAY_BUDGET", "",
       "stop starting launches after this time: 90s, 10m, 2h; empty: no budget"},
      {"run.seed", "ASSAY_SEED", "1", "of inputs and of the order of launches"},
      {"run.cpus", "ASSAY_CPUS", "", "CPUs to measure on: 0,2-3; empty: all that this process may use"},
      {"run.collectors", "ASSAY_COLLECTORS", "",
       "beyond the timing lane's own: callgrind, perf_event, group:CPI, ..."},
      {"groups.folders", "ASSAY_GROUPS", "",
       "more folders of metric groups, ':' between them; the first counts"},
      {"rules.precision", "ASSAY_PRECISION", "0.005",
       "stop a launch when the median's 95 % interval is this narrow"},
      {"rules.max_time", "ASSAY_MAX_TIME", "1s",
       "longest time that a launch measures, whatever the precision"},
      {"rules.min_samples", "ASSAY_MIN_SAMPLES", "20",
       "fewest samples of a launch, where the time allows them"},
      {"rules.warmup", "ASSAY_WARMUP", "1s",
       "longest warm-up before a launch goes on unsettled, and says so"},
      {"cache.limit", "ASSAY_CACHE_LIMIT", "8 GiB",
       "most that decoded inputs and expected results may hold after a run; used longest ago goes first"},
      {"limits.memory", "ASSAY_MEMORY_LIMIT", "0",
       "of a worker's process tree: 8 GiB; 0: 80 % of the machine"},
      {"limits.start", "ASSAY_START_LIMIT", "30s", "a worker must answer hello within this time"},
      {"limits.prepare", "ASSAY_PREPARE_LIMIT", "300s", "a worker must answer prepare within this time"},
      {"limits.verify", "ASSAY_VERIFY_LIMIT", "300s", "a worker must answer verify within this time"},
      {"limits.measure", "ASSAY_MEASURE_LIMIT", "120s",
       "a worker must answer one measure request within this time"},
      {"ssh.command", "ASSAY_SSH", "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15",
       "how other hosts are reached: the words before a host's name"},
  };
  return specs;
}

namespace {

std::string as_text(const toml::node& node, const std::string& place, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* real = node.as_floating_point()) return shortest(real->get());
  throw Error(ErrorCode::usage, fmt::format("{}: '{}' must be a text or a number", place, key));
}

std::string place_of(const toml::node& node, const std::string& shown) {
  return fmt::format("{}:{}", shown, node.source().begin.line);
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  for (const auto& spec : setting_specs()) keys.push_back(spec.key);
  return keys;
}

bool is_device_name(const std::string& name) { return name.starts_with("serial:"); }

/// A [[serial]]: a board, and the port and speed that it is reached by. The program that speaks to it is
/// installed with this one.
ConfiguredWorker read_board(const toml::table& table, const std::string& place, const fs::path& directory) {
  std::string name;
  std::string port;
  std::string meter;
  std::int64_t speed = 115200;
  bool emulated = false;
  for (const auto& [key, node] : table) {
    const auto refuse = [&](const char* what, const std::string& example) {
      throw Error(ErrorCode::usage, fmt::format("{}: {}", place, what), example);
    };
    if (key == "name") {
      name = node.value_or(std::string());
      const bool plain =
          !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                   c == '_';
          });
      if (!plain) refuse("'name' must be up to 40 letters, digits, - or _", "write name = \"nucleo\"");
    } else if (key == "port") {
      port = node.value_or(std::string());
      if (port.empty() || port.front() != '/')
        refuse("'port' must be the path of a device", "write port = \"/dev/ttyACM0\"");
    } else if (key == "speed") {
      speed = node.value_or(std::int64_t{0});
      if (!node.is_integer() || speed < 1 || speed > 100'000'000)
        refuse("'speed' must be a number of bit/s", "write speed = 115200");
    } else if (key == "meter") {
      meter = node.value_or(std::string());
      if (meter.empty())
        refuse("'meter' must be the CSV file of the board's power meter", "write meter = \"power.csv\"");
    } else if (key == "emulated") {
      emulated = node.value_or(false);
      if (!node.is_boolean()) refuse("'emulated' must be true or false", "leave it out for a real board");
    } else {
      throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not a key of [[serial]]", place, key.str()),
                  suggest(std::string(key.str()), {"name", "port", "speed", "meter", "emulated"}));
    }
  }
  if (name.empty() || port.empty())
    throw Error(ErrorCode::usage, place + ": a [[serial]] needs 'name' and 'port'",
                "write name = \"nucleo\" and port = \"/dev/ttyACM0\"");
  Command command{{"assay-serial", port, std::to_string(speed), name}, {}, {}};
  if (emulated && !meter.empty())
    throw Error(ErrorCode::usage, place + ": an emulated board has no supply that a meter could be at",
                "leave out 'meter' or 'emulated'");
  if (emulated) command.argv.push_back("emulated");
  if (!meter.empty())
    command.environment[run::meter_variable] = (directory / meter).lexically_normal().string();
  return {"serial:" + name, command, place};
}

ConfiguredWorker read_worker(const toml::table& table, const std::string& place, const fs::path& directory) {
  ConfiguredWorker worker;
  worker.origin = place;
  const auto expect = [&](bool is_one, const char* what, const char* example) {
    if (!is_one) throw Error(ErrorCode::usage, fmt::format("{}: {}", place, what), example);
  };
  for (const auto& [key, node] : table) {
    if (key == "name") {
      expect(node.is_string(), "'name' must be a text", "write name = \"mine\"");
      worker.name = node.as_string()->get();
    } else if (key == "command") {
      expect(node.is_array() && node.is_homogeneous<std::string>(), "'command' must be a list of texts",
             "write command = [\"./my_worker\", \"--its-option\"]");
      for (const auto& part : *node.as_array()) worker.command.argv.push_back(part.as_string()->get());
    } else if (key == "environment") {
      expect(node.is_table(), "'environment' must be a table", "write environment = { NAME = \"value\" }");
      for (const auto& [name, value] : *node.as_table()) {
        worker.command.environment[std::string(name.str())] = as_text(value, place, std::string(name.str()));
      }
    } else {
      throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not a key of [[worker]]", place, key.str()),
                  suggest(std::string(key.str()), {"name", "command", "environment"}));
    }
  }
  if (is_device_name(worker.name))
    throw Error(ErrorCode::usage, fmt::format("{}: '{}' is the name of a board", place, worker.name),
                "a board is [[serial]]; give the worker another name");
  if (worker.name.empty() || worker.command.argv.empty()) {
    throw Error(ErrorCode::usage, place + ": a [[worker]] needs 'name' and 'command'",
                "write name = \"mine\" and command = [\"./my_worker\"]");
  }
  auto& program = worker.command.argv.front();
  expect(!program.starts_with("ssh:"),
         "a worker over ssh is named where it is wanted, so that no other command connects",
         "write --worker 'ssh:HOST ./my_worker'");
  if (program.find('/') != std::string::npos && program.front() != '/')
    program = (directory / program).lexically_normal().string();
  return worker;
}

}  // namespace

void Settings::read_file(const std::string& path, const std::string& shown) {
  std::error_code ignored;
  files_.push_back({shown, fs::exists(path, ignored), ""});
  if (!files_.back().read) return;
  files_.back().reason = distrusted(path);
  files_.back().read = files_.back().reason.empty();
  if (!files_.back().read) return;
  if (!fs::is_regular_file(path, ignored))
    throw Error(ErrorCode::bad_input, shown + " is not a regular file",
                "write the settings into one, or remove it");
  if (::access(path.c_str(), R_OK) != 0)
    throw Error(ErrorCode::bad_input, fmt::format("{} cannot be read: {}", shown, std::strerror(errno)),
                "let this user read it, or remove it");
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:{}: not TOML: {}", shown, error.source().begin.line, error.description()));
  }
  const auto take = [&](const std::string& key, const toml::node& node) {
    const auto place = place_of(node, shown);
    if (values_.find(key) == values_.end()) {
      throw Error(ErrorCode::usage, fmt::format("{}: unknown setting '{}'", place, key),
                  key.starts_with("worker")
                      ? "a worker is [[worker]] with name = \"mine\" and command = [\"./my_worker\"]"
                  : key.starts_with("serial")
                      ? "a board is [[serial]] with name = \"nucleo\" and port = \"/dev/ttyACM0\""
                      : suggest(key, known_keys()));
    }
    set(key, as_text(node, place, key), place);
  };
  for (const auto& [key, node] : file) {
    const std::string name(key.str());
    if (name == "worker" && node.is_array_of_tables()) {
      for (const auto& table : *node.as_array()) {
        workers_.push_back(
            read_worker(*table.as_table(), place_of(table, shown), fs::absolute(path).parent_path()));
      }
    } else if (name == "serial" && node.is_array_of_tables()) {
      for (const auto& table : *node.as_array())
        workers_.push_back(
            read_board(*table.as_table(), place_of(table, shown), fs::absolute(path).parent_path()));
    } else if (const auto* section = node.as_table()) {
      for (const auto& [inner, value] : *section) take(name + "." + std::string(inner.str()), value);
    } else {
      take(name, node);
    }
  }
}

Settings Settings::load() {
  Settings settings;
  for (const auto& spec : setting_specs()) settings.values_[spec.key] = {spec.default_value, "default"};
  if (const UserFolder folder = user_folder(UserFiles::config); folder.path.empty()) {
    settings.files_.push_back({"", false, folder.reason});
  } else {
    settings.read_file(folder.path + "/assay.toml", folder.path + "/assay.toml");
  }
  settings.read_file("assay.toml", "./assay.toml");
  for (const auto& spec : setting_specs()) {
    if (const char* value = std::getenv(spec.environment.c_str()))
      settings.set(spec.key, value, spec.environment);
  }
  return settings;
}

const Setting& Settings::get(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) throw Error(ErrorCode::internal, "no setting '" + key + "'");
  return found->second;
}

void Settings::set(const std::string& key, const std::string& value, const std::string& origin) {
  values_[key] = {value, origin};
}

double Settings::number(const std::string& key, double low, double high) const {
  const Setting& setting = get(key);
  double value = 0;
  const char* end = setting.value.data() + setting.value.size();
  const auto [stop, error] = std::from_chars(setting.value.data(), end, value);
  if (error != std::errc{} || stop != end || !(value >= low && value <= high)) {
    throw Error(ErrorCode::usage, fmt::format("{} is '{}' (from {}), expected a number from {:g} to {:g}",
                                              key, setting.value, setting.origin, low, high));
  }
  return value;
}

std::int64_t Settings::integer(const std::string& key, std::int64_t low, std::int64_t high) const {
  const Setting& setting = get(key);
  std::int64_t value = 0;
  const char* end = setting.value.data() + setting.value.size();
  const auto [stop, error] = std::from_chars(setting.value.data(), end, value);
  if (error != std::errc{} || stop != end || value < low || value > high) {
    throw Error(ErrorCode::usage, fmt::format("{} is '{}' (from {}), expected a whole number from {} to {}",
                                              key, setting.value, setting.origin, low, high));
  }
  return value;
}

namespace {

/// "1.5 GiB" -> 1.5 and "GiB".
std::pair<double, std::string> with_unit(const Setting& setting, const std::string& key,
                                         const char* expected) {
  double value = 0;
  const char* const end = setting.value.data() + setting.value.size();
  const auto [stop, error] = std::from_chars(setting.value.data(), end, value);
  std::string unit(stop, end);
  unit.erase(0, unit.find_first_not_of(' '));
  if (error != std::errc{} || !(value >= 0) || !std::isfinite(value)) {
    throw Error(ErrorCode::usage, fmt::format("{} is '{}' (from {}), expected {}", key, setting.value,
                                              setting.origin, expected));
  }
  return {value, unit};
}

double scaled(const std::pair<double, std::string>& value, const std::map<std::string, double>& units,
              const Setting& setting, const std::string& key, const char* expected) {
  const auto unit = units.find(value.second);
  if (unit == units.end()) {
    throw Error(ErrorCode::usage, fmt::format("{} is '{}' (from {}), expected {}", key, setting.value,
                                              setting.origin, expected));
  }
  return value.first * unit->second;
}

}  // namespace

std::int64_t Settings::byte_count(const std::string& key) const {
  static const std::map<std::string, double> units{
      {"", 1},     {"B", 1},        {"KB", 1e3},        {"MB", 1e6},
      {"GB", 1e9}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}};
  constexpr const char* expected = "a size such as '8 GiB'";
  const double bytes = scaled(with_unit(get(key), key, expected), units, get(key), key, expected);
  if (bytes > 1e18) throw Error(ErrorCode::usage, key + " is absurdly large");
  return static_cast<std::int64_t>(bytes);
}

double seconds_of(const Setting& setting, const std::string& key) {
  static const std::map<std::string, double> units{{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}};
  constexpr const char* expected = "a time such as 90s, 10m or 2h";
  if (setting.value.empty()) return 0;
  const double seconds = scaled(with_unit(setting, key, expected), units, setting, key, expected);
  if (seconds > 1e8) throw Error(ErrorCode::usage, key + " is absurdly long");
  return seconds;
}

double Settings::seconds(const std::string& key) const { return seconds_of(get(key), key); }

std::string Settings::database() const {
  const Setting& chosen = get("db");
  if (chosen.value == ":memory:") {
    throw Error(ErrorCode::usage,
                fmt::format("':memory:' (from {}) would keep nothing of what is measured", chosen.origin),
                "name a file");
  }
  if (!chosen.value.empty()) return chosen.value;
  const UserFolder folder = user_folder(UserFiles::data);
  if (folder.path.empty()) {
    throw Error(ErrorCode::usage, "there is no folder for the database: " + folder.reason,
                "name a database with --db, or set XDG_DATA_HOME");
  }
  return folder.path + "/assay.db";
}

std::string Settings::existing_database() const {
  const std::string path = database();
  std::error_code ignored;
  if (fs::exists(path, ignored)) return path;
  if (get("db").origin != "--db") return "";
  throw Error(ErrorCode::bad_input, fmt::format("there is no database {}", path), "'assay run' makes one");
}

}  // namespace assay::cli
