// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "tests/contract/support.h"

namespace assay::contract {

namespace {

template <typename T>
std::vector<double> as_doubles(const Tensor& tensor) {
  const auto view = tensor.view<T>();
  return {view.begin(), view.end()};
}

std::vector<double> values(const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::u8:
      return as_doubles<std::uint8_t>(tensor);
    case DType::i8:
      return as_doubles<std::int8_t>(tensor);
    case DType::i16:
      return as_doubles<std::int16_t>(tensor);
    case DType::i32:
      return as_doubles<std::int32_t>(tensor);
    case DType::i64:
      return as_doubles<std::int64_t>(tensor);
    case DType::u32:
      return as_doubles<std::uint32_t>(tensor);
    case DType::u64:
      return as_doubles<std::uint64_t>(tensor);
    case DType::f32:
      return as_doubles<float>(tensor);
    case DType::f64:
      return as_doubles<double>(tensor);
  }
  return {};
}

double measure(const std::vector<double>& a, const std::vector<double>& b, const Tolerance& tolerance) {
  double largest = 0;
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) return INFINITY;
    if (std::isnan(a[i])) continue;
    const double distance = std::abs(a[i] - b[i]);
    const double scale = tolerance.rule == "rel" ? std::max(std::abs(b[i]), tolerance.floor) : 1;
    largest = std::max(largest, distance == 0 ? 0 : distance / scale);
    difference += distance * distance;
    norm += b[i] * b[i];
  }
  if (tolerance.rule == "rel_rms") return largest / std::sqrt(norm / static_cast<double>(b.size()));
  if (tolerance.rule != "rel_l2") return largest;
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

double mean(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return a.empty() ? 0 : sum / static_cast<double>(a.size());
}

}  // namespace

std::string disagreement(const std::vector<Tensor>& result, const std::vector<Tensor>& expected,
                         const Tolerance& tolerance) {
  if (result.size() != expected.size()) return "another number of outputs";
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Tensor& a = result[i];
    const Tensor& b = expected[i];
    if (a.name != b.name || a.dtype != b.dtype || a.shape != b.shape) {
      return "output " + a.name + " has another name, type or shape than " + b.name;
    }
    if (tolerance.rule == "exact") {
      if (a.bytes != b.bytes) return "output " + a.name + " is not equal";
      continue;
    }
    const double distance = measure(values(a), values(b), tolerance);
    if (!(distance <= tolerance.limit)) {
      return "output " + a.name + ": " + tolerance.rule + " " + shortest(distance) + " > " +
             shortest(tolerance.limit);
    }
    if (tolerance.mean > 0 && !(mean(values(a), values(b)) <= tolerance.mean))
      return "output " + a.name + ": mean";
  }
  return {};
}

}  // namespace assay::contract
