// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "workloads/support/aligned.h"
#include "workloads/support/array_kernel.h"
#include "workloads/support/inputs.h"
#include "workloads/support/isa.h"
#include "workloads/support/seeded.h"

using assay::Aligned;

TEST_CASE("an aligned buffer begins at 64 bytes, is zero, and may be read past its end by a vector") {
  assay::cpu::Pool pool({0});
  Aligned<float> buffer(5, &pool);
  REQUIRE(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
  for (std::size_t i = 0; i < 5 + Aligned<float>::padding / sizeof(float); ++i)
    REQUIRE(buffer.data()[i] == 0.0f);
  REQUIRE(buffer.bytes() == 5 * sizeof(float) + Aligned<float>::padding);
}

TEST_CASE("moving an aligned buffer leaves the source empty and the data in place") {
  Aligned<int> a(3);
  a[1] = 7;
  const int* data = a.data();
  Aligned<int> b(std::move(a));
  REQUIRE(b.data() == data);
  REQUIRE(b[1] == 7);
  REQUIRE(a.empty());
  a = std::move(b);
  REQUIRE(a.data() == data);
}

TEST_CASE("memory that cannot be had is an error that says how much was asked for") {
  REQUIRE_THROWS_AS(Aligned<double>(std::size_t{1} << 62), assay::Error);
}

TEST_CASE("a stream is the documented SplitMix64 of seed, name and index") {
  // fnv1a64("") is the offset basis; mix64 written out a second time, from its definition.
  const auto mix = [](std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  };
  const assay::Stream stream(42, "");
  REQUIRE(stream.u64(0) == mix((42ull ^ 0xCBF29CE484222325ull) + 0x9E3779B97F4A7C15ull));
  REQUIRE(assay::Stream(42, "a").u64(0) != assay::Stream(42, "b").u64(0));
  REQUIRE(assay::Stream(42, "a").u64(0) != assay::Stream(43, "a").u64(0));
}

TEST_CASE("filling in parallel gives what one thread gives") {
  assay::cpu::Pool pool({0, 0, 0});
  const assay::Stream stream(1, "x");
  std::vector<std::uint32_t> one(5000);
  std::vector<std::uint32_t> many(5000);
  const auto value = [&](std::size_t i) { return stream.u32(i); };
  assay::fill(one.data(), one.size(), nullptr, value);
  assay::fill(many.data(), many.size(), &pool, value);
  REQUIRE(one == many);
  REQUIRE(one[4999] == stream.u32(4999));
}

TEST_CASE("an input digest changes with a value, a name, a length and a boundary between arrays") {
  const std::array<int, 4> values{1, 2, 3, 4};
  const std::span<const int> all(values);
  const auto base = assay::InputDigest().add("a", all).text();
  auto changed = values;
  changed[3] = 5;
  REQUIRE(base == assay::InputDigest().add("a", all).text());
  REQUIRE(base != assay::InputDigest().add("a", std::span<const int>(changed)).text());
  REQUIRE(base != assay::InputDigest().add("b", all).text());
  REQUIRE(base != assay::InputDigest().add("a", all.subspan(1)).text());
  REQUIRE(assay::InputDigest().add("a", all.first(2)).add("b", all.subspan(2)).text() !=
          assay::InputDigest().add("a", all.first(1)).add("b", all.subspan(1)).text());
}

TEST_CASE("an ISA path is named in lower case, with the length of vectors that have no fixed one") {
  CHECK(assay::isa_name("AVX3_DL", 64) == "avx3_dl");
  CHECK(assay::isa_name("SVE_256", 32) == "sve_256");
  CHECK(assay::isa_name("SVE", 32) == "sve256");
  CHECK(assay::isa_name("RVV", 16) == "rvv128");
  CHECK(assay::isa_name("RVV") == "rvv");
}

TEST_CASE("an array kernel is given its seeded inputs by name, and its result and work are told") {
  const assay::ArrayShape shape{
      .inputs = {"a", "b"}, .output = "sum", .length = "n", .operations = 1, .minimum_bytes = 12};
  const auto row = assay::array_kernel("mine", shape, [](const assay::Arrays& arrays) {
    for (std::size_t i = 0; i < arrays.output.size(); ++i)
      arrays.output[i] = arrays.inputs[0][i] + arrays.inputs[1][i];
  });
  REQUIRE(row.name == "mine");
  REQUIRE(row.accuracy == "float");
  assay::cpu::Pool pool({0});
  assay::Preparation preparation;
  preparation.params["n"] = std::int64_t{1000};
  preparation.seed = 7;
  preparation.pool = &pool;
  const auto instance = row.make(preparation);
  instance->call();
  const auto sum = instance->output().at(0);
  REQUIRE(sum.name == "sum");
  REQUIRE(sum.shape == std::vector<std::int64_t>{1000});
  const assay::Stream a(7, "a");
  const assay::Stream b(7, "b");
  for (const std::size_t i : {0u, 999u}) REQUIRE(sum.view<float>()[i] == a.normal(i) + b.normal(i));
  REQUIRE(instance->work().minimum_bytes == 12000);
  REQUIRE(instance->work().units == 1000);
  instance->spoil();
  REQUIRE(instance->output().at(0).view<float>()[0] != sum.view<float>()[0]);
  preparation.seed = 8;
  REQUIRE(row.make(preparation)->input_digest() != instance->input_digest());
  for (const std::int64_t length : {0, -1}) {
    preparation.params["n"] = length;
    REQUIRE_THROWS_AS(row.make(preparation), assay::Error);
  }
}
