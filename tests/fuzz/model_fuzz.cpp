// SPDX-License-Identifier: Apache-2.0
// Input: a TensorFlow Lite file. It is refused with an Error that says why, or becomes a network that both
// executors run within its planned arena, to the same result, and whose tables name each array that they
// hold.
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "tests/fuzz/driver.h"
#include "workloads/tinyml/boards/on_host.h"
#include "workloads/tinyml/model/emit.h"
#include "workloads/tinyml/model/tflite.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::int8_t> run(const tinyml::Model& model, void (*executor)(const assay_network*)) {
  std::vector<std::int8_t> arena(static_cast<std::size_t>(model.arena_bytes));
  std::vector<std::int8_t> input(static_cast<std::size_t>(model.tensors[0].bytes));
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::int8_t>(i * 37 % 256);
  const assay_network network{model.steps.data(), model.tensors.data(),
                              static_cast<std::int32_t>(model.steps.size()), input.data(), arena.data()};
  executor(&network);
  const auto& out = model.tensors[static_cast<std::size_t>(model.result)];
  return {arena.begin() + out.offset, arena.begin() + out.offset + out.bytes};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::span file(reinterpret_cast<const std::byte*>(data), size);
    const auto model = tinyml::read_tflite(file, "fuzz");
    must(!model.steps.empty() && model.result > 0);
    constexpr std::uint64_t most_multiplications = 1'000'000;
    constexpr std::int32_t most_bytes = 1 << 22;  // larger ones only cost time
    if (model.multiplications > most_multiplications || model.arena_bytes > most_bytes ||
        model.tensors[0].bytes > most_bytes)
      return 0;
    must(tinyml::emit_tables(model, file, "0123456789ab").find("\"0123456789ab\"") != std::string::npos);
    must(run(model, assay_network_run) == run(model, assay_board_network_run));
  } catch (const Error& error) {
    must(error.code == ErrorCode::bad_input);
    must(error.what()[0] != '\0' && !error.remedy.empty());
  }
  return 0;
}
