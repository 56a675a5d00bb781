// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "harness/agent/seed.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/tinyml/boards/on_host.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/model/seeded.h"
#include "workloads/tinyml/model/tflite.h"

namespace assay {

namespace {

using Run = void (*)(const assay_network*);

/// A compiled file with its arena and a seeded input.
class FileInstance final : public Instance {
 public:
  FileInstance(const Tensor& file, const Preparation& preparation, Run run)
      : model_(tinyml::read_tflite(file.bytes, "the model file")),  // (its own path is one of our cache)
        arena_(static_cast<std::size_t>(model_.arena_bytes)),
        input_(static_cast<std::size_t>(model_.tensors.front().bytes)),
        digest_(InputDigest()
                    .add_bytes("model", "u8", file.bytes.data(), file.bytes.size(), file.bytes.size())
                    .text()),
        run_(run) {
    const std::uint64_t key = preparation.seed ^ assay_fnv1a64("model.in", 8);
    for (std::size_t i = 0; i < input_.size(); ++i)
      input_[i] = static_cast<std::int8_t>(static_cast<std::int32_t>(assay_seed_below(key, i, 256)) - 128);
    network_ = {model_.steps.data(), model_.tensors.data(), static_cast<std::int32_t>(model_.steps.size()),
                input_.data(), arena_.data()};
  }

  void call() override { run_(&network_); }
  std::vector<Tensor> output() override {
    const auto* bytes = reinterpret_cast<const std::byte*>(result());
    return {{"output", DType::i8, {result_bytes()}, {bytes, bytes + result_bytes()}}};
  }
  void spoil() override { std::fill(result(), result() + result_bytes(), std::int8_t{-1}); }
  Work work() const override {
    return {2 * static_cast<double>(model_.multiplications),
            static_cast<double>(model_.constant_bytes) + static_cast<double>(input_.size()) +
                static_cast<double>(result_bytes()),
            1};
  }
  std::size_t resident_bytes() const override {
    return arena_.size() + input_.size() + model_.constant_bytes;
  }
  std::string input_digest() const override { return digest_; }

 private:
  const assay_network_tensor& tensor() const {
    return model_.tensors[static_cast<std::size_t>(model_.result)];
  }
  std::int32_t result_bytes() const { return tensor().bytes; }
  std::int8_t* result() { return arena_.data() + tensor().offset; }

  tinyml::Model model_;
  Aligned<std::int8_t> arena_;
  std::vector<std::int8_t> input_;
  std::string digest_;
  Run run_;
  assay_network network_{};
};

/// Without a file: ResNet-8 at its smallest.
class SeededInstance final : public Instance {
 public:
  SeededInstance(const Preparation& preparation, Run run)
      : problem_(assay_kernel_ic01, smallest(preparation)), run_(run) {}

  void call() override { run_(&static_cast<const assay_seeded_network*>(problem_.arena())->network); }
  std::vector<Tensor> output() override { return problem_.output(); }
  void spoil() override { problem_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.arena_bytes(); }
  std::string input_digest() const override { return problem_.input_digest(); }

 private:
  static Preparation smallest(const Preparation& given) {
    Preparation preparation = given;
    preparation.params = tinyml::xs_of(assay_kernel_ic01).params;
    return preparation;
  }

  tinyml::Problem problem_;
  Run run_;
};

std::unique_ptr<Instance> make(const Preparation& preparation, Run run) {
  if (const auto file = given_input(preparation, "model"))
    return std::make_unique<FileInstance>(*file, preparation, run);
  return std::make_unique<SeededInstance>(preparation, run);
}

Implementation implementation(const char* name, const char* doc, Run run) {
  Implementation result;
  result.name = name;
  result.doc = doc;
  result.make = [run](const Preparation& preparation) { return make(preparation, run); };
  return result;
}

}  // namespace

Workload workload_tinyml_model() {
  Workload workload;
  Definition& d = workload.definition;
  d.name = "tinyml.model";
  d.doc =
      "One inference of a TensorFlow Lite file (--input tinyml=FILE), an int8 network of CONV_2D, "
      "DEPTHWISE_CONV_2D, "
      "FULLY_CONNECTED, AVERAGE_POOL_2D, ADD, SOFTMAX and RESHAPE, as TensorFlow Lite Micro's reference "
      "kernels compute it; "
      "all activations lie in one arena, planned before it runs. Seeded input. Without a file: tinyml.ic01 "
      "at its smallest. "
      "The result is the network's output.";
  d.presets = {{"xs", {}}, {"m", {}}};
  d.inputs = {{"model", "model", "a TensorFlow Lite file of an int8 network"}};
  d.unit_of_work = "inferences";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "2 * multiply-accumulates of all layers";
  d.bytes_formula = "input + weights + 12 * channels of every layer + output";
  workload.implementations = {
      implementation("reference", "The freestanding C11 executor with the plain layers, on one thread",
                     assay_network_run),
      implementation("scalar", "The same executor with the layers that boards run, on one thread",
                     assay_board_network_run)};
  return workload;
}

}  // namespace assay
