// SPDX-License-Identifier: Apache-2.0
// Input: what an agent of the boards reads (harness/agent); the first byte says in what pieces it comes.
// Whatever comes, each of its lines is JSON of at most 512 bytes with an id, and it ends when its input does.
#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/agent/agent.h"
#include "harness/agent/port.h"
#include "tests/fuzz/driver.h"

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

struct State {
  const std::uint8_t* data = nullptr;
  std::size_t left = 0;
  std::size_t piece = 1;
  long calls = 0;
  std::uint64_t clock = 0;
};
State state;
std::jmp_buf enough;  // a request may ask for 2^63 calls, which is legal

alignas(16) unsigned char arena[4096];
assay_agent_sample samples[256];

// A row that is cheap, has reals and integers, and refuses some parameters.
const assay_kernel_parameter parameters[2] = {{"n", 4, 1, 1000}, {"offset", -2, -5, 5}};
const std::int32_t xs[2] = {2, -2};

std::size_t bytes_of(const std::int32_t* params) {
  return params[0] == 7 ? 0 : 16 + static_cast<std::size_t>(params[0]) * 8;
}

void fill(void* at) {
  if (++state.calls > 5000) std::longjmp(enough, 1);
  auto* bytes = static_cast<unsigned char*>(at);
  std::int32_t n = 0;
  std::memcpy(&n, bytes, sizeof n);
  for (std::int32_t i = 0; i < 8 * n; ++i) bytes[16 + i] = static_cast<unsigned char>(i);
}

void prepare(void* at, const std::int32_t* params, std::uint64_t) { std::memcpy(at, params, sizeof *params); }

void output(const void* at, std::int32_t index, assay_kernel_tensor* result) {
  std::int32_t n = 0;
  std::memcpy(&n, at, sizeof n);
  const auto half = static_cast<std::size_t>(n) * 4;
  const auto* bytes = static_cast<const unsigned char*>(at) + 16;
  *result = index == 0 ? assay_kernel_tensor{"i", "i32", 1, {n, 0, 0, 0}, bytes, half}
                       : assay_kernel_tensor{"f", "f32", 1, {n, 0, 0, 0}, bytes + half, half};
}

void input(const void* at, assay_kernel_tensor* result) {
  *result = {"constants", "u8", 1, {4, 0, 0, 0}, at, 4};
}

void work(const std::int32_t* params, assay_kernel_work* result) {
  *result = {static_cast<std::uint64_t>(params[0]), 1, 1};
}

const assay_kernel row = {.workload = "fuzz.row",
                          .unit_of_work = "calls",
                          .parameters = parameters,
                          .parameter_count = 2,
                          .texts = nullptr,
                          .xs = xs,
                          .arena_bytes = bytes_of,
                          .illegal = "n may not be 7",
                          .prepare = prepare,
                          .call = fill,
                          .output = output,
                          .output_count = 2,
                          .input = input,
                          .input_digest = nullptr,
                          .work = work,
                          .accuracy = nullptr,
                          .hello = nullptr,
                          .file = nullptr};

const assay_port_metric metrics[2] = {{"fuzz.count", "count", "lower", "", true},
                                      {"fuzz.size", "byte", "lower", "", false}};

}  // namespace

extern "C" {
extern const assay_kernel* const assay_agent_kernels[] = {&row};
extern const std::size_t assay_agent_kernel_count = 1;

const assay_port_facts* assay_port() {
  static const assay_port_facts facts = {.device = "cpu",
                                         .fidelity = "hardware",
                                         .core = "none",
                                         .implementation = "scalar",
                                         .clock_resolution_ns = 1,
                                         .arena = arena,
                                         .arena_bytes = sizeof arena,
                                         .samples = samples,
                                         .sample_count = 256,
                                         .collector = "fuzz",
                                         .metrics = metrics,
                                         .metric_count = 2};
  return &facts;
}

std::size_t assay_port_read(char* bytes, std::size_t most) {
  must(most > 0 && most <= ASSAY_AGENT_LINE);
  const std::size_t count = std::min({most, state.left, state.piece});
  std::memcpy(bytes, state.data, count);
  state.data += count;
  state.left -= count;
  return count;
}

void assay_port_write(const char* bytes, std::size_t count) {
  must(count >= 2 && count <= ASSAY_AGENT_LINE && bytes[count - 1] == '\n');
  const auto line = nlohmann::json::parse(bytes, bytes + count, nullptr, false);
  must(line.is_object() && line.contains("id") && line["id"].is_number_integer());
}

std::uint64_t assay_port_reading(std::size_t index) { return state.clock + index; }

std::uint64_t assay_port_now_ns() { return state.clock += UINT64_C(1) << 40; }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  state = {data + 1, size - 1, static_cast<std::size_t>(data[0]) + 1, 0, 0};
  if (setjmp(enough) == 0) assay_agent_run();
  return 0;
}
