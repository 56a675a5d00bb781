// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/worker/toy.h"

#include <cstdio>
#include <new>
#include <numeric>

#include "harness/measure/clock.h"

namespace assay::toy {

namespace {

class Sum : public Instance {
 public:
  Sum(const Preparation& preparation, bool real, bool lazy)
      : real_(real), lazy_(lazy), near_(get_text(preparation.params, "accuracy") == "near") {
    const auto n = get_integer(preparation.params, "n");
    if (n < 0) throw std::bad_alloc();
    values_.resize(static_cast<std::size_t>(n));
    std::iota(values_.begin(), values_.end(), std::int64_t{0});
  }
  void call() override {
    if (!lazy_ || !printed_) sum_ = std::accumulate(values_.begin(), values_.end(), std::int64_t{0});
    if (!printed_) std::printf("a library prints to standard output\n");
    if (!printed_) std::fflush(stdout);
    printed_ = true;
    track_.offset_ns.push_back(measure::now_ns());
    track_.value.push_back(1);
  }
  std::vector<Tensor> output() override {
    if (real_) {
      const double sum = static_cast<double>(sum_);
      return {Tensor::from<double>("sum", {1}, {&sum, 1})};
    }
    return {Tensor::from<std::int64_t>("sum", {1}, {&sum_, 1})};
  }
  void spoil() override { sum_ = -1; }
  Work work() const override {
    return {.operations = 1, .minimum_bytes = 8, .units = static_cast<double>(values_.size())};
  }
  std::size_t resident_bytes() const override { return values_.size() * 8; }
  std::vector<Track> take_tracks() override {
    Track taken{"time.toy", "ns", {}, {}};
    std::swap(taken.offset_ns, track_.offset_ns);
    std::swap(taken.value, track_.value);
    return {taken};
  }
  std::string accuracy() const override { return near_ ? "near" : ""; }
  std::string input_digest() const override { return "crc32:00000000"; }

 private:
  bool real_;
  bool lazy_;  ///< only its first call computes
  bool near_;
  std::vector<std::int64_t> values_;
  std::int64_t sum_ = 0;
  bool printed_ = false;
  Track track_;
};

Implementation implementation(const char* name, const char* accuracy, bool real, bool lazy = false) {
  Implementation i;
  i.name = name;
  i.accuracy = accuracy;
  i.make = [real, lazy](const Preparation& p) -> std::unique_ptr<Instance> {
    return std::make_unique<Sum>(p, real, lazy);
  };
  return i;
}

Implementation make_linked() { return implementation("linked", "exact", false); }

Workload make_sum() {
  Workload workload;
  workload.definition.name = "toy.sum";
  workload.definition.parameters = {
      {"n", std::int64_t{10}, "values", {}},
      {"accuracy", std::string("exact"), "", {std::string("exact"), std::string("near")}}};
  workload.definition.presets = {{"xs", {{"n", std::int64_t{4}}}}};
  workload.definition.unit_of_work = "values";
  workload.definition.tolerances = {
      {"exact", "exact", 0, 0}, {"near", "abs", 1, 0}, {"float", "rel", 1e-9, 0}};
  workload.implementations = {implementation("reference", "exact", false),
                              implementation("real", "float", true),
                              implementation("lazy", "exact", false, true)};
  return workload;
}

/// Reads how many events it was opened with.
class Calls : public Collector {
 public:
  std::vector<Metric> metrics() const override { return {{"calls.events", "count", Better::neither, ""}}; }
  Probe probe() override { return Probe::present(); }
  void open(const std::vector<std::string>& events) override { events_ = static_cast<double>(events.size()); }
  void start() override {}
  void stop() override {}
  std::vector<Reading> read() override {
    return {{.metric = "calls.events", .value = events_, .unit = "count", .reason = {}}};
  }

 private:
  double events_ = 0;
};

std::unique_ptr<Collector> make_calls() { return std::make_unique<Calls>(); }

}  // namespace

const ComponentTable& table() {
  static const ComponentTable all{
      {{"toy.sum", &make_sum}},
      {{"calls", &make_calls}},
      {},
      {{"ghost", "toy.sum", "ghost"}},
      {{"implementation", "toy.sum/openblas", "openblas was not found", "apt-get install libopenblas-dev"},
       {"collector", "papi", "papi was not found", "apt-get install libpapi-dev"},
       {"implementation", "toy.sum/warp", "no compiler for warp cores", "get one", "warp"},
       {"device_kind", "warp", "no compiler for warp cores", "get one"}},
      {{"toy.sum", &make_linked}},
      "2.5",
      "Toy 1 Release",
      {{"ghost", "ghost"}}};
  return all;
}

}  // namespace assay::toy
