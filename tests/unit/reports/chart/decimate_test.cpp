// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/decimate.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace assay::chart;

namespace {

struct Data {
  std::vector<double> x;
  std::vector<double> y;
};

Data noise(std::uint64_t seed, std::size_t count, bool gaps) {
  std::mt19937_64 random(seed);
  Data data;
  double x = 1;
  for (std::size_t i = 0; i < count; ++i) {
    x += static_cast<double>(random() % 5);  // repeated x too
    data.x.push_back(x);
    data.y.push_back(gaps && random() % 7 == 0 ? NAN : static_cast<double>(random() % 100'000));
  }
  return data;
}

}  // namespace

TEST_CASE("every column keeps its first, lowest, highest and last point") {
  const Data data = noise(1, 50'000, true);
  for (const Scale scale : {Scale::linear, Scale::log}) {
    const std::size_t columns = 300;
    const Axis axis(scale, {data.x.front(), data.x.back()}, 0, 300);
    const std::vector<std::size_t> kept = decimated(data.x, data.y, axis, columns);
    CHECK(kept.size() <= 4 * columns + 2);
    CHECK(std::is_sorted(kept.begin(), kept.end()));
    CHECK(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
    const auto column_of = [&](std::size_t i) {
      return std::min<long>(299, std::lround(std::floor(axis.at(data.x[i]) + 1e-7)));
    };
    for (long column = 0; column < 300; ++column) {
      double low = INFINITY, high = -INFINITY, kept_low = INFINITY, kept_high = -INFINITY;
      for (std::size_t i = 0; i < data.x.size(); ++i) {
        if (column_of(i) != column || std::isnan(data.y[i])) continue;
        low = std::min(low, data.y[i]);
        high = std::max(high, data.y[i]);
      }
      for (const std::size_t i : kept) {
        if (column_of(i) != column) continue;
        kept_low = std::min(kept_low, data.y[i]);
        kept_high = std::max(kept_high, data.y[i]);
      }
      REQUIRE(kept_low == low);
      REQUIRE(kept_high == high);
    }
  }
}

TEST_CASE("on a logarithmic y axis what has no place there is no column's lowest") {
  Data data = noise(3, 4'000, true);
  for (std::size_t i = 0; i < data.y.size(); i += 5) data.y[i] = i % 2 == 0 ? 0 : -data.y[i];
  const Axis axis(Scale::linear, {data.x.front(), data.x.back()}, 0, 100);
  Data shown;
  std::vector<std::size_t> place;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    if (!(data.y[i] > 0)) continue;
    shown.x.push_back(data.x[i]);
    shown.y.push_back(data.y[i]);
    place.push_back(i);
  }
  const Axis whole(Scale::linear, {-1, data.x.back() + 1}, 0, 100);
  for (const Axis& one : {axis, whole}) {
    std::vector<std::size_t> expected;
    for (const std::size_t k : decimated(shown.x, shown.y, one, 100)) expected.push_back(place[k]);
    CHECK(decimated(data.x, data.y, one, 100, Scale::log) == expected);
    CHECK(Pyramid(data.x, data.y, Scale::log).decimated(one, 100) == expected);
  }
}

TEST_CASE("the pyramid answers what one pass answers") {
  for (const std::size_t count : {0u, 1u, 15u, 16u, 17u, 255u, 257u, 5'000u, 70'000u}) {
    for (const bool gaps : {false, true}) {
      const Data data = noise(count + 7, count, gaps);
      const Pyramid pyramid(data.x, data.y);
      const double end = count == 0 ? 1 : data.x.back();
      std::mt19937_64 random(5);
      for (int round = 0; round < 40; ++round) {
        const double low = end * static_cast<double>(random() % 1000) / 1000;
        const double high = low + 1 + end * static_cast<double>(random() % 1000) / 1000;
        const Scale scale = round % 2 == 0 || low <= 0 ? Scale::linear : Scale::log;
        const Axis axis(scale, {low, high}, 10, 610);
        INFO(count << " points, " << low << " to " << high);
        REQUIRE(pyramid.decimated(axis, 200) == decimated(data.x, data.y, axis, 200));
      }
    }
  }
}

TEST_CASE("a line leaves the picture towards its neighbours outside") {
  const std::vector<double> x{0, 1, 2, 3, 4, 5};
  const std::vector<double> y{9, 8, 7, 6, 5, 4};
  CHECK(decimated(x, y, Axis(Scale::linear, {1.5, 3.5}, 0, 10), 10) == std::vector<std::size_t>{1, 2, 3, 4});
  CHECK(decimated(x, y, Axis(Scale::linear, {2.2, 2.8}, 0, 10), 10) == std::vector<std::size_t>{2, 3});
  CHECK(Pyramid(x, y).decimated(Axis(Scale::linear, {2.2, 2.8}, 0, 10), 10) ==
        std::vector<std::size_t>{2, 3});
}

TEST_CASE("no columns and no data give no points") {
  CHECK(decimated({}, {}, Axis(), 10).empty());
  const std::vector<double> one{0.5};
  CHECK(decimated(one, one, Axis(), 0).empty());
  const std::vector<double> nan{NAN};
  CHECK(decimated(one, nan, Axis(), 10).empty());
}
