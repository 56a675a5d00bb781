// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/agree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "harness/core/error.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

std::string place(std::size_t index, const std::vector<std::int64_t>& shape) {
  std::string text;
  for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent) {
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(*extent, 1));
    text = std::to_string(index % size) + (text.empty() ? "" : ",") + text;
    index /= size;
  }
  return "[" + text + "]";
}

constexpr double smallest_scale = 1e-300;  ///< what is relative to nothing is relative to this

struct Distance {
  double value = 0;
  std::size_t worst = 0;
  double got = 0;  ///< the element that is worst
  double wanted = 0;
  double mean = 0;  ///< of the differences; rules abs and rel
};

/// Root mean square that neither overflows nor underflows: what was added is held relative to the largest.
class RootMeanSquare {
 public:
  /// \p x is finite and not negative.
  void add(double x) {
    ++count_;
    if (x > largest_) {
      squares_ = squares_ * (largest_ / x) * (largest_ / x) + 1;
      largest_ = x;
    } else if (largest_ > 0) {
      squares_ += (x / largest_) * (x / largest_);
    }
  }
  double value() const { return largest_ > 0 ? largest_ * std::sqrt(squares_ / count_) : 0; }

 private:
  double count_ = 0;
  double largest_ = 0;
  double squares_ = 0;
};

/// |a - b|; infinite where NaN or an infinity stands against something else.
double difference(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : INFINITY;
}

/// The rule's value, infinite where any difference is.
template <typename T>
Distance distance_of(std::span<const T> result, std::span<const T> expected, const Tolerance& tolerance) {
  Distance found;
  const bool relative = tolerance.rule == "rel";
  const bool by_norm = tolerance.rule == "rel_l2" || tolerance.rule == "rel_rms";
  double largest = -1;
  double sum = 0;
  RootMeanSquare differences;
  RootMeanSquare wanted;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto a = static_cast<double>(result[i]);
    const auto b = static_cast<double>(expected[i]);
    double d = difference(a, b);
    if (std::isinf(d)) return {INFINITY, i, a, b, INFINITY};
    if (by_norm) {  // costs more than all the rest, and most results are pictures
      if (std::isfinite(b)) wanted.add(std::abs(b));
      differences.add(d);
    }
    sum += d;
    if (relative && d > 0) d /= std::max({std::abs(b), tolerance.floor, smallest_scale});
    if (d > largest) {
      largest = d;
      found = {0, i, a, b, 0};
    }
  }
  if (result.empty()) return found;
  found.mean = sum / static_cast<double>(result.size());
  const double scale = std::max(wanted.value(), smallest_scale);
  if (tolerance.rule == "rel_l2") {
    found.value = differences.value() / scale;
  } else if (tolerance.rule == "rel_rms") {
    found.value = largest / scale;
  } else {
    found.value = largest;
  }
  return found;
}

/// Of two tensors of the same type and shape.
Distance distance(const Tensor& a, const Tensor& b, const Tolerance& tolerance) {
  const auto of = [&]<typename T>(T) { return distance_of(a.view<T>(), b.view<T>(), tolerance); };
  switch (a.dtype) {
    case DType::u8:
      return of(std::uint8_t{});
    case DType::i8:
      return of(std::int8_t{});
    case DType::i16:
      return of(std::int16_t{});
    case DType::i32:
      return of(std::int32_t{});
    case DType::u32:
      return of(std::uint32_t{});
    case DType::i64:
      return of(std::int64_t{});
    case DType::u64:
      return of(std::uint64_t{});
    case DType::f32:
      return of(float{});
    case DType::f64:
      return of(double{});
  }
  return {};
}

/// "y, hist", or "none".
std::string names_of(const std::vector<Output>& outputs) {
  std::string text;
  for (const auto& output : outputs) text += (text.empty() ? "" : ", ") + output.name;
  return text.empty() ? "none" : text;
}

}  // namespace

std::vector<Output> to_outputs(const std::vector<OutputReply>& replies, const std::string& folder) {
  std::vector<Output> outputs;
  for (const auto& reply : replies) {
    Output output{reply.name, reply.dtype, reply.shape, reply.digest, {}};
    if (!reply.path.empty()) {
      output.values = read_worker_file(folder, reply.path, reply.dtype, reply.shape);
    } else if (!reply.data.empty()) {
      output.values = {reply.name, reply.dtype, reply.shape, reply.data};
    }
    if (output.digest.empty()) {
      output.values.dtype = reply.dtype;
      output.values.shape = reply.shape;
      output.digest = digest(output.values);
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

const Tolerance& tolerance_for(const Definition& definition, const std::string& accuracy) {
  for (const auto& tolerance : definition.tolerances) {
    if (tolerance.accuracy == accuracy) return tolerance;
  }
  static const Tolerance exact{"exact", "exact", 0, 0};
  if (accuracy == exact.accuracy) return exact;
  throw Error(ErrorCode::protocol,
              fmt::format("{} states no tolerance for the accuracy class '{}'", definition.name, accuracy),
              "add one to the workload's definition");
}

Agreement agree(const std::vector<Output>& result, const std::vector<Output>& expected,
                const Tolerance& tolerance) {
  if (expected.empty()) return {false, 0, "the reference has no outputs, so nothing can be verified"};
  const bool same_names = std::equal(result.begin(), result.end(), expected.begin(), expected.end(),
                                     [](const Output& a, const Output& b) { return a.name == b.name; });
  if (!same_names) {
    return {
        false, 0,
        fmt::format("the outputs are {}, expected {} in this order", names_of(result), names_of(expected))};
  }
  const bool nothing = std::all_of(expected.begin(), expected.end(), [](const Output& output) {
    return std::find(output.shape.begin(), output.shape.end(), 0) != output.shape.end();
  });
  if (nothing) return {false, 0, "nothing to compare: no output of the reference has an element"};
  Agreement agreement{true, 0, ""};
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Output& a = result[i];
    const Output& b = expected[i];
    if (a.dtype != b.dtype || a.shape != b.shape) {
      return {false, 0,
              fmt::format("output '{}' is {}, expected {}", a.name, type_text(a.dtype, a.shape),
                          type_text(b.dtype, b.shape))};
    }
    const bool have_values = !a.values.bytes.empty() && !b.values.bytes.empty();
    if (tolerance.rule == "exact" || !have_values) {
      const bool by_digest = !a.digest.empty() && !b.digest.empty();
      const bool equal = by_digest ? a.digest == b.digest : have_values && a.values.bytes == b.values.bytes;
      const bool both_empty = !by_digest && a.values.elements() == 0 && b.values.elements() == 0 &&
                              !have_values && a.values.shape == a.shape && b.values.shape == b.shape;
      if (!equal && !both_empty) {
        return {false, 1, fmt::format("output '{}' has digest {}, expected {}", a.name, a.digest, b.digest)};
      }
      continue;
    }
    const Distance d = distance(a.values, b.values, tolerance);
    agreement.measure = std::max(agreement.measure, d.value);
    if (!(d.value <= tolerance.limit)) {
      agreement.agrees = false;
      agreement.finding =
          fmt::format("output '{}' differs most at {}: {}, expected {} ({} {:.3g} > {:.3g})", a.name,
                      place(d.worst, a.shape), d.got, d.wanted, tolerance.rule, d.value, tolerance.limit);
      return agreement;
    }
    if (tolerance.mean > 0 && !(d.mean <= tolerance.mean)) {
      agreement.agrees = false;
      agreement.finding = fmt::format(
          "output '{}' differs by {:.3g} in the mean, more than {:.3g}, and most at {}: {}, expected {}",
          a.name, d.mean, tolerance.mean, place(d.worst, a.shape), d.got, d.wanted);
      return agreement;
    }
  }
  return agreement;
}

}  // namespace assay::protocol
