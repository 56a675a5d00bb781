// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include "harness/core/error.h"
#include "workloads/support/f16.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"
#include "workloads/vision/conv_layers/conv.h"

namespace assay::vision {

namespace {

std::int64_t counted(const Params& params, const std::string& key, std::int64_t most) {
  const std::int64_t value = get_integer(params, key);
  if (value >= 1 && value <= most) return value;
  throw Error(ErrorCode::usage, "vision.conv_layers: " + key + "=" + std::to_string(value),
              "choose 1 to " + std::to_string(most));
}

Aligned<float> seeded(std::int64_t count, float scale, bool half, const Preparation& preparation,
                      const char* name) {
  if (count > std::int64_t{1} << 30)
    throw Error(ErrorCode::usage, "vision.conv_layers: an array has at most 2^30 values",
                "choose a smaller layer");
  Aligned<float> values(static_cast<std::size_t>(count), preparation.pool);
  const Stream stream(preparation.seed, name);
  fill(values.data(), values.size(), preparation.pool, [&](std::size_t i) {
    const float value = scale * stream.normal(i);
    return half ? f16_to_f32(f32_to_f16(value)) : value;
  });
  return values;
}

}  // namespace

ConvProblem::ConvProblem(const Preparation& preparation) {
  const Params& params = preparation.params;
  half = get_text(params, "dtype") == "f16";
  in_channels = counted(params, "in_channels", 8192);
  height = counted(params, "height", 8192);
  width = counted(params, "width", 8192);
  out_channels = counted(params, "out_channels", 8192);
  kernel = counted(params, "kernel", 63);
  stride = counted(params, "stride", 63);
  groups = counted(params, "groups", 8192);
  if (in_channels % groups != 0 || out_channels % groups != 0 || kernel % 2 == 0) {
    throw Error(ErrorCode::usage, "vision.conv_layers: these parameters do not go together",
                "in_channels and out_channels are multiples of groups, and kernel is odd");
  }
  out_height = (height - 1) / stride + 1;
  out_width = (width - 1) / stride + 1;
  group_in = in_channels / groups;
  group_out = out_channels / groups;
  const std::int64_t taps = group_in * kernel * kernel;
  input = seeded(in_channels * height * width, 1, half, preparation, "input");
  weights =
      seeded(out_channels * taps, std::sqrt(2.0f / static_cast<float>(taps)), half, preparation, "weights");
  if (results() > std::int64_t{1} << 30)
    throw Error(ErrorCode::usage, "vision.conv_layers: an array has at most 2^30 values",
                "choose a smaller layer");
}

Work ConvProblem::work() const {
  const auto out = static_cast<double>(results());
  const double taps = static_cast<double>(group_in * kernel * kernel);
  const double values = static_cast<double>(input.size()) + static_cast<double>(weights.size());
  return {2 * out * taps, (half ? 2 : 4) * values + 4 * out, 1};
}

std::string ConvProblem::digest() const {
  return InputDigest().add<float>("input", input.view()).add<float>("weights", weights.view()).text();
}

std::vector<Tensor> ConvProblem::output(std::span<const float> result) const {
  return {Tensor::from<float>("output", {out_channels, out_height, out_width}, result)};
}

}  // namespace assay::vision
