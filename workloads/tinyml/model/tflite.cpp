// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/model/tflite.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "harness/core/error.h"
#include "workloads/tinyml/model/tflite_layers.h"

namespace assay::tinyml {

namespace tflite {

namespace {

constexpr std::int32_t most_tensors = 4096, most_dimensions = 8;
constexpr std::int64_t most_elements = std::int64_t{1} << 26;
constexpr std::int8_t int8_type = 9;

const char* operator_name(std::int32_t code) {
  static const std::map<std::int32_t, const char*> names = {{0, "ADD"},
                                                            {1, "AVERAGE_POOL_2D"},
                                                            {2, "CONCATENATION"},
                                                            {3, "CONV_2D"},
                                                            {4, "DEPTHWISE_CONV_2D"},
                                                            {6, "DEQUANTIZE"},
                                                            {9, "FULLY_CONNECTED"},
                                                            {14, "LOGISTIC"},
                                                            {16, "LSTM"},
                                                            {17, "MAX_POOL_2D"},
                                                            {18, "MUL"},
                                                            {19, "RELU"},
                                                            {21, "RELU6"},
                                                            {22, "RESHAPE"},
                                                            {25, "SOFTMAX"},
                                                            {28, "TANH"},
                                                            {32, "CUSTOM"},
                                                            {34, "PAD"},
                                                            {36, "GATHER"},
                                                            {39, "TRANSPOSE"},
                                                            {40, "MEAN"},
                                                            {41, "SUB"},
                                                            {43, "SQUEEZE"},
                                                            {45, "STRIDED_SLICE"},
                                                            {49, "SPLIT"},
                                                            {67, "TRANSPOSE_CONV"},
                                                            {83, "PACK"},
                                                            {97, "RESIZE_NEAREST_NEIGHBOR"},
                                                            {98, "LEAKY_RELU"},
                                                            {114, "QUANTIZE"},
                                                            {117, "HARD_SWISH"},
                                                            {129, "CALL_ONCE"},
                                                            {142, "VAR_HANDLE"}};
  const auto found = names.find(code);
  return found == names.end() ? nullptr : found->second;
}

template <typename T>
std::uint32_t count(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

}  // namespace

void Reader::fail(const std::string& what) const {
  throw Error(ErrorCode::bad_input, name_ + ": " + what,
              "give a TensorFlow Lite file of an int8 network with a batch of 1, of operators that we have "
              "(workloads/tinyml/README.md)");
}

Reader::Reader(std::span<const std::byte> file, std::string name)
    : name_(std::move(name)), verifier_(reinterpret_cast<const std::uint8_t*>(file.data()), file.size()) {
  if (file.size() < 8 || std::memcmp(file.data() + 4, "TFL3", 4) != 0)
    fail("is no TensorFlow Lite file (bytes 4 to 7 are not TFL3)");
  if (!verifier_.VerifyBuffer<File>("TFL3")) fail("is damaged: a table of it points outside of the file");
  file_ = flatbuffers::GetRoot<File>(file.data());
  if (file_->version() != 3) fail("has schema version " + std::to_string(file_->version()) + ", not 3");
  if (count(file_->subgraphs()) != 1)
    fail("has " + std::to_string(count(file_->subgraphs())) + " subgraphs, not one");
  graph_ = file_->subgraphs()->Get(0);
  if (count(graph_->tensors()) == 0 || count(graph_->tensors()) > most_tensors)
    fail("has " + std::to_string(count(graph_->tensors())) + " tensors; 1 to 4096 are read");
  if (count(graph_->inputs()) != 1 || count(graph_->outputs()) != 1)
    fail("has " + std::to_string(count(graph_->inputs())) + " inputs and " +
         std::to_string(count(graph_->outputs())) + " outputs, not one each");
  if (count(graph_->operators()) == 0 || count(graph_->operators()) > most_tensors)
    fail("has " + std::to_string(count(graph_->operators())) + " operators; 1 to 4096 are read");
}

const Tensor& Reader::tensor(std::int32_t index) const {
  if (index < 0 || static_cast<std::uint32_t>(index) >= graph_->tensors()->size())
    fail("an operator names tensor " + std::to_string(index) + " of " +
         std::to_string(graph_->tensors()->size()));
  return *graph_->tensors()->Get(static_cast<std::uint32_t>(index));
}

std::vector<std::int32_t> Reader::shape(std::int32_t index) const {
  const auto* dimensions = tensor(index).shape();
  std::int64_t elements = 1;
  std::vector<std::int32_t> result;
  if (count(dimensions) > most_dimensions)
    fail("tensor " + std::to_string(index) + " has too many dimensions");
  for (std::uint32_t i = 0; i < count(dimensions); ++i) {
    const std::int32_t extent = dimensions->Get(i);
    if (extent < 1 || extent > most_elements)
      fail("tensor " + std::to_string(index) + " has an extent of " + std::to_string(extent));
    elements *= extent;
    if (elements > most_elements)
      fail("tensor " + std::to_string(index) + " has more than 67108864 elements");
    result.push_back(extent);
  }
  return result;
}

std::int32_t Reader::elements(std::int32_t index) const {
  std::int32_t product = 1;
  for (const std::int32_t extent : shape(index)) product *= extent;
  return product;
}

std::vector<float> Reader::scales(std::int32_t index) const {
  const auto* quantisation = tensor(index).quantisation();
  std::vector<float> result;
  for (std::uint32_t i = 0; quantisation != nullptr && i < count(quantisation->scale()); ++i) {
    result.push_back(quantisation->scale()->Get(i));
    if (!(result.back() > 0) || !(result.back() < 1e30F))
      fail("tensor " + std::to_string(index) + " has a scale that is no positive number");
  }
  if (result.empty())
    fail("tensor " + std::to_string(index) + " has no scale: the network is not quantised to int8");
  return result;
}

std::int32_t Reader::zero(std::int32_t index) const {
  const auto* quantisation = tensor(index).quantisation();
  if (quantisation == nullptr || count(quantisation->zero_point()) == 0) return 0;
  std::int64_t zero =
      0;  // eight bytes that need not be aligned: flatbuffers checks the vector's length alone
  std::memcpy(&zero, quantisation->zero_point()->Data(), sizeof zero);
  if (zero < -128 || zero > 127)
    fail("tensor " + std::to_string(index) + " has a zero point outside of int8");
  return static_cast<std::int32_t>(zero);
}

Activations Reader::activations(std::int32_t index) const {
  if (tensor(index).type() != int8_type) fail("tensor " + std::to_string(index) + " is not int8");
  return {shape(index), elements(index), scales(index).front(), zero(index)};
}

std::span<const std::uint8_t> Reader::data(std::int32_t index) const {
  const std::uint32_t number = tensor(index).buffer();
  if (number >= count(file_->buffers()))
    fail("tensor " + std::to_string(index) + " names a buffer that is not there");
  const auto* bytes = file_->buffers()->Get(number)->data();
  if (count(bytes) == 0)
    fail("tensor " + std::to_string(index) + " has no values, where weights are expected");
  return {bytes->data(), bytes->size()};
}

std::int32_t Reader::option_integer(const Operator& op, int at, std::int32_t absent) const {
  const Options* options = op.options();
  if (options == nullptr) return absent;
  if (!options->has(verifier_, at, false)) fail("is damaged: an operator's options lie outside of the file");
  return options->integer(at, absent);
}

std::int8_t Reader::option_byte(const Operator& op, int at) const {
  const Options* options = op.options();
  if (options == nullptr) return 0;
  if (!options->has(verifier_, at, true)) fail("is damaged: an operator's options lie outside of the file");
  return options->byte(at);
}

float Reader::option_real(const Operator& op, int at) const {
  const std::int32_t bits = option_integer(op, at, 0);
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::int32_t Reader::input(const Operator& op, std::uint32_t at) const {
  if (at >= count(op.inputs())) fail("an operator has too few inputs");
  return op.inputs()->Get(at);
}

std::int32_t Reader::output(const Operator& op) const {
  if (count(op.outputs()) != 1)
    fail("an operator has " + std::to_string(count(op.outputs())) + " outputs, not one");
  return op.outputs()->Get(0);
}

std::string Reader::name_of(const Operator& op) const {
  const std::int32_t code = code_of(op);
  const char* known = operator_name(code);
  return known != nullptr ? known : "number " + std::to_string(code);
}

std::int32_t Reader::code_of(const Operator& op) const {
  if (op.code() >= count(file_->codes())) fail("an operator's code is not in its table");
  return file_->codes()->Get(op.code())->code();
}

}  // namespace tflite

Model read_tflite(std::span<const std::byte> file, const std::string& name) {
  using tflite::Code;
  const tflite::Reader reader(file, name);
  Model model;
  std::map<std::int32_t, std::int32_t> places;  // tensor of the file -> of the network
  const auto add = [&](std::int32_t tensor) {
    const auto step = static_cast<std::int16_t>(model.steps.size());
    places[tensor] = static_cast<std::int32_t>(model.tensors.size());
    model.tensors.push_back({reader.activations(tensor).elements, step, step, 0});
  };
  const std::int32_t input = reader.graph().inputs()->Get(0);
  add(input);
  const auto read = [&](std::int32_t tensor) {
    const auto place = places.find(tensor);
    if (place == places.end())
      reader.fail("an operator reads tensor " + std::to_string(tensor) + ", which nothing wrote");
    model.tensors[static_cast<std::size_t>(place->second)].last =
        static_cast<std::int16_t>(model.steps.size());
    return place->second;
  };
  for (const tflite::Operator* op : *reader.graph().operators()) {
    const std::int32_t from = reader.input(*op, 0);
    const std::int32_t to = reader.output(*op);
    const auto code = static_cast<Code>(reader.code_of(*op));
    if (places.contains(to)) reader.fail("two operators write tensor " + std::to_string(to));
    if (code == Code::reshape) {
      const std::int32_t place = read(from);
      if (reader.activations(from).elements != reader.activations(to).elements)
        reader.fail("RESHAPE changes the number of elements");
      places[to] = place;
      continue;
    }
    assay_network_step step = tflite::layer_of(reader, *op, code, model);
    step.in = read(from);
    step.in2 = code == Code::add ? read(reader.input(*op, 1)) : step.in;
    add(to);
    step.out = places[to];
    model.steps.push_back(step);
  }
  const auto result = places.find(reader.graph().outputs()->Get(0));
  if (result == places.end() || result->second == 0) reader.fail("nothing computes its output");
  model.result = result->second;
  model.tensors[static_cast<std::size_t>(model.result)].last =
      static_cast<std::int16_t>(model.steps.size() - 1);
  std::int64_t all = 0;
  for (const auto& tensor : model.tensors) all += tensor.bytes + 16;
  if (all > std::int64_t{1} << 30) reader.fail("its activations take more than 1 GiB");
  model.arena_bytes = assay_plan(model.tensors.data(), static_cast<std::int32_t>(model.tensors.size()));
  return model;
}

}  // namespace assay::tinyml
