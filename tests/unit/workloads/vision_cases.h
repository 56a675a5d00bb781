// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/workload.h"

/// What the tests of the vision workloads share.
namespace vision_test {

struct Size {
  int width;
  int height;
  int out_width;
  int out_height;
};

/// Up, down, odd, tiny, and scales on every side of the kernels' window limits.
const std::vector<Size>& odd_sizes();

Size size_of(const assay::Preset& preset);

std::unique_ptr<assay::Instance> make(const assay::Workload& workload, const std::string& implementation,
                                      Size size, assay::cpu::Pool* pool, std::uint64_t seed = 1,
                                      const std::string& image_path = {});

/// Is it in this build? Without Highway `simd` is a row with a reason, and no more.
bool available(const assay::Workload& workload, const std::string& implementation);

/// The result of one call at that many threads (on CPU 0).
assay::Tensor output(const assay::Workload& workload, const std::string& implementation, Size size,
                     int threads, std::uint64_t seed = 1);

/// A tensor as a .npy file of its own, removed at the end.
class NpyFile {
 public:
  explicit NpyFile(const assay::Tensor& tensor);
  ~NpyFile();
  NpyFile(const NpyFile&) = delete;
  NpyFile& operator=(const NpyFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// max |a - b|. \throws Error when shapes or types differ.
template <typename T>
double largest_difference(const assay::Tensor& a, const assay::Tensor& b) {
  if (a.shape != b.shape) throw assay::Error(assay::ErrorCode::internal, "the shapes differ");
  const auto x = a.view<T>();
  const auto y = b.view<T>();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
  }
  return largest;
}

/// Runs `check` once for each SIMD target that this machine and build have, with Highway held to it.
void for_each_target(const std::function<void(const std::string&)>& check);

}  // namespace vision_test
