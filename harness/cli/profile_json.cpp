// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "harness/cli/profile_view.h"
#include "harness/core/privacy.h"

namespace assay::cli {

namespace {

using nlohmann::ordered_json;

ordered_json number(const std::optional<double>& x) { return x ? ordered_json(*x) : ordered_json(nullptr); }

ordered_json model_document(const PortBound& bound) {
  if (!bound.reason.empty()) return {{"reason", bound.reason}, {"remedy", bound.remedy}};
  return {{"cpu", bound.cpu},
          {"ports_cycles", bound.ports_cycles},
          {"turn_cycles", bound.turn_cycles},
          {"limit", bound.limit}};
}

ordered_json profile_document(const Profile& profile, const Run& run, bool identify,
                              const std::vector<PortBound>& bounds = {}) {
  const auto hidden = [&](const std::string& text) {
    return identify ? text : hide_paths(text, run.host.name);
  };
  ordered_json metrics = ordered_json::array();
  std::vector<MetricValue> all = profile.row.metrics;
  all.insert(all.end(), profile.derived.begin(), profile.derived.end());
  for (const auto& m : all) {
    metrics.push_back({{"id", m.id},
                       {"value", number(m.value)},
                       {"unit", m.unit},
                       {"ci_low", number(m.ci_low)},
                       {"ci_high", number(m.ci_high)},
                       {"n", m.n},
                       {"state", to_string(m.state)},
                       {"reason", hidden(m.reason)}});
  }
  ordered_json spots = ordered_json::array();
  for (const auto& spot : profile.hot_spots) {
    ordered_json listing = ordered_json::array();
    for (const auto& i : spot.listing) {
      listing.push_back({{"address", i.address},
                         {"count", i.count},
                         {"line", i.line > 0 ? ordered_json(i.line) : ordered_json(nullptr)},
                         {"target", i.target > 0 ? ordered_json(i.target) : ordered_json(nullptr)},
                         {"taken", i.taken},
                         {"text", i.text}});
    }
    spots.push_back({{"function", spot.function},
                     {"object", hidden(spot.object)},
                     {"source", hidden(spot.source)},
                     {"instructions", spot.instructions},
                     {"listing", listing}});
  }
  ordered_json loops = ordered_json::array();
  for (std::size_t i = 0; i < profile.loops.size(); ++i) {
    const HotLoop& loop = profile.loops[i];
    loops.push_back({{"function", profile.hot_spots[loop.spot].function},
                     {"first", loop.first},
                     {"last", loop.last},
                     {"instructions", loop.instructions},
                     {"turns", loop.turns},
                     {"length", loop.length},
                     {"model", i < bounds.size() ? model_document(bounds[i]) : ordered_json(nullptr)}});
  }
  ordered_json phases = ordered_json::array();
  for (const auto& phase : profile.phases)
    phases.push_back({{"name", phase.name}, {"seconds", phase.seconds}});
  ordered_json regions = ordered_json::array();
  for (const auto& region : profile.regions) {
    regions.push_back({{"path", region.path},
                       {"calls", number(region.calls)},
                       {"median_ns", number(region.p50_ns)},
                       {"p99_ns", number(region.p99_ns)},
                       {"share", number(region.share)},
                       {"self", number(region.self)}});
  }
  ordered_json findings = ordered_json::array();
  for (const auto& finding : profile.findings) findings.push_back(hidden(finding));
  const Placement& placement = profile.placement;
  return {{"run", run.id},
          {"run_state", run.state},
          {"case", profile.row.case_key},
          {"status", to_string(profile.row.status)},
          {"findings", findings},
          {"metrics", metrics},
          {"roofline",
           {{"intensity", placement.intensity},
            {"operations_per_s", placement.performance},
            {"fraction", number(placement.fraction.value)},
            {"reason", hidden(placement.fraction.reason)}}},
          {"hot_spots", spots},
          {"loops", loops},
          {"regions", regions},
          {"phases", phases}};
}

std::string dump(const ordered_json& document) {
  return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string profiles_json(const std::vector<ShownProfile>& profiles, const Run& run, bool identify) {
  ordered_json all = ordered_json::array();
  for (const auto& shown : profiles)
    all.push_back(profile_document(shown.profile, run, identify, shown.bounds));
  return dump({{"schema_version", 1}, {"command", "profile"}, {"profiles", all}});
}

std::string difference_json(const Profile& base, const Run& base_run, const Profile& other,
                            const Run& other_run, bool identify) {
  const ProfileDifference difference = explain_difference(base, other);
  ordered_json factors = ordered_json::array();
  for (const auto& factor : difference.factors) {
    factors.push_back({{"what", factor.what},
                       {"base", factor.base},
                       {"other", factor.other},
                       {"share", factor.share ? ordered_json(*factor.share) : ordered_json(nullptr)}});
  }
  ordered_json functions = ordered_json::array();
  for (const auto& change : difference.functions)
    functions.push_back(
        {{"function", change.function}, {"base", number(change.base)}, {"other", number(change.other)}});
  return dump({{"schema_version", 1},
               {"command", "profile --against"},
               {"base", profile_document(base, base_run, identify)},
               {"other", profile_document(other, other_run, identify)},
               {"ratio", difference.ratio > 0 ? ordered_json(difference.ratio) : ordered_json(nullptr)},
               {"apart", difference.apart},
               {"per", difference.per},
               {"factors", factors},
               {"functions", functions},
               {"caution", difference.caution}});
}

}  // namespace assay::cli
