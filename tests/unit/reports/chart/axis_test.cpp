// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/axis.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace assay::chart;

TEST_CASE("an axis maps its domain on its points, and back") {
  std::mt19937_64 random(1);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int round = 0; round < 1000; ++round) {
    const double low = std::pow(10.0, -10 + 20 * uniform());
    const double high = low * (1.01 + 1e4 * uniform());
    for (const Scale scale : {Scale::linear, Scale::log}) {
      const Axis axis(scale, {low, high}, 300, 20);  // upwards
      CHECK(axis.at(low) == Approx(300));
      CHECK(axis.at(high) == Approx(20));
      const double value = low + (high - low) * uniform();
      CHECK(axis.value(axis.at(value)) == Approx(value));
      CHECK(axis.at(low * 0.5 + high * 0.5) < axis.at(low));
    }
  }
}

TEST_CASE("any domain gives an axis with room") {
  const double inf = std::numeric_limits<double>::infinity();
  const Domain domains[] = {{},          {5, 5},  {0, 0},           {-3, -3},         {1, 0},
                            {-inf, inf}, {-5, 5}, {1e308, 1.7e308}, {1e-310, 1e-310}, {1e15, 1e15 + 0.125}};
  for (const Domain& domain : domains) {
    for (const Scale scale : {Scale::linear, Scale::log}) {
      const Axis axis(scale, domain, 0, 100);
      INFO(domain.low << " " << domain.high << (scale == Scale::log ? " log" : ""));
      CHECK(axis.low() < axis.high());
      CHECK(std::isfinite(axis.high() - axis.low()));
      CHECK(std::isfinite(axis.at(1)));
      CHECK(std::isfinite(axis.at(1e308)));
    }
  }
}

TEST_CASE("a domain passes over what its scale cannot show") {
  const std::vector<double> values{NAN, -2, 0, 3, INFINITY, 7};
  CHECK(domain_of(values, Scale::linear).low == -2);
  CHECK(domain_of(values, Scale::linear).high == 7);
  CHECK(domain_of(values, Scale::log).low == 3);
  CHECK(domain_of(std::vector<double>{NAN}, Scale::linear).empty());
  CHECK(domain_of(std::vector<double>{-4, -9}, Scale::linear).high == -4);
}
