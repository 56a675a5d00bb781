// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/model/emit.h"

#include <map>
#include <vector>

#include "workloads/support/inputs.h"

namespace assay::tinyml {

namespace {

/// In lines of 24 values; INT32_MIN has no literal in C.
template <typename T>
void append_array(std::string& text, const std::string& type, const std::string& name,
                  const std::vector<T>& values) {
  text += "static const " + type + " " + name + "[" + std::to_string(values.size()) + "] = {";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % 24 == 0) text += "\n  ";
    const auto value = static_cast<std::int64_t>(values[i]);
    text += value == INT32_MIN ? "-2147483647 - 1" : std::to_string(value);
    text += ",";
  }
  text += "};\n";
}

class Steps {
 public:
  explicit Steps(const Model& model) {
    // Steps point at the start of the model's vectors.
    for (const auto& weights : model.weights) name(weights.data(), "weights_" + std::to_string(at_++));
    for (const auto& numbers : model.numbers) name(numbers.data(), "numbers_" + std::to_string(at_++));
  }

  std::string text(const assay_network_step& step) const {
    std::string result = "  {" + number("kind", step.kind) + number("in", step.in) + number("in2", step.in2) +
                         number("out", step.out);
    switch (static_cast<assay_step_kind>(step.kind)) {
      case assay_step_conv:
      case assay_step_depthwise:
      case assay_step_fully_connected:
        return result + ".as.layer = {" + layer(step.as.layer) + "}},\n";
      case assay_step_avgpool:
        return result + ".as.pool = {" + number("in_width", step.as.pool.in_width) +
               number("channels", step.as.pool.channels) + number("height", step.as.pool.height) +
               number("width", step.as.pool.width) + "}},\n";
      case assay_step_add:
        return result + ".as.add = {.scales = {" + scales(step.as.add.scales) + "}, " +
               number("count", step.as.add.count) + "}},\n";
      case assay_step_softmax:
        return result + ".as.softmax = {" + number("count", step.as.softmax.count) +
               number("multiplier", step.as.softmax.multiplier) + number("shift", step.as.softmax.shift) +
               number("least", step.as.softmax.least) + "}},\n";
    }
    return result;
  }

 private:
  void name(const void* data, std::string text) { names_[data] = std::move(text); }

  static std::string number(const char* member, std::int32_t value) {
    return std::string(".") + member + " = " +
           (value == INT32_MIN ? "-2147483647 - 1" : std::to_string(value)) + ", ";
  }
  std::string array(const char* member, const void* data) const {
    return std::string(".") + member + " = " + names_.at(data) + ", ";
  }
  std::string layer(const assay_layer_int8& layer) const {
    return number("in_height", layer.in_height) + number("in_width", layer.in_width) +
           number("in_channels", layer.in_channels) + number("out_height", layer.out_height) +
           number("out_width", layer.out_width) + number("out_channels", layer.out_channels) +
           number("kernel_height", layer.kernel_height) + number("kernel_width", layer.kernel_width) +
           number("stride", layer.stride) + number("pad_top", layer.pad_top) +
           number("pad_left", layer.pad_left) + number("in_zero", layer.in_zero) +
           number("out_zero", layer.out_zero) + number("low", layer.low) + number("high", layer.high) +
           array("weights", layer.weights) + array("bias", layer.bias) +
           array("multiplier", layer.multiplier) + array("shift", layer.shift);
  }
  static std::string scales(const assay_add_scales_int8& scales) {
    return number("a_zero", scales.a_zero) + number("b_zero", scales.b_zero) +
           number("out_zero", scales.out_zero) + number("a_multiplier", scales.a_multiplier) +
           number("a_shift", scales.a_shift) + number("b_multiplier", scales.b_multiplier) +
           number("b_shift", scales.b_shift) + number("out_multiplier", scales.out_multiplier) +
           number("out_shift", scales.out_shift) + number("low", scales.low) + number("high", scales.high);
  }

  std::map<const void*, std::string> names_;
  std::size_t at_ = 0;
};

}  // namespace

std::string emit_tables(const Model& model, std::span<const std::byte> file, const std::string& key) {
  std::string text =
      "/* Written by assay model compile. */\n#include \"workloads/tinyml/model/compiled.h\"\n";
  std::size_t at = 0;  // as Steps counts
  for (const auto& weights : model.weights)
    append_array(text, "_Alignas(16) int8_t", "weights_" + std::to_string(at++), weights);
  for (const auto& numbers : model.numbers)
    append_array(text, "int32_t", "numbers_" + std::to_string(at++), numbers);
  const Steps steps(model);
  text += "static const assay_network_step steps[] = {\n";
  for (const auto& step : model.steps) text += steps.text(step);
  text += "};\nstatic const assay_network_tensor tensors[] = {\n";
  for (const auto& tensor : model.tensors)
    text += "  {" + std::to_string(tensor.bytes) + ", " + std::to_string(tensor.first) + ", " +
            std::to_string(tensor.last) + ", " + std::to_string(tensor.offset) + "},\n";
  const std::string digest =
      InputDigest().add_bytes("model", "u8", file.data(), file.size(), file.size()).text();
  const auto bytes_of = [&](std::int32_t tensor) {
    return static_cast<std::uint64_t>(model.tensors[static_cast<std::size_t>(tensor)].bytes);
  };
  text +=
      "};\nconst char assay_model_file[] = \"" + key +
      "\";\nconst assay_compiled_model assay_model = {.steps = steps, .tensors = tensors, .step_count = " +
      std::to_string(model.steps.size()) + ", .result = " + std::to_string(model.result) +
      ", .arena_bytes = " + std::to_string(model.arena_bytes) +
      ", .operations = " + std::to_string(2 * model.multiplications) +
      "u, .minimum_bytes = " + std::to_string(model.constant_bytes + bytes_of(0) + bytes_of(model.result)) +
      "u, .input_digest = 0x" + digest.substr(digest.find(':') + 1) + "u};\n";
  return text;
}

}  // namespace assay::tinyml
