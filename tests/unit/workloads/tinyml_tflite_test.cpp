// SPDX-License-Identifier: Apache-2.0
// tests/fuzz/corpus/model/small.tflite has each operator that we have once. What it computes was written down
// from TensorFlow Lite Micro and from LiteRT's reference kernels (tests/bench/tflite_check.py says how to get
// them), which agree.
#include "workloads/tinyml/model/tflite.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "harness/agent/digest.h"
#include "harness/agent/seed.h"
#include "harness/core/error.h"
#include "workloads/tinyml/boards/on_host.h"
#include "workloads/tinyml/model/tflite_layers.h"
#include "workloads/tinyml/model/tflite_scales.h"

using namespace assay;
using namespace assay::tinyml;

namespace {

std::vector<std::byte> small_model() {
  std::ifstream in(std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/tests/fuzz/corpus/model/small.tflite",
                   std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  REQUIRE(bytes.size() > 4000);
  const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
  return {data, data + bytes.size()};
}

std::vector<std::int8_t> run(const Model& model, std::uint64_t seed, void (*executor)(const assay_network*)) {
  std::vector<std::int8_t> input(static_cast<std::size_t>(model.tensors[0].bytes));
  const std::uint64_t key = seed ^ assay_fnv1a64("model.in", 8);
  for (std::size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<std::int8_t>(static_cast<int>(assay_seed_below(key, i, 256)) - 128);
  std::vector<std::int8_t> arena(static_cast<std::size_t>(model.arena_bytes));
  const assay_network network{model.steps.data(), model.tensors.data(),
                              static_cast<std::int32_t>(model.steps.size()), input.data(), arena.data()};
  executor(&network);
  const auto& out = model.tensors[static_cast<std::size_t>(model.result)];
  return {arena.begin() + out.offset, arena.begin() + out.offset + out.bytes};
}

/// What is wrong with the file, in the reader's words; "" when it is read.
std::string complaint(const std::vector<std::byte>& file) {
  try {
    (void)read_tflite(file, "x.tflite");
    return "";
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_FALSE(error.remedy.empty());
    return error.what();
  }
}

/// The file after `change` has written into it.
template <typename Change>
std::string complaint_after(Change change) {
  auto file = small_model();
  const auto* root = flatbuffers::GetRoot<tflite::File>(file.data());
  change(*root, *root->subgraphs()->Get(0));
  return complaint(file);
}

template <typename T>
void set(const flatbuffers::Vector<T>* vector, std::uint32_t at, T value) {
  REQUIRE(vector->size() > at);
  std::memcpy(const_cast<std::uint8_t*>(vector->Data()) + at * sizeof(T), &value, sizeof value);
}

template <typename T, typename Table>
void set_field(const Table* table, int field, T value) {
  auto* raw = reinterpret_cast<flatbuffers::Table*>(const_cast<Table*>(table));
  REQUIRE(raw->SetField<T>(tflite::field(field), value, static_cast<T>(~value)));
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "A TensorFlow Lite file computes what TensorFlow Lite Micro's reference kernels do, on 20 inputs, with "
    "either executor") {
  const auto file = small_model();
  const Model model = read_tflite(file, "small.tflite");
  CHECK(model.steps.size() == 8);
  std::uint32_t digest = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto output = run(model, seed, assay_network_run);
    CHECK(run(model, seed, assay_board_network_run) == output);
    digest = assay_crc32(digest, output.data(), output.size());
  }
  CHECK(digest == 0x1c4daed1);
}

TEST_CASE("Scales become multipliers as TensorFlow Lite converts them") {
  CHECK(fixed_point(0).multiplier == 0);
  CHECK(fixed_point(0.5).multiplier == 1 << 30);
  CHECK(fixed_point(0.5).shift == 0);
  CHECK(fixed_point(1).shift == 1);
  CHECK(fixed_point(0.99999999999).multiplier ==
        1 << 30);  // it rounds up to 2^31, which is 2^30 twice as large
  CHECK(fixed_point(0.99999999999).shift == 1);
  CHECK(fixed_point(1e-12).multiplier == 0);
  CHECK(least_difference(22) == -496);
}

TEST_CASE("A file that ends too soon is refused, wherever it ends") {
  const auto whole = small_model();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    // Padding may be missing at the end: nothing points there.
    if (size + 16 < whole.size()) CHECK_FALSE(complaint(part).empty());
  }
  CHECK(has(complaint(std::vector<std::byte>(100)), "is no TensorFlow Lite file"));
}

TEST_CASE("A file with one wrong byte is refused or read, and what is read can be run") {
  auto file = small_model();
  int read = 0;
  for (auto& byte : file) {
    const auto before = byte;
    byte ^= std::byte{0x81};
    try {
      const Model model = read_tflite(file, "x");
      if (model.multiplications < 1'000'000 && model.arena_bytes < 1 << 20)
        run(model, 1, assay_board_network_run);
      ++read;
    } catch (const Error& error) {
      if (error.code != ErrorCode::bad_input) FAIL(error.what());
    }
    byte = before;
  }
  CHECK(read > 500);  // weights and biases, if nothing else
}

TEST_CASE("What a file asks for and we have not is refused by name") {
  using tflite::File;
  using tflite::Subgraph;
  CHECK(complaint(small_model()).empty());
  const auto with_code = [](std::int8_t code) {
    return complaint_after([&](const File& file, const Subgraph&) {
      set_field(file.codes()->Get(0), 0, code);
      set_field(file.codes()->Get(0), 3, std::int32_t{code});
    });
  };
  CHECK(has(with_code(17), "has the operator MAX_POOL_2D"));
  CHECK(has(with_code(77), "has the operator number 77"));
  CHECK(has(complaint_after([](const File&, const Subgraph& graph) {
              set_field(graph.operators()->Get(0)->options(), 3, std::int8_t{4});
            }),
            "CONV_2D: fused activation number 4"));
}

TEST_CASE("Absurd shapes, indices and scales are refused before memory is taken for them") {
  using tflite::File;
  using tflite::Subgraph;
  const auto after = [](auto change) {
    return complaint_after([&](const File& file, const Subgraph& graph) { change(file, graph); });
  };
  CHECK(has(after([](const File&, const Subgraph& g) { set(g.tensors()->Get(0)->shape(), 1, 2000000000); }),
            "extent of 2000000000"));
  CHECK(has(after([](const File&, const Subgraph& g) { set(g.tensors()->Get(0)->shape(), 2, -4); }),
            "extent of -4"));
  CHECK(
      has(after([](const File&, const Subgraph& g) { set(g.tensors()->Get(0)->shape(), 1, 7); }), "CONV_2D"));
  CHECK(has(after([](const File&, const Subgraph& g) { set(g.operators()->Get(0)->inputs(), 0, 999); }),
            "tensor 999 of"));
  CHECK(has(after([](const File&, const Subgraph& g) {
              set(g.operators()->Get(6)->inputs(), 0, static_cast<std::int32_t>(g.tensors()->size()) - 1);
            }),
            "which nothing wrote"));
  CHECK(has(after([](const File&, const Subgraph& g) { set(g.outputs(), 0, 0); }),
            "nothing computes its output"));
  CHECK(has(after([](const File&, const Subgraph& g) { set_field(g.tensors()->Get(1), 2, 4000u); }),
            "buffer that is not there"));
  CHECK(has(after([](const File&, const Subgraph& g) {
              set(g.tensors()->Get(0)->quantisation()->scale(), 0, -1.0F);
            }),
            "no positive number"));
  CHECK(has(after([](const File&, const Subgraph& g) {
              set(g.tensors()->Get(1)->quantisation()->zero_point(), 0, std::int64_t{3});
            }),
            "weights have a zero point"));
  CHECK(has(after([](const File& f, const Subgraph& g) {
              const auto* bias = f.buffers()->Get(g.tensors()->Get(2)->buffer())->data();
              set(bias, 3, std::uint8_t{0x7f});
            }),
            "overflows 32 bits"));
}
