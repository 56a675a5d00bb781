// SPDX-License-Identifier: Apache-2.0
#include "harness/store/sample_codec.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "harness/core/error.h"
#include "tests/unit/store/fixtures.h"

using namespace assay;
using store_codec::decode_samples;
using store_codec::decode_track;
using store_codec::encode_samples;
using store_codec::encode_track;

namespace {

void require_same(const Samples& samples) {
  const Samples back = decode_samples(encode_samples(samples), samples.size());
  REQUIRE(back.start_ns == samples.start_ns);
  REQUIRE(back.end_ns == samples.end_ns);
  REQUIRE(back.scheduled_ns == samples.scheduled_ns);
}

}  // namespace

TEST_CASE("samples come back as they were, in order") {
  for (const std::size_t count : {0, 1, 2, 3, 100, 10'000}) require_same(test::make_samples(7, count));
}

TEST_CASE("extreme times come back as they were") {
  constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t high = std::numeric_limits<std::int64_t>::max();
  Samples samples;
  samples.start_ns = {0, high, low, -1, low, 5};
  samples.end_ns = {high, low, low, 0, high, 5};
  samples.scheduled_ns = {low, high, 0, 0, 1, high};
  require_same(samples);
}

TEST_CASE("the schedule of an open loop is kept") {
  Samples samples = test::make_samples(3, 500);
  for (const std::int64_t start : samples.start_ns) samples.scheduled_ns.push_back(start - start % 1000);
  require_same(samples);
}

TEST_CASE("ten thousand log-normal samples take at most four bytes each") {
  for (const auto& [median, sigma] : {std::pair{50'000.0, 0.05}, {1e6, 0.3}, {200.0, 0.1}}) {
    const auto bytes = encode_samples(test::make_samples(11, 10'000, median, sigma));
    CHECK(static_cast<double>(bytes.size()) / 10'000 <= 4.0);
  }
}

TEST_CASE("a track keeps integers, fractions, negative zero and values that are not numbers") {
  Track track;
  for (const double value : {1.0, -7.0, 9007199254740992.0}) {
    track.offset_ns.push_back(static_cast<std::int64_t>(track.offset_ns.size()) * 10);
    track.value.push_back(value);
  }
  const auto same = [&] {
    const Track back = decode_track(encode_track(track), track.value.size());
    REQUIRE(back.offset_ns == track.offset_ns);
    REQUIRE(back.value.size() == track.value.size());
    for (std::size_t i = 0; i < back.value.size(); ++i) {
      REQUIRE(std::bit_cast<std::uint64_t>(back.value[i]) == std::bit_cast<std::uint64_t>(track.value[i]));
    }
  };
  same();
  for (const double value : {-0.0, 0.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    track.offset_ns.push_back(-5);
    track.value.push_back(value);
    same();
  }
}

TEST_CASE("samples whose ends are missing are refused") {
  Samples samples = test::make_samples(1, 3);
  samples.end_ns.pop_back();
  REQUIRE_THROWS_AS(encode_samples(samples), Error);
}

TEST_CASE("damaged and hostile bytes are an error, never a crash") {
  const Samples samples = test::make_samples(5, 300);
  const auto good = encode_samples(samples);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= std::byte{0x41};
    REQUIRE_THROWS_AS(decode_samples(bad, 300), Error);
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    REQUIRE_THROWS_AS(decode_samples(std::span(good).first(size), 300), Error);
  }
  REQUIRE_THROWS_AS(decode_samples(good, 299), Error);
  REQUIRE_THROWS_AS(decode_track(good, 300), Error);
}

TEST_CASE("hostile bytes with a right checksum are an error or samples, never a crash") {
  std::mt19937_64 random(1);
  const auto good = encode_samples(test::make_samples(5, 40));
  for (int round = 0; round < 20'000; ++round) {
    auto bad = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i)
      bad[6 + random() % (bad.size() - 6)] = static_cast<std::byte>(random() & 0xff);
    std::uint32_t crc = 0xffffffff;  // CRC-32, bit by bit
    for (std::size_t i = 6; i < bad.size(); ++i) {
      crc ^= std::to_integer<std::uint32_t>(bad[i]);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
    crc = ~crc;
    for (unsigned i = 0; i < 4; ++i) bad[2 + i] = static_cast<std::byte>((crc >> (8 * i)) & 0xff);
    std::size_t decoded = 40;
    try {
      decoded = decode_samples(bad, 40).size();
    } catch (const Error& error) {
      if (error.code != ErrorCode::bad_input) throw;
    }
    REQUIRE(decoded == 40);
  }
}
