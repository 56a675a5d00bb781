// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/fma/fma.h"

namespace assay {

namespace {

std::vector<Value> isas() {
  std::vector<Value> values = {std::string("best")};
  for (auto& name : roof_fma::paths()) values.emplace_back(std::move(name));
  return values;
}

}  // namespace

Workload workload_roof_fma();

Workload workload_roof_fma() {
  Definition d;
  d.name = "roof.fma";
  d.doc =
      "Arithmetic peak: blocks of 192 independent chains, each `rounds` times x = a x + b from a seeded x0 "
      "in [2, 3). "
      "With e = 2^-ceil(log2 rounds), a = 1 - e and b = e, so the result is 1 + (x0 - 1) a^rounds in closed "
      "form: it "
      "depends on every round and on every start, and leaving out one round is beyond the tolerance. A "
      "block's chains "
      "live in 12 vector registers, more than latency x pipes of any CPU known to us needs (8 to 10). Blocks "
      "are shared "
      "among the threads: choose a multiple of the thread count.";
  d.parameters = {
      {"dtype",
       Value{std::string("f32")},
       "element type",
       {Value{std::string("f32")}, Value{std::string("f64")}}},
      {"rounds", Value{std::int64_t{1024}}, "multiply-adds of one chain in one call, 1 to 4096", {}},
      {"blocks", Value{std::int64_t{960}}, "independent blocks of 192 chains", {}},
      {"isa", Value{std::string("best")}, "vectors of simd: best, or one that this CPU has", isas()}};
  d.presets = {{"xs", {{"rounds", Value{std::int64_t{1024}}}, {"blocks", Value{std::int64_t{2}}}}},
               {"s", {{"rounds", Value{std::int64_t{1024}}}, {"blocks", Value{std::int64_t{96}}}}},
               {"m", {{"rounds", Value{std::int64_t{1024}}}, {"blocks", Value{std::int64_t{960}}}}}};
  d.unit_of_work = "operations";
  d.tolerances = {{"float", "rel", 5e-5, 1e-6}};
  d.operations_formula = "2 * 192 * blocks * rounds";
  d.bytes_formula = "2 * 192 * blocks * sizeof(dtype)";
  return {d, {roof_fma::reference(), roof_fma::simd()}};
}

}  // namespace assay
