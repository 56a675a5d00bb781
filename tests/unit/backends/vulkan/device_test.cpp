// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <iostream>
#include <numeric>
#include <vector>

#include "harness/backends/vulkan/queue.h"
#include "harness/core/error.h"

using namespace assay;

namespace {

constexpr std::uint32_t by_subgroups[] =
#include "workloads/roof/mem/load_subgroups.inc"
    ;
constexpr std::uint32_t over_shared_memory[] =
#include "workloads/roof/mem/load.inc"
    ;
constexpr std::uint32_t blocks_plain[] =
#include "workloads/llm/gemv_blocks.inc"
    ;
constexpr std::uint32_t blocks_dot8[] =
#include "workloads/llm/gemv_blocks_dot8.inc"
    ;
constexpr std::uint32_t threads = 128;

struct Load {
  std::uint64_t from, sums;
  std::uint32_t whole, rest, groups;
};

bool have_device() {
  const DeviceOffer first = vulkan::devices().front();
  if (!first.probe.available) std::cout << "skipped: " << first.probe.reason << '\n';
  return first.probe.available;
}

/// Sums of 0, 1, ... 4098 by workgroups, on a queue that lives as long as what it runs.
struct Summing {
  explicit Summing(std::span<const std::uint32_t> shader)
      : queue("vulkan:0"), data(4099), kernel(queue.gpu(), shader, sizeof(Load), {threads}) {
    std::iota(data.begin(), data.end(), 0U);
    from = vulkan::Buffer(queue.gpu(), data.data(), data.size());
    sums = vulkan::Buffer(queue.gpu(), groups * sizeof(std::uint32_t));
    queue.on_record([this](vulkan::Commands& commands) {
      commands.dispatch(kernel, groups, Load{from.address(), sums.address(), 1024, 3, groups});
    });
  }
  std::uint32_t sum() const {
    std::vector<std::uint32_t> parts(groups);
    sums.download(parts.data(), sums.bytes());
    return std::accumulate(parts.begin(), parts.end(), 0U);
  }

  static constexpr std::uint32_t groups = 3;
  vulkan::Queue queue;
  std::vector<std::uint32_t> data;
  vulkan::Buffer from;
  vulkan::Buffer sums;
  vulkan::Kernel kernel;
};

}  // namespace

TEST_CASE("a workgroup adds up by subgroups and over shared memory alike, and its invocations are counted") {
  if (!have_device()) return;
  const std::uint32_t expected = 4098 * 4099 / 2;
  Summing fallback(over_shared_memory);
  fallback.queue.call();
  CHECK(fallback.sum() == expected);
  fallback.sums.spoil();
  CHECK(fallback.sum() != expected);
  if (fallback.queue.gpu().facts().subgroup_sums) {
    Summing summing(by_subgroups);
    summing.queue.call();
    CHECK(summing.sum() == expected);
  }
  if (fallback.queue.gpu().facts().statistics) CHECK(fallback.queue.invocations() == 3 * 128);
}

/// llm.gemv's product of one row of q8_0 with the largest and the smallest codes: 32 a block, scales of 1.
float product(std::span<const std::uint32_t> shader, const std::vector<std::int8_t>& w,
              const std::vector<std::int8_t>& x) {
  struct Blocks {
    std::uint64_t w, codes, scales, y;
    std::uint32_t rows, blocks;
  };
  vulkan::Queue queue("vulkan:0");
  const std::size_t count = w.size() / 32;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (i % 32 == 0) bytes.insert(bytes.end(), {0x00, 0x3C});  // 1 in binary16
    bytes.push_back(static_cast<std::uint8_t>(w[i]));
  }
  bytes.resize((bytes.size() + 7) / 4 * 4);
  const std::vector<float> scales(2 * count, 1);
  const vulkan::Buffer matrix(queue.gpu(), bytes.data(), bytes.size());
  const vulkan::Buffer codes(queue.gpu(), x.data(), x.size());
  const vulkan::Buffer of_x(queue.gpu(), scales.data(), scales.size());
  const vulkan::Buffer y(queue.gpu(), sizeof(float));
  const vulkan::Kernel kernel(queue.gpu(), shader, sizeof(Blocks), {threads, VK_FALSE});
  queue.on_record([&](vulkan::Commands& commands) {
    commands.dispatch(kernel, 1,
                      Blocks{matrix.address(), codes.address(), of_x.address(), y.address(), 1,
                             static_cast<std::uint32_t>(count)});
  });
  queue.call();
  float result = 0;
  y.download(&result, sizeof(result));
  return result;
}

TEST_CASE("four products of 8 bits are the same by the device's instruction and without it") {
  if (!have_device()) return;
  std::vector<std::int8_t> w, x;
  int expected = 0;
  for (int i = 0; i < 5 * 32; ++i) {
    w.push_back(static_cast<std::int8_t>(i % 7 == 0 ? -128 : 37 * i % 256 - 128));
    x.push_back(static_cast<std::int8_t>(i % 5 == 0 ? -127 : 91 * i % 255 - 127));
    expected += w.back() * x.back();
  }
  CHECK(product(blocks_plain, w, x) == static_cast<float>(expected));
  if (!vulkan::Gpu("vulkan:0").facts().dot8) return;
  CHECK(product(blocks_dot8, w, x) == static_cast<float>(expected));
}

TEST_CASE("the device's clock gives a reading for each time that it is asked, hot and cold") {
  if (!have_device()) return;
  Summing summing(over_shared_memory);
  if (summing.queue.gpu().facts().timestamp_bits == 0) return;
  CHECK(summing.queue.take_tracks().empty());
  summing.queue.time(false);
  summing.queue.time(true);
  const auto tracks = summing.queue.take_tracks();
  REQUIRE(tracks.size() == (summing.queue.gpu().facts().statistics ? 2 : 1));
  CHECK(tracks[0].metric == "time.device");
  REQUIRE(tracks[0].value.size() == 2);
  CHECK(tracks[0].value[1] > 0);
  CHECK(tracks[0].value[1] < 1e9);
  if (tracks.size() == 2) {
    CHECK(tracks[1].metric == "vulkan.invocations");
    CHECK(tracks[1].value == std::vector<double>{3 * 128, 3 * 128});
  }
  CHECK(summing.queue.take_tracks().empty());
}

TEST_CASE("a call in parts does them in order, is counted whole and has one time") {
  if (!have_device()) return;
  Summing summing(over_shared_memory);
  const vulkan::Buffer moved(summing.queue.gpu(), summing.sums.bytes());
  summing.queue.on_record(
      {[&](vulkan::Commands& commands) { commands.fill(summing.sums, 7); },
       [&](vulkan::Commands& commands) {
         commands.dispatch(summing.kernel, Summing::groups,
                           Load{summing.from.address(), summing.sums.address(), 1024, 3, Summing::groups});
       },
       [&](vulkan::Commands& commands) {
         commands.copy(summing.sums, 0, moved, 0, moved.bytes());
         commands.barrier();
         commands.dispatch(summing.kernel, 1, Load{moved.address(), summing.sums.address(), 0, 0, 1});
       }});
  summing.queue.call();
  std::vector<std::uint32_t> sums(Summing::groups);
  moved.download(sums.data(), moved.bytes());
  CHECK(std::accumulate(sums.begin(), sums.end(), 0U) == 4098 * 4099 / 2);
  if (summing.queue.gpu().facts().statistics) CHECK(summing.queue.invocations() == (3 + 1) * 128);
  if (summing.queue.gpu().facts().timestamp_bits == 0) return;
  summing.queue.time(false);  // several calls, or one: then in its parts, as the cold reading
  summing.queue.time(true);
  for (const auto& track : summing.queue.take_tracks()) {
    if (track.metric != "time.device") continue;
    REQUIRE(track.value.size() == 2);
    CHECK(track.value[0] > 0);
    CHECK(track.value[1] > 0);
  }
  moved.download(sums.data(), moved.bytes());
  CHECK(std::accumulate(sums.begin(), sums.end(), 0U) == 4098 * 4099 / 2);
}

TEST_CASE("a call is also timed with its transfers, once what it brings and fetches is known") {
  if (!have_device()) return;
  Summing summing(over_shared_memory);
  summing.queue.call();
  const auto end_to_end = [&] {
    for (int i = 0; i < 2; ++i) summing.queue.time(false);  // never at the first
    for (const auto& track : summing.queue.take_tracks()) {
      if (track.metric == "time.end_to_end") return track.value;
    }
    return std::vector<double>();
  };
  CHECK(end_to_end().empty());  // nobody has fetched a result yet
  CHECK(summing.sum() == 4098 * 4099 / 2);
  summing.sums.spoil();
  const auto taken = end_to_end();
  REQUIRE_FALSE(taken.empty());
  CHECK(taken[0] > 0);
  CHECK(summing.sum() == 4098 * 4099 / 2);
}

TEST_CASE("what goes through staging comes back, also more than it holds at once") {
  if (!have_device()) return;
  vulkan::Gpu gpu("vulkan:0");
  std::vector<std::uint32_t> data((std::size_t{20} << 20) / sizeof(std::uint32_t) + 1);
  std::iota(data.begin(), data.end(), 7U);
  vulkan::Buffer buffer(gpu, data.data(), data.size());
  std::vector<std::uint32_t> back(data.size());
  buffer.download(back.data(), buffer.bytes());
  CHECK(back == data);
}

TEST_CASE("a device that there is not is an error with its remedy") {
  if (!have_device()) return;
  try {
    vulkan::Gpu gpu("vulkan:99");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::unavailable);
    CHECK_FALSE(error.remedy.empty());
  }
}
