// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/collector.h"

namespace assay::cli {

/// One thing that can be set: by flag, else by environment, else in ./assay.toml, else in the XDG file, else
/// in the suite that is run, else its default.
struct SettingSpec {
  std::string key;          ///< in files: "run.launches" is `launches` in [run]
  std::string environment;  ///< "ASSAY_LAUNCHES"
  std::string default_value;
  std::string doc;
};

/// All of them: `assay config` prints this table.
const std::vector<SettingSpec>& setting_specs();

struct Setting {
  std::string value;
  std::string origin;  ///< "default", "ASSAY_DB", "./assay.toml:3", "--launches"
};

/// "90", "90s", "10m", "2h": seconds; 0 for nothing. \throws Error{usage} that names `key` and the origin.
double seconds_of(const Setting& setting, const std::string& key);

/// A [[worker]] of a settings file.
struct ConfiguredWorker {
  std::string name;
  Command command;
  std::string origin;
};

/// A file that was looked for.
struct SettingsFile {
  std::string path;    ///< as shown; empty: this user has no folder for one
  bool read = false;   ///< false without `reason`: it is not there
  std::string reason;  ///< why it was not read
};

class Settings {
 public:
  /// Reads environment and files. \throws Error{usage} with file and line on unknown keys (with the closest
  /// one) and on values of a wrong type; Error{bad_input} on a file that is not TOML.
  /// A file that others could have written is not read (harness/core/folders.h); files() says so.
  static Settings load();

  const Setting& get(const std::string& key) const;
  std::string text(const std::string& key) const { return get(key).value; }
  /// \throws Error{usage} naming the origin when the value is not a number, or not in [low, high].
  double number(const std::string& key, double low, double high) const;
  /// The same for a whole number.
  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high) const;
  /// "1.5 GiB", "800 MB", or plain bytes.
  std::int64_t byte_count(const std::string& key) const;
  /// "90", "90s", "10m", "2h": seconds.
  double seconds(const std::string& key) const;

  void set(const std::string& key, const std::string& value, const std::string& origin);
  const std::map<std::string, Setting>& all() const { return values_; }
  const std::vector<ConfiguredWorker>& workers() const { return workers_; }
  const std::vector<SettingsFile>& files() const { return files_; }

  /// The database: --db, ASSAY_DB, settings, else assay.db under the XDG data folder. \throws Error{usage}
  /// where there is none of these, and for one that keeps nothing.
  std::string database() const;
  /// The same, to be read; "" where nothing was measured yet. \throws Error{bad_input} when --db names one
  /// that is not there (environment and settings say where it will be).
  std::string existing_database() const;

 private:
  void read_file(const std::string& path, const std::string& shown);

  std::map<std::string, Setting> values_;
  std::vector<ConfiguredWorker> workers_;
  std::vector<SettingsFile> files_;
};

}  // namespace assay::cli
