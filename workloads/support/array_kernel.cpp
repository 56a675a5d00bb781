// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/array_kernel.h"

#include <memory>
#include <utility>

#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace {

using Call = std::function<void(const Arrays&)>;

std::size_t length_of(const Preparation& preparation, const ArrayShape& shape) {
  const std::int64_t length = get_integer(preparation.params, shape.length);
  if (length < 1) throw Error(ErrorCode::usage, shape.length + "=" + std::to_string(length), "at least 1");
  return static_cast<std::size_t>(length);
}

class ArrayInstance final : public Instance {
 public:
  ArrayInstance(const Preparation& preparation, const ArrayShape& shape, Call call)
      : shape_(shape),
        call_(std::move(call)),
        output_(length_of(preparation, shape), preparation.pool),
        arrays_{{}, output_.view(), *preparation.pool} {
    for (const auto& name : shape.inputs) {
      const Stream stream(preparation.seed, name);
      auto& input = inputs_.emplace_back(output_.size(), preparation.pool);
      fill(input.data(), input.size(), preparation.pool, [&](std::size_t i) { return stream.normal(i); });
      digest_.add(name, std::as_const(input).view());
      arrays_.inputs.push_back(std::as_const(input).view());
    }
  }
  void call() override { call_(arrays_); }
  std::vector<Tensor> output() override {
    return {Tensor::from(shape_.output, {static_cast<std::int64_t>(output_.size())},
                         std::as_const(output_).view())};
  }
  void spoil() override { output_.spoil(); }
  Work work() const override {
    const auto n = static_cast<double>(output_.size());
    return {.operations = shape_.operations * n, .minimum_bytes = shape_.minimum_bytes * n, .units = n};
  }
  std::size_t resident_bytes() const override { return (inputs_.size() + 1) * output_.bytes(); }
  std::string input_digest() const override { return digest_.text(); }

 private:
  ArrayShape shape_;
  Call call_;
  std::vector<Aligned<float>> inputs_;
  Aligned<float> output_;
  Arrays arrays_;
  InputDigest digest_;
};

}  // namespace

Implementation array_kernel(const std::string& name, const ArrayShape& shape, Call call) {
  Implementation row;
  row.name = name;
  row.accuracy = "float";
  row.make = [shape, call = std::move(call)](const Preparation& preparation) {
    return std::make_unique<ArrayInstance>(preparation, shape, call);
  };
  return row;
}

}  // namespace assay
