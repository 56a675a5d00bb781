// SPDX-License-Identifier: Apache-2.0
// Figures of the roof and dataframe families, verified against the reference first.
//   dataframe_bench [ROUNDS]                       queries as a share of the bandwidth that roof.mem measures
//   in turn dataframe_bench columns ROWS DIR               writes key, v1, v2, v3 of groupby_q5 as .npy, for
//   dataframe_peers.py dataframe_bench groupby_q5 DIR THREADS CALLS   over those columns: prints the ns of
//   each call, and writes the
//                                                  result beside them
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/seeded.h"

namespace assay {
Workload workload_roof_mem();
Workload workload_roof_fma();
Workload workload_dataframe_filter_sum();
Workload workload_dataframe_groupby_q1();
Workload workload_dataframe_groupby_q5();
}  // namespace assay

namespace {

using namespace assay;

std::vector<int> first_cpus(int threads) {
  std::vector<int> cpus;
  for (int i = 0; i < threads; ++i) cpus.push_back(i);
  return cpus;
}

std::unique_ptr<Instance> make(const Workload& workload, const std::string& name, const Params& given,
                               cpu::Pool& pool, const std::map<std::string, std::string>& inputs = {}) {
  Preparation preparation;
  preparation.params = resolve(workload.definition, given);
  preparation.pool = &pool;
  preparation.inputs = inputs;
  for (const auto& row : workload.implementations) {
    if (row.name == name) return row.make(preparation);
  }
  throw Error(ErrorCode::internal, "no implementation " + name);
}

std::int64_t time_ns(Instance& instance) {
  const auto begin = std::chrono::steady_clock::now();
  instance.call();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// CPU time of all threads of this process.
std::int64_t process_cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000 + now.tv_nsec;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool same(Instance& a, Instance& b) {
  a.call();
  b.call();
  const auto x = a.output();
  const auto y = b.output();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (digest(x[i]) != digest(y[i])) return false;
  }
  return x.size() == y.size();
}

void peak(int threads, int rounds) {
  cpu::Pool pool(first_cpus(threads));
  for (const char* dtype : {"f32", "f64"}) {
    const auto instance = make(workload_roof_fma(), "simd", {{"dtype", Value{std::string(dtype)}}}, pool);
    instance->call();
    std::vector<double> rates;
    for (int i = 0; i < rounds; ++i) {
      rates.push_back(instance->work().operations / static_cast<double>(time_ns(*instance)));
    }
    std::printf("roof.fma %s, %d thread(s), %s: median %.0f, best %.0f GFLOP/s\n", dtype, threads,
                instance->isa().c_str(), median(rates), *std::max_element(rates.begin(), rates.end()));
  }
}

/// The query and roof.mem's load, in turn: the share is a median over pairs of neighbours. False on a wrong
/// result.
bool share_of_roof(const Workload& workload, std::int64_t rows, int threads, int rounds) {
  cpu::Pool pool(first_cpus(threads));
  const Params params{{"rows", Value{rows}}};
  const auto query = make(workload, "simd", params, pool);
  {
    const auto reference = make(workload, "reference", params, pool);
    if (!same(*query, *reference)) {
      std::printf("%s: wrong result\n", workload.definition.name.c_str());
      return false;
    }
  }
  const auto load = make(workload_roof_mem(), "simd", {}, pool);
  load->call();
  std::vector<double> shares, rates, roofs;
  double load_cpu_ns = 0;
  double query_cpu_ns = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::int64_t before = process_cpu_ns();
    const double roof = load->work().minimum_bytes / static_cast<double>(time_ns(*load));
    const std::int64_t between = process_cpu_ns();
    const auto ns = static_cast<double>(time_ns(*query));
    load_cpu_ns += static_cast<double>(between - before);
    query_cpu_ns += static_cast<double>(process_cpu_ns() - between);
    shares.push_back(query->work().minimum_bytes / ns / roof);
    rates.push_back(query->work().units / ns * 1e3);
    roofs.push_back(roof);
  }
  // CPU time over all rounds leaves out what other programs took of the CPUs.
  const double cpu_share =
      query->work().minimum_bytes / query_cpu_ns / (load->work().minimum_bytes / load_cpu_ns);
  std::printf(
      "%s rows=%lld, %d thread(s): median %.0f, best %.0f, by CPU time %.0f Mrow/s; load best %.1f, by CPU "
      "time %.1f "
      "GB/s; share of load: median %.0f %%, by CPU time %.0f %%\n",
      workload.definition.name.c_str(), static_cast<long long>(rows), threads, median(rates),
      *std::max_element(rates.begin(), rates.end()),
      query->work().units * rounds * threads / query_cpu_ns * 1e3,
      *std::max_element(roofs.begin(), roofs.end()),
      load->work().minimum_bytes * rounds * threads / load_cpu_ns, 100 * median(shares), 100 * cpu_share);
  return true;
}

void write_columns(std::size_t rows, const std::string& folder) {
  const auto groups = static_cast<std::uint32_t>(std::max<std::size_t>(1, rows / 100));
  const auto write = [&](const char* name, const char* stream_name, auto element) {
    const Stream stream(1, stream_name);
    std::vector<decltype(element(stream, 0))> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = element(stream, i);
    write_npy(folder + "/" + name + ".npy",
              Tensor::from<decltype(element(stream, 0))>(name, {static_cast<std::int64_t>(rows)}, values));
  };
  using S = const Stream&;
  write("key", "id6", [&](S s, std::size_t i) { return static_cast<std::int32_t>(1 + s.below(i, groups)); });
  write("v1", "v1", [](S s, std::size_t i) { return static_cast<std::int32_t>(1 + s.below(i, 5)); });
  write("v2", "v2", [](S s, std::size_t i) { return static_cast<std::int32_t>(1 + s.below(i, 15)); });
  write("v3", "v3", [](S s, std::size_t i) { return static_cast<double>(s.below(i, 100000000)) / 1e6; });
}

void time_columns(const std::string& folder, int threads, int calls) {
  std::map<std::string, std::string> inputs;
  for (const char* role : {"key", "v1", "v2", "v3"}) inputs[role] = folder + "/" + role + ".npy";
  cpu::Pool pool(first_cpus(threads));
  const auto query = make(workload_dataframe_groupby_q5(), "simd", {}, pool, inputs);
  query->call();
  for (int i = 0; i < calls; ++i) {
    const std::int64_t cpu_before = process_cpu_ns();
    const std::int64_t wall = time_ns(*query);
    std::printf("%lld %lld\n", static_cast<long long>(wall),
                static_cast<long long>(process_cpu_ns() - cpu_before));
  }
  for (const auto& tensor : query->output()) write_npy(folder + "/result_" + tensor.name + ".npy", tensor);
}

int run(const std::vector<std::string>& words) {
  const std::string what = words.empty() ? "15" : words[0];
  if (what == "columns" && words.size() == 3) {
    write_columns(std::stoul(words[1]), words[2]);
    return 0;
  }
  if (what == "groupby_q5" && words.size() == 4) {
    time_columns(words[1], std::stoi(words[2]), std::stoi(words[3]));
    return 0;
  }
  const int rounds = std::max(1, std::stoi(what));
  bool right = true;
  for (const int threads : {1, 2}) {
    peak(threads, rounds);
    for (const auto& workload : {workload_dataframe_filter_sum(), workload_dataframe_groupby_q1(),
                                 workload_dataframe_groupby_q5()}) {
      for (const std::int64_t rows : {1000000, 10000000}) {
        right = share_of_roof(workload, rows, threads, rounds) && right;
      }
    }
  }
  return right ? 0 : 6;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dataframe_bench: %s\n", error.what());
    return 2;
  }
}
