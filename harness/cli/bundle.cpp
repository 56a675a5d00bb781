// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/bundle.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/answers/results.h"
#include "harness/cli/show_view.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_lost = 20;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Wherever it stands as a word of at least 3 characters.
void replace_word(std::string& text, const std::string& word, const std::string& by) {
  if (word.size() < 3) return;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    const std::size_t end = at + word.size();
    const bool whole = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, word.size(), by);
    at += whole ? by.size() : word.size();
  }
}

/// "GPU-12345678-...": hexadecimal digits and dashes.
void hide_serials(std::string& text) {
  constexpr std::string_view prefix = "GPU-";
  const std::string hidden = "GPU-serial";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    std::size_t end = at + prefix.size();
    while (end < text.size() &&
           (std::isxdigit(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-'))
      ++end;
    constexpr std::size_t least = 8;
    const bool serial = end - at - prefix.size() >= least;
    if (serial) text.replace(at, end - at, hidden);
    at += serial ? hidden.size() : prefix.size();
  }
}

/// Who is not to be told.
class Secrets {
 public:
  Secrets() {
    add_host(run::host_name());
    for (const char* variable : {"USER", "LOGNAME", "SUDO_USER"}) {
      if (const char* name = std::getenv(variable)) add_user(name);
    }
    if (const passwd* entry = getpwuid(getuid()); entry != nullptr) {
      add_user(entry->pw_name);
      home_ = entry->pw_dir;
    }
  }

  /// With the part before the first dot: "node7" of "node7.example.org".
  void add_host(const std::string& name) {
    hosts_.push_back(name);
    hosts_.push_back(name.substr(0, name.find('.')));
  }

  Json hide(const Json& json) const {
    if (json.is_string()) return hide(json.get<std::string>());
    Json result = json.is_object() ? Json::object() : Json::array();
    if (json.is_object()) {
      for (const auto& [key, value] : json.items()) result[hide(key)] = hide(value);
    } else if (json.is_array()) {
      for (const auto& value : json) result.push_back(hide(value));
    } else {
      return json;
    }
    return result;
  }

 private:
  void add_user(const std::string& name) {
    if (name != "root") users_.push_back(name);  // who that is, everybody knows
  }

  std::string hide(std::string text) const {
    if (home_.size() > 1) replace_word(text, home_, "~");
    return anonymous(std::move(text), hosts_, users_);
  }

  std::vector<std::string> hosts_;
  std::vector<std::string> users_;
  std::string home_;
};

Json settings_of(const Context& context) {
  Json all = Json::array();
  for (const auto& spec : setting_specs()) {
    const Setting& setting = context.settings.get(spec.key);
    all.push_back({{"setting", spec.key}, {"value", setting.value}, {"origin", setting.origin}});
  }
  return all;
}

Json files_of(const Context& context) {
  Json all = Json::array();
  for (const auto& file : context.settings.files())
    all.push_back({{"file", file.path}, {"read", file.read}, {"reason", file.reason}});
  return all;
}

Json workers_of(const Context& context) {
  Json all = Json::array();
  for (const auto& worker : context.settings.workers())
    all.push_back(
        {{"name", worker.name}, {"command", join_command(worker.command.argv)}, {"origin", worker.origin}});
  return all;
}

/// The newest run as it is exported, its rows as they are shown.
void add_run(Json& bundle, const Context& context, Secrets& secrets) {
  const std::string path = context.settings.existing_database();
  if (path.empty()) return;
  const Store store = Store::open(path, Store::Mode::read_only);
  const auto runs = store.list_runs();
  if (runs.empty()) return;
  const std::string id = store.find_run("latest");
  const Run run = store.load_run(id);
  secrets.add_host(run.host.name);

  std::stringstream exported;
  export_run(store, id, exported, {.identify = false, .with_samples = false});
  std::string line;
  std::getline(exported, line);
  bundle["run"] = Json::parse(line).at("run");
  while (std::getline(exported, line) && bundle["lost_launches"].size() < most_lost) {
    Json launch = Json::parse(line).at("launch");
    if (launch.at("status") == to_string(Status::ok)) continue;
    launch["log"] = last_lines(launch.at("log").get<std::string>(), "");
    bundle["lost_launches"].push_back(std::move(launch));
  }
  Document document = make_document("show", context, {run});
  document.results = results(store, id);
  bundle["results"] = Json::parse(to_json(document)).at("results");
}

}  // namespace

std::string anonymous(std::string text, const std::vector<std::string>& hosts,
                      const std::vector<std::string>& users) {
  text = hide_paths(text);
  for (const auto& host : hosts) text = hide_paths(text, host);
  for (const auto& user : users) replace_word(text, user, "user");
  hide_serials(text);
  return text;
}

std::string bundle(const Context& context, const std::string& checks) {
  Secrets secrets;
  Json bundle{{"assay_bundle", 1},
              {"assay_version", make_document("doctor", context, {}).assay_version},
              {"checks", Json::parse(checks).at("checks")},
              {"settings", settings_of(context)},
              {"settings_files", files_of(context)},
              {"workers", workers_of(context)},
              {"run", nullptr},
              {"lost_launches", Json::array()},
              {"results", Json::array()}};
  try {
    add_run(bundle, context, secrets);
  } catch (const Error& error) {
    bundle["run"] = {{"error", error.what()}};
  }
  return secrets.hide(bundle).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::cli
