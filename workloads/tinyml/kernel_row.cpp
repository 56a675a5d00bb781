// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/kernel_row.h"

#include <cstring>

#include "workloads/support/inputs.h"

namespace assay::tinyml {

namespace {

class KernelInstance final : public Instance {
 public:
  KernelInstance(const assay_kernel& kernel, const Preparation& preparation)
      : problem_(kernel, preparation) {}

  void call() override { problem_.kernel().call(problem_.arena()); }
  std::vector<Tensor> output() override { return problem_.output(); }
  void spoil() override { problem_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.arena_bytes(); }
  std::string input_digest() const override { return problem_.input_digest(); }

 private:
  Problem problem_;
};

}  // namespace

std::vector<Parameter> parameters_of(const assay_kernel& kernel, const std::vector<std::string>& docs) {
  std::vector<Parameter> result;
  for (std::int32_t i = 0; i < kernel.parameter_count; ++i) {
    const assay_kernel_parameter& p = kernel.parameters[i];
    result.push_back({p.name, std::int64_t{p.default_value}, docs.at(static_cast<std::size_t>(i)), {}});
  }
  return result;
}

Preset xs_of(const assay_kernel& kernel) {
  Preset xs{"xs", {}};
  for (std::int32_t i = 0; i < kernel.parameter_count; ++i) {
    const assay_kernel_parameter& p = kernel.parameters[i];
    if (kernel.xs[i] != p.default_value) xs.params[p.name] = std::int64_t{kernel.xs[i]};
  }
  return xs;
}

std::vector<std::int32_t> values_of(const assay_kernel& kernel, const Params& params) {
  std::vector<std::int32_t> result;
  for (std::int32_t i = 0; i < kernel.parameter_count; ++i) {
    const assay_kernel_parameter& p = kernel.parameters[i];
    const std::int64_t value = get_integer(params, p.name);
    if (value < p.minimum || value > p.maximum) {
      throw Error(ErrorCode::usage,
                  std::string(kernel.workload) + ": parameter " + p.name + " is " + std::to_string(value),
                  "choose " + std::to_string(p.minimum) + " to " + std::to_string(p.maximum));
    }
    result.push_back(static_cast<std::int32_t>(value));
  }
  return result;
}

Problem::Problem(const assay_kernel& kernel, const Preparation& preparation)
    : kernel_(kernel), values_(values_of(kernel, preparation.params)) {
  const std::size_t bytes = kernel.arena_bytes(values_.data());
  if (bytes == 0) {
    throw Error(ErrorCode::usage, std::string(kernel.workload) + ": these parameters do not go together",
                kernel.illegal);
  }
  arena_ = Aligned<std::uint8_t>(bytes);
  kernel.prepare(arena_.data(), values_.data(), preparation.seed);
}

Work Problem::work() const {
  assay_kernel_work work{};
  kernel_.work(values_.data(), &work);
  return {static_cast<double>(work.operations), static_cast<double>(work.minimum_bytes),
          static_cast<double>(work.units)};
}

std::string Problem::input_digest() const {
  assay_kernel_tensor tensor{};
  kernel_.input(arena(), &tensor);
  return InputDigest().add_bytes("constants", "u8", tensor.data, tensor.bytes, tensor.bytes).text();
}

std::vector<Tensor> Problem::output() const {
  std::vector<Tensor> result;
  for (std::int32_t i = 0; i < kernel_.output_count; ++i) {
    assay_kernel_tensor tensor{};
    kernel_.output(arena(), i, &tensor);
    const auto* bytes = static_cast<const std::byte*>(tensor.data);
    result.push_back({tensor.name,
                      parse_dtype(tensor.dtype),
                      {tensor.shape, tensor.shape + tensor.rank},
                      {bytes, bytes + tensor.bytes}});
  }
  return result;
}

void Problem::spoil() {
  for (std::int32_t i = 0; i < kernel_.output_count; ++i) {
    assay_kernel_tensor tensor = {};
    kernel_.output(arena_.data(), i, &tensor);
    // It lies in the arena, which is ours to write.
    std::memset(const_cast<void*>(tensor.data), 0xFF, tensor.bytes);
  }
}

Workload row_workload(const assay_kernel& kernel, const RowTexts& texts) {
  Workload workload;
  Definition& d = workload.definition;
  d.name = kernel.workload;
  d.doc = texts.doc;
  d.parameters = parameters_of(kernel, texts.parameters);
  d.presets = {xs_of(kernel), {"m", {}}};
  d.unit_of_work = kernel.unit_of_work;
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = texts.operations;
  d.bytes_formula = texts.bytes;
  Implementation reference;
  reference.name = "reference";
  reference.doc = "The freestanding C11 kernel that boards run, on one thread";
  reference.make = [&kernel](const Preparation& p) { return make_kernel_instance(kernel, p); };
  workload.implementations.push_back(std::move(reference));
  return workload;
}

std::unique_ptr<Instance> make_kernel_instance(const assay_kernel& kernel, const Preparation& preparation) {
  return std::make_unique<KernelInstance>(kernel, preparation);
}

}  // namespace assay::tinyml
