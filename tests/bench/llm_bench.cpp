// SPDX-License-Identifier: Apache-2.0
// Figures of the llm family, all ratios measured in one run, variants interleaved: gemv f32 against OpenBLAS,
// and every gemv as a fraction of the read bandwidth measured beside it. Usage: llm_bench [seconds for each
// row, default 2]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/llm/decode/decode.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {
Implementation implementation_llm_gemv_openblas();
Workload workload_roof_mem();
}  // namespace assay

namespace {

using namespace assay;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of each variant the median over `seconds`, or, on a machine that others use too, the best: one call of
/// each in turn.
bool best_of_all = false;
std::vector<double> interleave(const std::vector<std::function<void()>>& variants, double seconds) {
  std::vector<std::vector<double>> times(variants.size());
  const double end = now() + seconds;
  for (const auto& variant : variants) variant();
  while (now() < end || times[0].size() < 5) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const double start = now();
      variants[i]();
      times[i].push_back(now() - start);
    }
  }
  std::vector<double> medians;
  for (auto& t : times) medians.push_back(best_of_all ? *std::min_element(t.begin(), t.end()) : median(t));
  return medians;
}

std::unique_ptr<Instance> make(const Definition& definition, const Implementation& implementation,
                               const Params& params, cpu::Pool& pool) {
  Preparation preparation;
  preparation.params = resolve(definition, params);
  preparation.pool = &pool;
  return implementation.make(preparation);
}

/// roof.mem's own load of 256 MiB, which stands beside every kernel.
std::unique_ptr<Instance> make_roof(cpu::Pool& pool) {
  const Workload mem = workload_roof_mem();
  for (const auto& row : mem.implementations) {
    if (row.name == "simd") return make(mem.definition, row, {}, pool);
  }
  throw Error(ErrorCode::unavailable, "roof.mem has no simd here");
}

/// Of the last tensor: y, or the logits.
double rel_l2(Instance& a, Instance& b) {
  const auto left = a.output();
  const auto right = b.output();
  double error = 0;
  double norm = 0;
  for (std::size_t i = 0; i < right.back().view<float>().size(); ++i) {
    const double wanted = right.back().view<float>()[i];
    error += std::pow(left.back().view<float>()[i] - wanted, 2);
    norm += wanted * wanted;
  }
  return std::sqrt(error / norm);
}

void gemv_row(int threads, std::int64_t rows, std::int64_t cols, const std::string& dtype, double seconds) {
  std::vector<int> cpus;
  for (int i = 0; i < threads; ++i) cpus.push_back(i);
  cpu::Pool pool(cpus);
  const Params params = {{"rows", rows}, {"cols", cols}, {"dtype", dtype}};
  const auto reference = make(llm::gemv_definition(), llm::gemv_reference(), params, pool);
  const auto simd = make(llm::gemv_definition(), llm::gemv_simd(), params, pool);
  reference->call();
  simd->call();
  const auto roof = make_roof(pool);
  std::vector<std::function<void()>> variants = {[&] { roof->call(); }, [&] { simd->call(); }};
  std::unique_ptr<Instance> openblas;
  double openblas_error = 0;
  if (dtype == "f32") {
    openblas = make(llm::gemv_definition(), implementation_llm_gemv_openblas(), params, pool);
    openblas->call();
    openblas_error = rel_l2(*openblas, *reference);
    variants.emplace_back([&] { openblas->call(); });
  }
  const auto t = interleave(variants, seconds);
  const double read = roof->work().minimum_bytes / t[0] * 1e-9;
  const double bytes = simd->work().minimum_bytes;
  const double got = bytes / t[1] * 1e-9;
  fmt::print(
      "{:5} {:5} x {:5} {} thr {:8} {:8.3f} ms {:6.1f} GB/s  read {:5.1f} GB/s  {:4.0f} %  rel_l2 {:.1e}",
      dtype, rows, cols, threads, simd->isa(), t[1] * 1e3, got, read, 100 * got / read,
      rel_l2(*simd, *reference));
  if (openblas) {
    fmt::print("  | openblas ({}) {:6.1f} GB/s rel_l2 {:.1e}, simd/openblas {:.2f}", openblas->isa(),
               bytes / t[2] * 1e-9, openblas_error, t[2] / t[1]);
  }
  fmt::print("\n");
  std::fflush(stdout);
}

void decode_row(int threads, const std::string& config, const std::string& dtype, double seconds) {
  std::vector<int> cpus;
  for (int i = 0; i < threads; ++i) cpus.push_back(i);
  cpu::Pool pool(cpus);
  const Params params = {{"config", config}, {"dtype", dtype}};
  const auto reference = make(llm::decode_definition(), llm::decode_reference(), params, pool);
  const auto simd = make(llm::decode_definition(), llm::decode_simd(), params, pool);
  reference->call();
  simd->call();
  const auto roof = make_roof(pool);
  const bool tokens_equal = digest(reference->output()[0]) == digest(simd->output()[0]);
  const auto t = interleave({[&] { roof->call(); }, [&] { simd->call(); }}, seconds);
  const double read = roof->work().minimum_bytes / t[0] * 1e-9;
  const Work work = simd->work();
  const double got = work.minimum_bytes / t[1] * 1e-9;
  fmt::print(
      "decode {:5} {:5} {} thr {:8} {:8.1f} tokens/s {:6.1f} GB/s  read {:5.1f} GB/s  MBU {:4.0f} %  tokens "
      "{} "
      "logits rel_l2 {:.1e}\n",
      config, dtype, threads, simd->isa(), work.units / t[1], got, read, 100 * got / read,
      tokens_equal ? "equal" : "DIFFER", rel_l2(*simd, *reference));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2.0;
  best_of_all = argc > 2 && std::string(argv[2]) == "best";
  fmt::print("{} times\n", best_of_all ? "best" : "median");
  try {
    for (const int threads : {1, 2}) {
      for (const char* dtype : {"f32", "q8_0", "q4_0"}) {
        gemv_row(threads, 4096, 4096, dtype, seconds);
        gemv_row(threads, 4096, 14336, dtype, seconds);
        gemv_row(threads, 32000, 2048, dtype, seconds);
      }
      // Far beyond any cache: the fraction of the read bandwidth that counts.
      gemv_row(threads, 16384, 14336, "q8_0", seconds);
      gemv_row(threads, 16384, 14336, "q4_0", seconds);
      gemv_row(threads, 512, 512, "f32", seconds);
      gemv_row(threads, 512, 512, "q4_0", seconds);
      for (const char* dtype : {"f32", "q8_0", "q4_0"}) {
        decode_row(threads, "nano", dtype, seconds);
        decode_row(threads, "micro", dtype, seconds);
      }
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n{}\n", error.what(), error.remedy);
    return 1;
  }
  return 0;
}
