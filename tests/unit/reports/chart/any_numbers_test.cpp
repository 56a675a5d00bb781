// SPDX-License-Identifier: Apache-2.0
// Charts of numbers that nobody should have: none crashes, hangs or draws at a place that is no number.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "reports/chart/bars.h"
#include "reports/chart/ecdf.h"
#include "reports/chart/histogram.h"
#include "reports/chart/lines.h"
#include "reports/chart/roofline.h"
#include "reports/chart/scatter.h"
#include "reports/chart/svg.h"
#include "reports/chart/text.h"

using namespace assay::chart;

namespace {

class Odd {
 public:
  explicit Odd(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t end) { return random_() % end; }
  double number() {
    constexpr double special[] = {NAN,    INFINITY, -INFINITY, 0,        -0.0, 1,   -1,
                                  5e-324, 1e-308,   1.7e308,   -1.7e308, 1e16, 1e-9};
    if (random_() % 3 == 0) return special[below(std::size(special))];
    return (random_() % 4 == 0 ? -1 : 1) * std::pow(10.0, static_cast<double>(below(40)) - 20) *
           static_cast<double>(1 + below(99));
  }
  std::vector<double> numbers(std::size_t most) {
    std::vector<double> values(below(most + 1));
    for (double& v : values) v = number();
    return values;
  }
  Scale scale() { return below(2) == 0 ? Scale::linear : Scale::log; }
  Unit unit() { return {static_cast<Unit::Kind>(below(6)), below(2) == 0 ? "op/s" : ""}; }
  AxisSpec axis() {
    AxisSpec spec{name(), unit(), scale(), {}};
    if (below(4) == 0) spec.domain = Domain{number(), number()};
    return spec;
  }
  std::string name() { return std::string(below(3) == 0 ? below(60) : 0, 'n'); }
  Canvas canvas() {
    return below(2) == 0 ? terminal(static_cast<int>(below(250)), static_cast<int>(below(60)))
                         : Canvas{number(), number()};
  }

 private:
  std::mt19937_64 random_;
};

void check(const Scene& scene) {
  const auto sound = [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); };
  for (const Group& group : scene.groups) {
    for (const Item& item : group.items) {
      if (const auto* line = std::get_if<Polyline>(&item.form)) {
        for (const Point& p : line->points) REQUIRE(sound(p));
      } else if (const auto* area = std::get_if<Polygon>(&item.form)) {
        for (const Point& p : area->points) REQUIRE(sound(p));
      } else if (const auto* box = std::get_if<Rectangle>(&item.form)) {
        REQUIRE((sound({box->box.x, box->box.y}) && sound({box->box.width, box->box.height})));
      } else if (const auto* marker = std::get_if<Marker>(&item.form)) {
        REQUIRE(sound(marker->at));
      } else {
        REQUIRE(sound(std::get<Text>(item.form).at));
      }
    }
  }
  CHECK(svg(scene).size() < 2'000'000);
  CHECK(text(scene).size() < 6'000'000);  // a sheet of 10,000 x 10,000 points has 1.4 million cells
}

}  // namespace

TEST_CASE("lines of any numbers") {
  Odd odd(1);
  for (int round = 0; round < 400; ++round) {
    LineChart chart{odd.name(), "", odd.axis(), odd.axis(), odd.below(2) == 0, {}, {}, {}};
    for (std::size_t i = odd.below(30); i > 0; --i) {
      LineSeries s{odd.name(), odd.numbers(50),   odd.numbers(50),   {},
                   {},         odd.below(2) == 0, odd.below(2) == 0, ""};
      if (odd.below(2) == 0) s.low = s.high = odd.numbers(50);
      chart.series.push_back(std::move(s));
    }
    for (std::size_t i = odd.below(6); i > 0; --i)
      chart.references.push_back({odd.number(), odd.name(), odd.below(2) == 0});
    for (std::size_t i = odd.below(3); i > 0; --i)
      chart.bands.push_back({odd.number(), odd.number(), "", odd.below(2) == 0});
    INFO(round);
    check(draw(chart, odd.canvas()));
  }
}

TEST_CASE("bars of any numbers") {
  Odd odd(2);
  for (int round = 0; round < 400; ++round) {
    BarChart chart{odd.name(), "", odd.axis(), odd.below(2) == 0, {}, odd.name(), {}, {}};
    if (odd.below(2) == 0) chart.reference = odd.number();
    for (std::size_t i = odd.below(20); i > 0; --i) {
      chart.rows.emplace_back();
      chart.rows.back().name = odd.name();
      chart.rows.back().value = odd.number();
      chart.rows.back().low = odd.number();
      chart.rows.back().high = odd.number();
    }
    INFO(round);
    check(draw(chart, odd.canvas()));
  }
}

TEST_CASE("rooflines of any numbers") {
  Odd odd(3);
  for (int round = 0; round < 400; ++round) {
    RooflineChart chart;
    for (std::size_t i = odd.below(6); i > 0; --i) chart.memory.push_back({odd.name(), odd.number()});
    for (std::size_t i = odd.below(6); i > 0; --i) chart.compute.push_back({odd.name(), odd.number()});
    for (std::size_t i = odd.below(20); i > 0; --i)
      chart.points.push_back({odd.name(), odd.number(), odd.number(), odd.below(12), ""});
    INFO(round);
    check(draw(chart, odd.canvas()));
  }
}

TEST_CASE("points of any numbers") {
  Odd odd(5);
  for (int round = 0; round < 400; ++round) {
    ScatterChart chart{odd.name(), "", odd.axis(), odd.axis(), {}, {}};
    for (std::size_t i = odd.below(4); i > 0; --i) chart.kinds.push_back({odd.name()});
    for (std::size_t i = odd.below(20); i > 0; --i)
      chart.points.push_back({odd.name(), odd.number(), odd.number(), odd.number(), odd.number(),
                              odd.number(), odd.number(), Role::good, Shape::circle, odd.name(), ""});
    INFO(round);
    check(draw(chart, odd.canvas()));
  }
}

TEST_CASE("distributions of any numbers") {
  Odd odd(4);
  for (int round = 0; round < 300; ++round) {
    EcdfChart steps{odd.name(), "", odd.axis(), {}, {}};
    HistogramChart bins;
    bins.x = odd.axis();
    for (std::size_t i = odd.below(4); i > 0; --i) {
      steps.series.push_back({odd.name(), odd.numbers(60)});
      bins.series.push_back({odd.name(), odd.numbers(30), odd.numbers(30)});
    }
    INFO(round);
    check(draw(steps, odd.canvas()));
    check(draw(bins, odd.canvas()));
  }
}
