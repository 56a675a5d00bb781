// SPDX-License-Identifier: Apache-2.0
// Times a case without Assay's recorder, engine, rules and statistics: a plain loop around clock_gettime on
// one pinned thread, the library called directly where it is a library's. Prints the median of a call in ns;
// for tests/bench/times_agree.py.
//
//     plain_times MILLISECONDS WORKLOAD/IMPLEMENTATION [KEY=VALUE...]
#include <cblas.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {
Workload workload_llm_gemv();
Workload workload_dataframe_filter_sum();
Workload workload_roof_mem();
Workload workload_vision_resize();
}  // namespace assay

namespace {

using namespace assay;

Params given(const Definition& definition, int count, char** words) {
  Params params;
  for (int i = 0; i < count; ++i) {
    const std::string word = words[i];
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    bool integer = false;
    for (const auto& p : definition.parameters)
      integer = integer || (p.name == name && std::holds_alternative<std::int64_t>(p.default_value));
    params[name] = integer ? Value{std::int64_t{std::stoll(value)}} : Value{value};
  }
  return resolve(definition, params);
}

Workload workload(const std::string& name) {
  if (name == "llm.gemv") return workload_llm_gemv();
  if (name == "dataframe.filter_sum") return workload_dataframe_filter_sum();
  if (name == "roof.mem") return workload_roof_mem();
  if (name == "vision.resize") return workload_vision_resize();
  throw Error(ErrorCode::usage, "no workload '" + name + "' here");
}

/// What is timed.
std::function<void()> call_of(const std::string& name, const std::string& implementation, cpu::Pool& pool,
                              int count, char** words) {
  const Workload offered = workload(name);
  Preparation preparation;
  preparation.params = given(offered.definition, count, words);
  preparation.pool = &pool;
  if (implementation == "openblas") {
    openblas_set_num_threads(1);
    const auto problem = std::make_shared<llm::GemvProblem>(preparation);
    const auto y = std::make_shared<std::vector<float>>(problem->w.rows);
    const auto rows = static_cast<blasint>(problem->w.rows);
    const auto cols = static_cast<blasint>(problem->w.cols);
    return [=] {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, rows, cols, 1.0f, problem->w.f32_row(0), cols,
                  problem->x.data(), 1, 0.0f, y->data(), 1);
    };
  }
  if (implementation == "opencv") {
    cv::setNumThreads(1);
    const auto size = [&](const char* key) { return static_cast<int>(get_integer(preparation.params, key)); };
    cv::Mat from(size("height"), size("width"), CV_8UC3);
    cv::randu(from, 0, 256);
    cv::Mat to(size("out_height"), size("out_width"), CV_8UC3);
    return [from, to]() mutable { cv::resize(from, to, to.size(), 0, 0, cv::INTER_LINEAR); };
  }
  for (const auto& row : offered.implementations) {
    if (row.name != implementation) continue;
    const std::shared_ptr<Instance> instance = row.make(preparation);
    return [instance] { instance->call(); };
  }
  throw Error(ErrorCode::usage, name + " has no implementation '" + implementation + "' here");
}

double seconds() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string path = argc < 3 ? "" : argv[2];
  const auto slash = path.find('/');
  if (slash == std::string::npos) {
    throw Error(ErrorCode::usage, "usage: plain_times MILLISECONDS WORKLOAD/IMPLEMENTATION [KEY=VALUE...]");
  }
  const double limit_s = std::atof(argv[1]) * 1e-3;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  cpu::Pool pool(std::vector<int>{0});
  const auto call = call_of(path.substr(0, slash), path.substr(slash + 1), pool, argc - 3, argv + 3);
  std::vector<double> times;
  const double begin = seconds();
  while (seconds() < begin + limit_s) {
    const double start = seconds();
    call();
    times.push_back(seconds() - start);
  }
  times.erase(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 5));  // warm-up
  std::sort(times.begin(), times.end());
  std::printf("%.1f\n", times[times.size() / 2] * 1e9);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "plain_times: %s\n", error.what());
  return 2;
}
