// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/agent/seed.h"
#include "workloads/tinyml/boards/on_host.h"
#include "workloads/tinyml/kws/problem.h"
#include "workloads/tinyml/model/seeded.h"

namespace {

/// A network of seeded weights, prepared.
struct Prepared {
  explicit Prepared(const assay_kernel& row, bool smallest = false, std::uint64_t seed = 1) : row_(row) {
    for (std::int32_t i = 0; i < row.parameter_count; ++i)
      params_.push_back(smallest ? row.xs[i] : row.parameters[i].default_value);
    arena_.resize(row.arena_bytes(params_.data()) / 16 + 1);
    row.prepare(arena_.data(), params_.data(), seed);
  }

  assay_seeded_network& network() { return *reinterpret_cast<assay_seeded_network*>(arena_.data()); }
  std::size_t bytes() const { return row_.arena_bytes(params_.data()); }
  std::vector<std::int8_t> output(std::int32_t index) {
    assay_kernel_tensor tensor{};
    row_.output(arena_.data(), index, &tensor);
    const auto* data = static_cast<const std::int8_t*>(tensor.data);
    return {data, data + tensor.bytes};
  }
  std::uint32_t digest(std::int32_t index) {
    assay_kernel_tensor tensor{};
    row_.output(arena_.data(), index, &tensor);
    return assay_kernel_digest(&tensor);
  }
  std::uint64_t multiplications() const {
    assay_kernel_work work{};
    row_.work(params_.data(), &work);
    return work.operations / 2;
  }
  void call() { row_.call(arena_.data()); }

 private:
  struct alignas(16) Unit {
    unsigned char bytes[16];
  };
  const assay_kernel& row_;
  std::vector<std::int32_t> params_;
  std::vector<Unit> arena_;
};

const assay_kernel* const rows[] = {&assay_kernel_vww, &assay_kernel_ic01, &assay_kernel_ad};

std::int64_t parameters(Prepared& prepared) {
  std::int64_t count = 0;
  const auto& network = prepared.network().network;
  for (std::int32_t i = 0; i < network.step_count; ++i) {
    const assay_network_step& step = network.steps[i];
    if (step.kind > assay_step_fully_connected) continue;
    const auto kind = static_cast<assay_layer_kind>(step.kind);
    count +=
        static_cast<std::int64_t>(assay_layer_weights(&step.as.layer, kind)) + step.as.layer.out_channels;
  }
  return count;
}

}  // namespace

TEST_CASE("vww, ic01 and ad have the published numbers of multiplications and parameters") {
  Prepared vww(assay_kernel_vww), ic01(assay_kernel_ic01), ad(assay_kernel_ad);
  CHECK(vww.multiplications() == 7'489'664);
  CHECK(ic01.multiplications() == 12'501'632);
  CHECK(ad.multiplications() == 264'192);
  CHECK(parameters(vww) == 210'850);  // batch normalisation folded away
  CHECK(parameters(ic01) == 77'706);
  CHECK(parameters(ad) == 265'864);
}

TEST_CASE("The activations of vww lie in 55 KiB, those of ic01 in 50, those of ad in 1 KiB, as planned") {
  CHECK(Prepared(assay_kernel_vww).network().activation_bytes <= 55 * 1024);
  CHECK(Prepared(assay_kernel_ic01).network().activation_bytes <= 50 * 1024);
  CHECK(Prepared(assay_kernel_ad).network().activation_bytes <= 1024);
}

TEST_CASE("The preset xs of every network fits the smallest board") {
  for (const auto* row : rows) {
    INFO(row->workload);
    CHECK(Prepared(*row, true).bytes() <= 12 * 1024);
  }
}

TEST_CASE("The results of vww, ic01 and ad are these, on every target") {
  // Never edit these with a change that leaves the definition's version as it is.
  struct Pinned {
    const assay_kernel& row;
    std::uint32_t output, features, xs_output, xs_features;
  };
  for (const Pinned& pinned : {Pinned{assay_kernel_vww, 0xc7e78774, 0x323c48e6, 0x51cdf69d, 0x4e35554b},
                               Pinned{assay_kernel_ic01, 0x385097c5, 0x6cee2136, 0x512ff95b, 0xda82edbf},
                               Pinned{assay_kernel_ad, 0x0e7c45e1, 0x42ca24a4, 0xe303aca1, 0xac3c9676}}) {
    INFO(pinned.row.workload);
    Prepared full(pinned.row), small(pinned.row, true);
    full.call(), small.call();
    CHECK(full.digest(0) == pinned.output);
    CHECK(full.digest(1) == pinned.features);
    CHECK(small.digest(0) == pinned.xs_output);
    CHECK(small.digest(1) == pinned.xs_features);
  }
}

TEST_CASE("The boards' executor computes what the reference's does, called again and again") {
  for (const auto* row : rows) {
    INFO(row->workload);
    Prepared prepared(*row, true);
    prepared.call();
    const auto output = prepared.output(0), features = prepared.output(1);
    for (int i = 0; i < 2; ++i) {
      assay_board_network_run(&prepared.network().network);
      CHECK(prepared.output(0) == output);
      CHECK(prepared.output(1) == features);
    }
    CHECK(Prepared(*row, true, 2).output(1) != features);  // another seed
  }
}

TEST_CASE("Of every layer of vww and ic01 some outputs saturate, and most do not") {
  for (const auto* row : {&assay_kernel_vww, &assay_kernel_ic01}) {
    Prepared prepared(*row);
    const auto& network = prepared.network().network;
    for (std::int32_t i = 0; i < network.step_count; ++i) {
      assay_network_step_run(&network, i);
      const assay_network_step& step = network.steps[i];
      if (step.kind != assay_step_conv && step.kind != assay_step_depthwise && step.kind != assay_step_add)
        continue;
      const assay_network_tensor& out = network.tensors[step.out];
      const std::int8_t* values = network.arena + out.offset;
      const auto full = std::count(values, values + out.bytes, std::int8_t{127});
      const auto cut = std::count(values, values + out.bytes, std::int8_t{-128});
      INFO(row->workload << ", step " << i << ": " << full << " and " << cut << " of " << out.bytes);
      CHECK(full > 0);
      CHECK(full < out.bytes / 10);
      CHECK(cut < out.bytes * 4 / 5);
    }
  }
}

TEST_CASE("One weight of any layer of a network changes its features or its output") {
  for (const auto* row : rows) {
    Prepared prepared(*row, true);
    prepared.call();
    const auto output = prepared.output(0), features = prepared.output(1);
    const auto& network = prepared.network().network;
    for (std::int32_t i = 0; i < network.step_count; ++i) {
      const assay_network_step& step = network.steps[i];
      if (step.kind > assay_step_fully_connected) continue;
      INFO(row->workload << ", step " << i);
      auto* bias = const_cast<std::int32_t*>(step.as.layer.bias);
      for (std::int32_t o = 0; o < step.as.layer.out_channels; ++o) bias[o] ^= 1 << 12;
      prepared.call();
      CHECK((prepared.output(0) != output || prepared.output(1) != features));
      for (std::int32_t o = 0; o < step.as.layer.out_channels; ++o) bias[o] ^= 1 << 12;
    }
  }
}

TEST_CASE("A plan gives no byte to two tensors that live at the same step") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto pick = [&](std::uint64_t i, std::uint32_t n) {
      return static_cast<std::int32_t>(assay_seed_below(seed, i, n));
    };
    std::vector<assay_network_tensor> tensors(static_cast<std::size_t>(1 + pick(0, 30)));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      tensors[i].bytes = 1 + pick(3 * i + 1, 1000);
      tensors[i].first = static_cast<std::int16_t>(pick(3 * i + 2, 20));
      tensors[i].last = static_cast<std::int16_t>(tensors[i].first + pick(3 * i + 3, 8));
    }
    const std::int32_t total = assay_plan(tensors.data(), static_cast<std::int32_t>(tensors.size()));
    for (std::size_t i = 1; i < tensors.size(); ++i) {
      const auto& a = tensors[i];
      CHECK(a.offset % 16 == 0);
      CHECK(a.offset + a.bytes <= total);
      for (std::size_t k = 1; k < i; ++k) {
        const auto& b = tensors[k];
        const bool together = a.first <= b.last && b.first <= a.last;
        CHECK_FALSE((together && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes));
      }
    }
  }
}
