// SPDX-License-Identifier: Apache-2.0
#include "harness/store/transfer.h"

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/store/absorb.h"
#include "harness/store/calibrations.h"
#include "harness/store/history.h"
#include "harness/store/sqlite.h"
#include "harness/store/transfer_json.h"

namespace assay {

namespace {

using Json = nlohmann::json;

constexpr int export_version = 1;

/// Every text in the document; names of fields stay. Serial numbers and the like go by the name of their
/// field.
void hide(Json& json, const std::string& host_name, const std::string& key = {}) {
  if (json.is_string()) {
    const bool serial = key.find("serial") != std::string::npos || key.find("uuid") != std::string::npos ||
                        key.find("user") != std::string::npos;
    const auto& text = json.get_ref<const std::string&>();
    json = serial && !text.empty() ? "hidden" : hide_paths(text, host_name);
  } else if (json.is_object()) {
    for (auto& [name, item] : json.items()) hide(item, host_name, name);
  } else if (json.is_array() && !json.empty() && !json.front().is_number()) {
    for (Json& item : json) hide(item, host_name, key);
  }
}

}  // namespace

void export_run(const Store& store, const std::string& run_id, std::ostream& out,
                const ExportOptions& options) {
  const Run run = store.load_run(run_id);
  const auto write = [&](Json json) {
    if (!options.identify) hide(json, run.host.name);
    out << json.dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
    if (!out) {
      throw Error(ErrorCode::io, "run " + run_id + " could not be written",
                  "is the disk full? then export again");
    }
  };
  Json head = store_detail::run_json(run);
  Json triage = Json::array();
  for (TriageEvent event : load_triage(store, run_id)) {
    if (!options.identify) event.person = pseudonym(event.person, "person");
    triage.push_back(store_detail::triage_json(event));
  }
  Json calibrations = Json::array();
  for (const Calibration& one : load_all_calibrations(store)) {
    if (one.run == run_id) calibrations.push_back(store_detail::calibration_json(one));
  }
  if (!options.identify) {
    head["host"]["name"] = pseudonym(run.host.name);
    if (run.commit) head["commit"]["author"] = pseudonym(run.commit->author, "person");
  }
  const std::size_t launches = store.load_summaries(run_id).size();
  write({{"assay_export", export_version},
         {"launches", launches},
         {"run", std::move(head)},
         {"triage", std::move(triage)},
         {"calibrations", std::move(calibrations)}});
  for (const PlannedCase& planned : run.plan) {
    for (const Launch& launch : store.load_case(run_id, planned.ordinal)) {
      write({{"launch", store_detail::launch_json(launch, options.with_samples)}});
    }
  }
}

void export_triage(TriageEvent event, std::ostream& out, const ExportOptions& options) {
  if (!options.identify) event.person = pseudonym(event.person, "person");
  Json json{{"assay_export", export_version}, {"triage", Json::array({store_detail::triage_json(event)})}};
  if (!options.identify) hide(json, "");
  out << json.dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
}

namespace {

/// Next line without its end; false at the end of the file. \throws Error{bad_input} on one longer than any
/// export has; std::bad_alloc as it comes, where std::getline would call it the end of the file.
bool next_line(std::istream& in, std::string& line) {
  constexpr std::size_t longest = std::size_t{1} << 30;
  line.clear();
  std::streambuf& bytes = *in.rdbuf();
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == longest) throw Error(ErrorCode::bad_input, "the line is longer than 1 GiB");
    line += static_cast<char>(c);
  }
  return !line.empty();
}

/// How many launches of a run a file has, of how many: what is cut at a line's end has fewer.
struct Whole {
  std::string run;
  std::optional<std::size_t> announced;  ///< older exports do not say
  std::size_t read = 0;

  void check() const {
    if (!announced || read >= *announced) return;
    throw Error(ErrorCode::bad_input,
                "the file is cut: it has " + std::to_string(read) + " of " + std::to_string(*announced) +
                    " launches of run " + run,
                "export the run again, or copy the file again: nothing of it was stored");
  }
};

}  // namespace

MergeReport import_runs(Store& store, std::istream& in, const std::string& name) {
  store_detail::Transaction all(store.database());
  store_detail::Absorber absorber(store);
  std::string line;
  bool in_run = false;
  bool has_decisions = false;
  Whole whole;
  std::size_t before = 0;  // bytes of the lines before this one
  for (std::int64_t number = 1;; ++number, before += line.size() + 1) {
    const auto where = [&] { return name + ":" + std::to_string(number) + ": "; };
    const char* const remedy = number == 1
                                   ? "give a file that `assay export --format assay` wrote; `assay import` "
                                     "reads those of other tools"
                                   : "give a file that `assay export` wrote; nothing of this one was stored";
    try {
      if (!next_line(in, line)) break;
      if (line.empty()) continue;
      const Json json = Json::parse(line);
      if (json.contains("assay_export")) {
        const int version = json.at("assay_export");
        if (version > export_version) {
          throw Error(ErrorCode::bad_input, "export format " + std::to_string(version) +
                                                "; this Assay reads up to " + std::to_string(export_version));
        }
        for (const Json& event : json.value("triage", Json::array()))  // earlier exports have none
          absorber.triage(store_detail::parse_triage(event));
        if (json.contains("triage") && !json.contains("run")) {
          has_decisions = true;
          continue;
        }
        whole.check();
        const Run run = store_detail::parse_run(json.at("run"));
        whole = {run.id, std::nullopt};
        if (json.contains("launches")) whole.announced = json.at("launches").get<std::size_t>();
        absorber.run(run);
        std::vector<Calibration> calibrations;
        for (const Json& one : json.value("calibrations", Json::array()))  // earlier exports have none
          calibrations.push_back(store_detail::parse_calibration(one, run.id));
        add_calibrations(store, calibrations);
        in_run = true;
      } else if (in_run && json.contains("launch")) {
        absorber.launch(store_detail::parse_launch(json.at("launch")));
        ++whole.read;
      } else {
        throw Error(ErrorCode::bad_input, "not a line of an Assay export");
      }
    } catch (const Json::parse_error& error) {
      throw Error(ErrorCode::bad_input,
                  where() + "no JSON at byte " + std::to_string(before + error.byte) + " of the file",
                  remedy);
    } catch (const Json::exception& error) {
      throw Error(ErrorCode::bad_input, where() + error.what(), remedy);
    } catch (const std::ios_base::failure&) {  // a folder
      throw Error(ErrorCode::bad_input, name + " cannot be read", remedy);
    } catch (const Error& error) {
      throw Error(error.code, where() + error.what(), error.remedy.empty() ? remedy : error.remedy);
    }
  }
  if (!in_run && !has_decisions) {
    throw Error(ErrorCode::bad_input, name + " holds no run", "give a file that `assay export` wrote");
  }
  try {
    whole.check();
  } catch (const Error& error) {
    throw Error(error.code, name + ": " + error.what(), error.remedy);
  }
  absorber.finish();
  all.commit();
  return absorber.report();
}

MergeReport add_runs(Store& store, const std::vector<WholeRun>& runs) {
  store_detail::Transaction all(store.database());
  store_detail::Absorber absorber(store);
  for (const WholeRun& whole : runs) {
    absorber.run(whole.run);
    for (const Launch& launch : whole.launches) absorber.launch(launch);
  }
  absorber.finish();
  all.commit();
  return absorber.report();
}

}  // namespace assay
