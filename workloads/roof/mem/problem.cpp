// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/mem/problem.h"

#include <span>

#include "harness/core/error.h"
#include "workloads/support/seeded.h"

namespace assay::roof_mem {

namespace {

Kind parse_kind(const std::string& text) {
  if (text == "load") return Kind::load;
  if (text == "copy") return Kind::copy;
  if (text == "triad") return Kind::triad;
  if (text == "triad_nt") return Kind::triad_nt;
  if (text == "fill") return Kind::fill;
  throw Error(ErrorCode::usage, "roof.mem has no kind '" + text + "'", "load, copy, triad, triad_nt or fill");
}

}  // namespace

std::size_t arrays_of(Kind kind) {
  switch (kind) {
    case Kind::load:
    case Kind::fill:
      return 1;
    case Kind::copy:
      return 2;
    case Kind::triad:
    case Kind::triad_nt:
      return 3;
  }
  return 1;
}

std::size_t MemProblem::input_count() const { return kind == Kind::load ? 1 : arrays_of(kind) - 1; }

MemProblem::MemProblem(const Preparation& preparation)
    : kind(parse_kind(get_text(preparation.params, "kind"))) {
  const std::int64_t bytes = get_integer(preparation.params, "bytes");
  const std::size_t arrays = arrays_of(kind);
  count = bytes < 0 ? 0 : static_cast<std::size_t>(bytes) / (sizeof(float) * arrays);
  if (count == 0) {
    throw Error(ErrorCode::usage, "roof.mem: bytes=" + std::to_string(bytes) + " holds no element",
                "at least " + std::to_string(sizeof(float) * arrays));
  }
  constexpr std::array<const char*, 2> names{"b", "c"};
  for (std::size_t i = 0; i < input_count(); ++i) {
    inputs[i] = Aligned<float>(count, preparation.pool);
    const Stream stream(preparation.seed, names[i]);
    fill(inputs[i].data(), count, preparation.pool,
         [&](std::size_t at) { return static_cast<float>(stream.below(at, 4096)); });
    digest.add<float>(names[i], inputs[i].view());
  }
}

Work MemProblem::work() const {
  const auto n = static_cast<double>(count);
  const double bytes = 4 * n * static_cast<double>(arrays_of(kind));
  const bool triad = kind == Kind::triad || kind == Kind::triad_nt;
  return {.operations = triad ? 2 * n : kind == Kind::load ? n : 0, .minimum_bytes = bytes, .units = bytes};
}

std::vector<Tensor> output_of(Kind kind, std::uint32_t value) {
  return {Tensor::from<std::uint32_t>(kind == Kind::load ? "sum" : "crc32", {1}, std::span(&value, 1))};
}

}  // namespace assay::roof_mem
