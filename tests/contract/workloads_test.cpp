// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/worker/catalogue.h"
#include "harness/worker/os/host.h"
#include "tests/contract/support.h"

using namespace assay;

namespace {

const worker::Catalogue& catalogue() {
  static const worker::Catalogue all(worker_table());
  return all;
}

const Params& preset(const Definition& definition, const std::string& name) {
  const auto found = std::find_if(definition.presets.begin(), definition.presets.end(),
                                  [&](const Preset& p) { return p.name == name; });
  REQUIRE(found != definition.presets.end());
  return found->params;
}

/// The parameters of a preset, and once more for each choice of each parameter.
std::vector<Params> variants(const Definition& definition, const Params& base) {
  std::vector<Params> all{resolve(definition, base)};
  for (const auto& parameter : definition.parameters) {
    for (const auto& choice : parameter.choices) {
      Params params = base;
      params[parameter.name] = choice;
      params = resolve(definition, params);
      if (std::find(all.begin(), all.end(), params) == all.end()) all.push_back(params);
    }
  }
  return all;
}

/// One member, and three that share the CPUs there are: odd shares, whatever the machine.
std::vector<std::vector<int>> placements() {
  const auto cpus = worker::os::allowed_cpus();
  return {{cpus[0]}, {cpus[0], cpus[1 % cpus.size()], cpus[2 % cpus.size()]}};
}

struct Built {
  std::unique_ptr<cpu::Pool> pool;
  std::unique_ptr<Instance> instance;
};

/// An instance, or none where the implementation says that it does not do this variant.
Built build(const Implementation& implementation, const Params& params, std::uint64_t seed,
            const std::vector<int>& cpus, const std::string& device = "cpu") {
  Built built;
  built.pool = std::make_unique<cpu::Pool>(cpus);
  try {
    built.instance = implementation.make(
        {.params = params, .seed = seed, .device = device, .pool = built.pool.get(), .inputs = {}});
  } catch (const Error& error) {
    REQUIRE(error.code == ErrorCode::unavailable);
    REQUIRE(implementation.name != "reference");
  }
  return built;
}

std::vector<Tensor> result_of(Instance& instance) {
  instance.call();
  return instance.output();
}

const Tolerance& tolerance_for(const Definition& definition, const std::string& accuracy) {
  const auto found = std::find_if(definition.tolerances.begin(), definition.tolerances.end(),
                                  [&](const Tolerance& t) { return t.accuracy == accuracy; });
  INFO("accuracy class " << accuracy);
  REQUIRE(found != definition.tolerances.end());
  return *found;
}

}  // namespace

TEST_CASE("every definition is complete and its presets are legal") {
  std::set<std::string> names;
  for (const auto& workload : catalogue().workloads()) {
    const Definition& d = workload.definition;
    INFO(d.name);
    CHECK(names.insert(d.name).second);
    CHECK(d.name.find('.') != std::string::npos);
    CHECK(percent_encode(d.name) == d.name);
    CHECK(d.version >= 1);
    CHECK_FALSE(d.doc.empty());
    CHECK_FALSE(d.unit_of_work.empty());
    CHECK_FALSE(d.operations_formula.empty());
    CHECK_FALSE(d.bytes_formula.empty());
    CHECK_FALSE(d.tolerances.empty());
    for (const auto& p : d.parameters) {
      INFO(p.name);
      CHECK_FALSE(is_reserved_key(p.name));
      CHECK_FALSE(p.doc.empty());
    }
    preset(d, "xs");
    for (const auto& p : d.presets) CHECK_NOTHROW(resolve(d, p.params));
    REQUIRE_FALSE(workload.implementations.empty());
    CHECK(workload.implementations[0].name == "reference");
  }
  CHECK_FALSE(names.empty());
}

TEST_CASE("every row of the table that is absent says why and what to do") {
  for (const auto& row : worker_table().absent) {
    INFO(row.kind << " " << row.name);
    CHECK_FALSE(row.reason.empty());
    CHECK_FALSE(row.remedy.empty());
  }
}

TEST_CASE(
    "every implementation computes what its reference computes, from the same input, at any thread count") {
  for (const auto& offer : catalogue().workload_offers(catalogue().devices())) {
    const Definition& d = offer.definition;
    const auto reference = catalogue().implementation(d.name, "reference", "cpu");
    double smallest = -1;
    for (const Params& params : variants(d, preset(d, "xs"))) {
      const Built expected = build(reference, params, 7, placements()[0]);
      // A choice that makes another size (a whole model) is left to the family's own tests.
      const double size = expected.instance->work().minimum_bytes;
      if (smallest < 0) smallest = size;
      if (size > 100 * smallest) continue;
      const auto expected_result = result_of(*expected.instance);
      const Work work = expected.instance->work();
      CHECK(work.operations >= 0);                                // a copy has none
      CHECK((work.minimum_bytes > 0 || d.bytes_formula == "0"));  // a chain of additions moves none
      CHECK(work.units > 0);
      for (const auto& row : offer.implementations) {
        if (!row.probe.available) continue;
        const auto implementation = catalogue().implementation(d.name, row.name, row.device);
        for (const auto& cpus : placements()) {
          INFO(to_string(Case{d.name, row.name, params, row.device}) << " on " << cpus.size() << " threads");
          const Built built = build(implementation, params, 7, cpus, row.device);
          if (!built.instance) continue;
          Instance& instance = *built.instance;
          const std::string accuracy =
              instance.accuracy().empty() ? implementation.accuracy : instance.accuracy();
          const Tolerance& tolerance = tolerance_for(d, accuracy);
          const auto result = result_of(instance);
          CHECK(contract::disagreement(result, expected_result, tolerance) == "");
          CHECK(instance.input_digest() == expected.instance->input_digest());
          CHECK(instance.work().operations == work.operations);
          CHECK(instance.work().minimum_bytes == work.minimum_bytes);
          CHECK(instance.work().units == work.units);
          CHECK(instance.resident_bytes() > 0);
          CHECK_FALSE(instance.isa().empty());
          instance.spoil();
          CHECK(contract::disagreement(instance.output(), expected_result, tolerance) != "");
          for (int i = 0; i < 3; ++i) instance.call();
          CHECK(contract::disagreement(instance.output(), expected_result, tolerance) == "");
        }
      }
    }
  }
}

TEST_CASE("another seed is another input") {
  for (const auto& workload : catalogue().workloads()) {
    const Params params = resolve(workload.definition, preset(workload.definition, "xs"));
    INFO(workload.definition.name);
    const auto digest = [&](std::uint64_t seed) {
      return build(workload.implementations[0], params, seed, placements()[0]).instance->input_digest();
    };
    CHECK(digest(1) == digest(1));
    CHECK(digest(1) != digest(2));
  }
}

TEST_CASE("a call allocates nothing") {
  for (const auto& workload : catalogue().workloads()) {
    const Definition& d = workload.definition;
    for (const auto& implementation : workload.implementations) {
      if (!implementation.probe().available) continue;
      for (const auto& cpus : placements()) {
        const Built built = build(implementation, resolve(d, preset(d, "xs")), 1, cpus);
        if (!built.instance) continue;
        built.instance->call();
        built.instance->take_tracks();
        const auto before = contract::allocations();
        built.instance->call();
        const auto made = contract::allocations() - before;  // before Catch makes its own
        INFO(d.name << "/" << implementation.name << " on " << cpus.size() << " threads");
        CHECK(made == 0);
      }
    }
  }
}

TEST_CASE("the smallest preset's data fit 8 KiB, so that boards can run it") {
  for (const auto& workload : catalogue().workloads()) {
    const Params params = resolve(workload.definition, preset(workload.definition, "xs"));
    const Built built = build(workload.implementations[0], params, 1, placements()[0]);
    INFO(workload.definition.name);
    // Both bound the data from above: traffic counts some of it twice, residence what an implementation adds.
    const auto traffic = static_cast<std::size_t>(built.instance->work().minimum_bytes);
    CHECK(std::min(traffic, built.instance->resident_bytes()) <= 8192);
  }
}
