// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/model/tflite_layers.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "workloads/tinyml/model/tflite_scales.h"

namespace assay::tinyml::tflite {

namespace {

constexpr std::int8_t int8_type = 9, int32_type = 2;
constexpr std::int8_t no_activation = 0, relu = 1, relu6 = 3;
constexpr std::int8_t same_padding = 0, valid_padding = 1;
constexpr std::uint64_t most_constants = std::uint64_t{1} << 28;
constexpr std::int64_t most_taps = 65536;  // int8.h: more could overflow a sum

struct Layers {
  const Reader& reader;
  const Operator& op;
  Model& model;

  [[noreturn]] void refuse(const std::string& what) const { reader.fail(reader.name_of(op) + ": " + what); }

  /// The values of `x` are [1, height, width, channels].
  void image(const Activations& x) const {
    if (x.shape.size() != 4 || x.shape[0] != 1) refuse("its images are not [1, height, width, channels]");
  }

  void clamp(std::int8_t activation, const Activations& out, std::int32_t& low, std::int32_t& high) const {
    low = -128, high = 127;
    if (activation != no_activation && activation != relu && activation != relu6)
      refuse("fused activation number " + std::to_string(activation) + " is none of NONE, RELU, RELU6");
    if (activation == no_activation) return;
    low = std::max(low, out.zero);
    if (activation == relu6 && std::round(6.0F / out.scale) < 256)
      high = std::min(high, out.zero + static_cast<std::int32_t>(std::round(6.0F / out.scale)));
  }

  FixedPoint scale(double real) const {
    if (!(real >= 0) || !std::isfinite(real)) refuse("its scales have no ratio");
    const FixedPoint fixed = fixed_point(real);
    if (fixed.shift > 30) refuse("its output's scale is 2^30 times finer than its products");
    return fixed;
  }

  const std::int8_t* weights(std::int32_t tensor, std::int32_t dimension) const {
    if (reader.tensor(tensor).type() != int8_type) refuse("its weights are not int8");
    if (reader.zero(tensor) != 0) refuse("its weights have a zero point");
    const auto* quantisation = reader.tensor(tensor).quantisation();
    if (reader.scales(tensor).size() > 1 && quantisation->dimension() != dimension)
      refuse("its weights have scales along dimension " + std::to_string(quantisation->dimension()));
    const auto bytes = reader.data(tensor);
    if (bytes.size() != static_cast<std::size_t>(reader.elements(tensor)))
      refuse("its weights are too few or too many");
    model.constant_bytes += bytes.size();
    if (model.constant_bytes > most_constants) refuse("all weights together have more than 256 MiB");
    auto& kept = model.weights.emplace_back(bytes.size());
    std::memcpy(kept.data(), bytes.data(), bytes.size());
    return kept.data();
  }

  /// Bias and scale of each channel; a sum has `taps` products. `together`: TensorFlow Lite multiplies the
  /// scales of input and weights as floats in layers without channels of their own.
  void channels(assay_layer_int8& layer, const Activations& in, std::int32_t weight_tensor,
                const Activations& out, std::int64_t taps, bool together) const {
    if (taps > most_taps)
      refuse("a sum has " + std::to_string(taps) + " products; at most 65536 are added up");
    const auto channels = static_cast<std::size_t>(layer.out_channels);
    auto& bias = model.numbers.emplace_back(channels);
    auto& multiplier = model.numbers.emplace_back(channels);
    auto& shift = model.numbers.emplace_back(channels);
    if (reader.input_count(op) > 2 && reader.input(op, 2) != -1) {
      const std::int32_t tensor = reader.input(op, 2);
      if (reader.tensor(tensor).type() != int32_type) refuse("its bias is not int32");
      const auto bytes = reader.data(tensor);
      if (bytes.size() != channels * sizeof(std::int32_t))
        refuse("its bias has not one number for each channel");
      std::memcpy(bias.data(), bytes.data(), bytes.size());
    }
    const std::int64_t room = INT32_MAX - taps * 255 * 128;
    for (const std::int32_t b : bias) {
      if (b > room || b < -room) refuse("a bias of " + std::to_string(b) + " overflows 32 bits");
    }
    const auto scales = reader.scales(weight_tensor);
    if (scales.size() != 1 && scales.size() != channels)
      refuse("its weights have not one scale for each channel");
    for (std::size_t o = 0; o < channels; ++o) {
      const float own = scales[scales.size() == 1 ? 0 : o];
      const double product = together && scales.size() == 1
                                 ? static_cast<double>(in.scale * own)
                                 : static_cast<double>(in.scale) * static_cast<double>(own);
      const FixedPoint fixed = scale(product / static_cast<double>(out.scale));
      multiplier[o] = fixed.multiplier;
      shift[o] = fixed.shift;
    }
    layer.bias = bias.data();
    layer.multiplier = multiplier.data();
    layer.shift = shift.data();
    layer.in_zero = in.zero;
    layer.out_zero = out.zero;
    model.constant_bytes += 12 * channels;
    model.multiplications += static_cast<std::uint64_t>(taps) * static_cast<std::uint64_t>(out.elements);
  }

  /// Where windows of `kernel` lie: as many outputs as the file says, or it is wrong.
  std::int32_t pad(std::int8_t padding, std::int32_t in, std::int32_t kernel, std::int32_t stride,
                   std::int32_t out) const {
    if (padding != same_padding && padding != valid_padding) refuse("its padding is neither SAME nor VALID");
    if (padding == valid_padding && kernel > in) refuse("its kernel is larger than its image");
    const std::int32_t expected =
        padding == same_padding ? assay_same_size(in, stride) : (in - kernel) / stride + 1;
    if (out != expected)
      refuse("its output has " + std::to_string(out) + " rows or columns, where " + std::to_string(expected) +
             " come out");
    return padding == same_padding ? assay_same_pad(in, kernel, stride) : 0;
  }

  assay_network_step convolution(bool depthwise) const {
    const Activations in = reader.activations(reader.input(op, 0));
    const Activations out = reader.activations(reader.output(op));
    const std::int32_t weight_tensor = reader.input(op, 1);
    const auto kernel = reader.shape(weight_tensor);
    image(in), image(out);
    if (kernel.size() != 4) refuse("its weights have not four dimensions");
    assay_network_step step{};
    step.kind = depthwise ? assay_step_depthwise : assay_step_conv;
    assay_layer_int8& layer = step.as.layer;
    layer.in_height = in.shape[1], layer.in_width = in.shape[2], layer.in_channels = in.shape[3];
    layer.out_height = out.shape[1], layer.out_width = out.shape[2], layer.out_channels = out.shape[3];
    layer.kernel_height = kernel[1], layer.kernel_width = kernel[2];
    const bool fits = depthwise ? kernel[0] == 1 && kernel[3] == layer.out_channels &&
                                      layer.in_channels == layer.out_channels
                                : kernel[0] == layer.out_channels && kernel[3] == layer.in_channels;
    if (!fits)
      refuse("its weights have another shape than its input and output need (a depth multiplier is 1)");
    const std::int32_t across = reader.option_integer(op, 1, 0), down = reader.option_integer(op, 2, 0);
    if (across != down || down < 1 || down > 1024) refuse("its strides are not one number from 1 to 1024");
    const int first = depthwise ? 4 : 3;  // depthwise has its depth multiplier before the rest
    if (reader.option_integer(op, first + 1, 1) != 1 || reader.option_integer(op, first + 2, 1) != 1)
      refuse("it is dilated");
    layer.stride = down;
    const std::int8_t padding = reader.option_byte(op, 0);
    layer.pad_top = pad(padding, layer.in_height, layer.kernel_height, layer.stride, layer.out_height);
    layer.pad_left = pad(padding, layer.in_width, layer.kernel_width, layer.stride, layer.out_width);
    clamp(reader.option_byte(op, first), out, layer.low, layer.high);
    layer.weights = weights(weight_tensor, depthwise ? 3 : 0);
    const std::int64_t window = std::int64_t{layer.kernel_height} * layer.kernel_width;
    channels(layer, in, weight_tensor, out, depthwise ? window : window * layer.in_channels, false);
    return step;
  }

  assay_network_step fully_connected() const {
    const Activations in = reader.activations(reader.input(op, 0));
    const Activations out = reader.activations(reader.output(op));
    const std::int32_t weight_tensor = reader.input(op, 1);
    const auto shape = reader.shape(weight_tensor);
    if (shape.size() != 2 || shape[1] != in.elements || shape[0] != out.elements)
      refuse("its weights are not [outputs, inputs] of one row (a batch is 1)");
    if (reader.option_byte(op, 1) != 0) refuse("its weights are shuffled");
    assay_network_step step{};
    step.kind = assay_step_fully_connected;
    assay_layer_int8& layer = step.as.layer;
    layer.in_height = layer.in_width = layer.out_height = layer.out_width = 1;
    layer.kernel_height = layer.kernel_width = layer.stride = 1;
    layer.in_channels = in.elements, layer.out_channels = out.elements;
    clamp(reader.option_byte(op, 0), out, layer.low, layer.high);
    layer.weights = weights(weight_tensor, 0);
    channels(layer, in, weight_tensor, out, in.elements, true);
    return step;
  }

  assay_network_step average_pool() const {
    const Activations in = reader.activations(reader.input(op, 0));
    const Activations out = reader.activations(reader.output(op));
    image(in), image(out);
    const std::int32_t width = reader.option_integer(op, 3, 0), height = reader.option_integer(op, 4, 0);
    if (out.shape[1] != 1 || out.shape[2] != 1 || out.shape[3] != in.shape[3])
      refuse("its output is not one pixel");
    if (height < 1 || width < 1 || height > in.shape[1] || width > in.shape[2])
      refuse("its window does not lie in its image");
    if (reader.option_byte(op, 5) != no_activation) refuse("it has a fused activation");
    if (in.scale != out.scale || in.zero != out.zero) refuse("its input and output have different scales");
    if (std::int64_t{height} * width > most_taps) refuse("its window has more than 65536 pixels");
    assay_network_step step{};
    step.kind = assay_step_avgpool;
    step.as.pool = {in.shape[2], in.shape[3], height, width};
    return step;
  }

  assay_network_step add() const {
    const Activations a = reader.activations(reader.input(op, 0));
    const Activations b = reader.activations(reader.input(op, 1));
    const Activations out = reader.activations(reader.output(op));
    if (a.shape != b.shape || a.shape != out.shape) refuse("its tensors have different shapes");
    assay_network_step step{};
    step.kind = assay_step_add;
    step.as.add.count = a.elements;
    assay_add_scales_int8& scales = step.as.add.scales;
    scales.a_zero = a.zero, scales.b_zero = b.zero, scales.out_zero = out.zero;
    clamp(reader.option_byte(op, 0), out, scales.low, scales.high);
    const double common = 2 * static_cast<double>(std::max(a.scale, b.scale));
    const FixedPoint first = scale(static_cast<double>(a.scale) / common);
    const FixedPoint second = scale(static_cast<double>(b.scale) / common);
    const FixedPoint both = scale(common / ((1 << 20) * static_cast<double>(out.scale)));
    if (both.shift > 0) refuse("its output's scale is 2^20 times finer than its inputs'");
    scales.a_multiplier = first.multiplier, scales.a_shift = first.shift;
    scales.b_multiplier = second.multiplier, scales.b_shift = second.shift;
    scales.out_multiplier = both.multiplier, scales.out_shift = both.shift;
    return step;
  }

  assay_network_step softmax() const {
    const Activations in = reader.activations(reader.input(op, 0));
    const Activations out = reader.activations(reader.output(op));
    if (in.shape != out.shape || in.shape.empty() || in.shape.back() != in.elements || in.elements > 256)
      refuse("its input is not one row of at most 256 numbers");
    if (out.scale != 1.0F / 256 || out.zero != -128)
      refuse("its output has another scale than 1/256 from -128");
    const float beta = reader.option_real(op, 0);
    const double real = static_cast<double>(beta) * static_cast<double>(in.scale) * (1 << 26);
    if (!(real > 1)) refuse("its input's scale is too small, or beta is not above 0");
    const FixedPoint fixed = fixed_point(std::min(real, 2147483647.0));
    if (fixed.shift > 30) refuse("its input's scale is too large");
    assay_network_step step{};
    step.kind = assay_step_softmax;
    step.as.softmax = {in.elements, fixed.multiplier, fixed.shift, least_difference(fixed.shift)};
    return step;
  }
};

}  // namespace

assay_network_step layer_of(const Reader& reader, const Operator& op, Code code, Model& model) {
  const Layers layers{reader, op, model};
  switch (code) {
    case Code::conv:
    case Code::depthwise:
      return layers.convolution(code == Code::depthwise);
    case Code::fully_connected:
      return layers.fully_connected();
    case Code::average_pool:
      return layers.average_pool();
    case Code::add:
      return layers.add();
    case Code::softmax:
      return layers.softmax();
    case Code::reshape:
      break;
  }
  reader.fail(
      "has the operator " + reader.name_of(op) +
      ", and we have ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, RESHAPE and SOFTMAX");
}

}  // namespace assay::tinyml::tflite
