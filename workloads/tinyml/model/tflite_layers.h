// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "workloads/tinyml/model/tflite.h"
#include "workloads/tinyml/model/tflite_tables.h"

/// Inside the reader of TensorFlow Lite files: checked access to a verified file, and each operator as a
/// step.
namespace assay::tinyml::tflite {

/// Numbers of BuiltinOperator in the schema.
enum class Code {
  add = 0,
  average_pool = 1,
  conv = 3,
  depthwise = 4,
  fully_connected = 9,
  reshape = 22,
  softmax = 25
};

/// An int8 tensor that is computed.
struct Activations {
  std::vector<std::int32_t> shape;
  std::int32_t elements;
  float scale;
  std::int32_t zero;
};

/// \throws Error{bad_input} from every member that finds the file wrong.
class Reader {
 public:
  Reader(std::span<const std::byte> file, std::string name);

  const Subgraph& graph() const { return *graph_; }
  std::int32_t input(const Operator& op, std::uint32_t at) const;
  std::uint32_t input_count(const Operator& op) const {
    return op.inputs() == nullptr ? 0 : op.inputs()->size();
  }
  std::int32_t output(const Operator& op) const;
  std::int32_t code_of(const Operator& op) const;
  std::string name_of(const Operator& op) const;

  Activations activations(std::int32_t tensor) const;
  const Tensor& tensor(std::int32_t index) const;
  std::vector<std::int32_t> shape(std::int32_t tensor) const;
  std::int32_t elements(std::int32_t tensor) const;
  std::vector<float> scales(std::int32_t tensor) const;  ///< one at least
  std::int32_t zero(std::int32_t tensor) const;
  std::span<const std::uint8_t> data(std::int32_t tensor) const;  ///< not empty

  /// Field `at` of the operator's options; `absent` where the file leaves it out.
  std::int32_t option_integer(const Operator& op, int at, std::int32_t absent) const;
  std::int8_t option_byte(const Operator& op, int at) const;
  float option_real(const Operator& op, int at) const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::string name_;
  flatbuffers::Verifier verifier_;
  const File* file_ = nullptr;
  const Subgraph* graph_ = nullptr;
};

/// The operator as a step, without its tensors; weights and scales go into `model`. \throws Error{bad_input}
/// that names the operator where we have none such.
assay_network_step layer_of(const Reader& reader, const Operator& op, Code code, Model& model);

}  // namespace assay::tinyml::tflite
