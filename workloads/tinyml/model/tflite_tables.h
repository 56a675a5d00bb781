// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>

/// The tables of a TensorFlow Lite file that we read, by number of their fields (TensorFlow's schema, version
/// 3: tensorflow/compiler/mlir/lite/schema/schema.fbs), over flatbuffers' own verified accessors. A member is
/// read only after verify() of the whole file said yes; absent fields have the schema's defaults; vectors and
/// tables may be null.
namespace assay::tinyml::tflite {

constexpr flatbuffers::voffset_t field(int number) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * number);
}

class Table : private flatbuffers::Table {
 public:
  template <typename T>
  T number(int at, T absent = {}) const {
    return GetField<T>(field(at), absent);
  }
  template <typename T>
  const flatbuffers::Vector<T>* vector(int at) const {
    return GetPointer<const flatbuffers::Vector<T>*>(field(at));
  }
  template <typename T>
  const T* table(int at) const {
    return GetPointer<const T*>(field(at));
  }

 protected:
  using Verifier = flatbuffers::Verifier;
  bool begin(Verifier& v) const { return VerifyTableStart(v); }
  template <typename T>
  bool has_number(const Verifier& v, int at) const {
    return VerifyField<T>(v, field(at), sizeof(T));
  }
  template <typename T>
  bool has_vector(Verifier& v, int at) const {
    return VerifyOffset(v, field(at)) && v.VerifyVector(vector<T>(at));
  }
  template <typename T>
  bool has_tables(Verifier& v, int at) const {
    if (!VerifyOffset(v, field(at))) return false;  // before anything follows it
    const auto* rows = vector<flatbuffers::Offset<T>>(at);
    return v.VerifyVector(rows) && v.VerifyVectorOfTables(rows);
  }
  template <typename T>
  bool has_table(Verifier& v, int at) const {
    return VerifyOffset(v, field(at)) && v.VerifyTable(table<T>(at));
  }
  bool end(Verifier& v) const { return v.EndTable(); }
};

struct Buffer : Table {
  const auto* data() const { return vector<std::uint8_t>(0); }
  bool Verify(Verifier& v) const { return begin(v) && has_vector<std::uint8_t>(v, 0) && end(v); }
};

struct Quantisation : Table {
  const auto* scale() const { return vector<float>(2); }
  const auto* zero_point() const { return vector<std::int64_t>(3); }
  std::int32_t dimension() const { return number<std::int32_t>(6); }
  bool Verify(Verifier& v) const {
    return begin(v) && has_vector<float>(v, 2) && has_vector<std::int64_t>(v, 3) &&
           has_number<std::int32_t>(v, 6) && end(v);
  }
};

struct Tensor : Table {
  const auto* shape() const { return vector<std::int32_t>(0); }
  std::int8_t type() const { return number<std::int8_t>(1); }
  std::uint32_t buffer() const { return number<std::uint32_t>(2); }
  const auto* quantisation() const { return table<Quantisation>(4); }
  bool Verify(Verifier& v) const {
    return begin(v) && has_vector<std::int32_t>(v, 0) && has_number<std::int8_t>(v, 1) &&
           has_number<std::uint32_t>(v, 2) && has_table<Quantisation>(v, 4) && end(v);
  }
};

/// The options of an operator: numbers alone, of at most four bytes each. Which field is which depends on the
/// operator.
struct Options : Table {
  std::int32_t integer(int at, std::int32_t absent) const { return number<std::int32_t>(at, absent); }
  std::int8_t byte(int at) const { return number<std::int8_t>(at); }
  /// The fields are checked when they are asked for, by has().
  bool Verify(Verifier& v) const { return begin(v) && end(v); }
  bool has(const Verifier& v, int at, bool is_byte) const {
    return is_byte ? has_number<std::int8_t>(v, at) : has_number<std::int32_t>(v, at);
  }
};

struct Operator : Table {
  std::uint32_t code() const { return number<std::uint32_t>(0); }
  const auto* inputs() const { return vector<std::int32_t>(1); }
  const auto* outputs() const { return vector<std::int32_t>(2); }
  std::uint8_t options_type() const { return number<std::uint8_t>(3); }
  const auto* options() const { return table<Options>(4); }
  bool Verify(Verifier& v) const {
    return begin(v) && has_number<std::uint32_t>(v, 0) && has_vector<std::int32_t>(v, 1) &&
           has_vector<std::int32_t>(v, 2) && has_number<std::uint8_t>(v, 3) && has_table<Options>(v, 4) &&
           end(v);
  }
};

struct OperatorCode : Table {
  /// The larger of both fields: files before 2020 have the first alone.
  std::int32_t code() const {
    const std::int32_t old = number<std::int8_t>(0);
    const auto now = number<std::int32_t>(3);
    return old > now ? old : now;
  }
  bool Verify(Verifier& v) const {
    return begin(v) && has_number<std::int8_t>(v, 0) && has_number<std::int32_t>(v, 3) && end(v);
  }
};

struct Subgraph : Table {
  const auto* tensors() const { return vector<flatbuffers::Offset<Tensor>>(0); }
  const auto* inputs() const { return vector<std::int32_t>(1); }
  const auto* outputs() const { return vector<std::int32_t>(2); }
  const auto* operators() const { return vector<flatbuffers::Offset<Operator>>(3); }
  bool Verify(Verifier& v) const {
    return begin(v) && has_tables<Tensor>(v, 0) && has_vector<std::int32_t>(v, 1) &&
           has_vector<std::int32_t>(v, 2) && has_tables<Operator>(v, 3) && end(v);
  }
};

struct File : Table {
  std::uint32_t version() const { return number<std::uint32_t>(0); }
  const auto* codes() const { return vector<flatbuffers::Offset<OperatorCode>>(1); }
  const auto* subgraphs() const { return vector<flatbuffers::Offset<Subgraph>>(2); }
  const auto* buffers() const { return vector<flatbuffers::Offset<Buffer>>(4); }
  bool Verify(Verifier& v) const {
    return begin(v) && has_number<std::uint32_t>(v, 0) && has_tables<OperatorCode>(v, 1) &&
           has_tables<Subgraph>(v, 2) && has_tables<Buffer>(v, 4) && end(v);
  }
};

}  // namespace assay::tinyml::tflite
