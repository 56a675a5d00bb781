// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/text.h"

#include <catch2/catch.hpp>
#include <string>

#include "reports/chart/bars.h"
#include "reports/chart/lines.h"
#include "reports/chart/roofline.h"

using namespace assay::chart;

namespace {

Scene sheet(int columns, int rows) {
  Scene scene;
  scene.width = columns * cell_width;
  scene.height = rows * cell_height;
  scene.cells = true;
  return scene;
}

}  // namespace

TEST_CASE("lines across and down join as box drawing") {
  Scene scene = sheet(8, 3);
  Group& group = scene.group("g");
  group.items.push_back({Polyline{{{3, 0}, {3, 36}}}, "", ""});
  group.items.push_back({Polyline{{{3, 18}, {45, 18}}}, "", ""});
  group.items.push_back({Polyline{{{27, 18}, {27, 36}}}, "", ""});
  CHECK(text(scene) == "│\n├───┬──╴\n│   │\n");
  CHECK(text(scene, {true}) == "|\n+---+---\n|   |\n");
}

TEST_CASE("curves are dots, areas shade, bars blocks in eighths, text is over all") {
  Scene scene = sheet(8, 2);
  Group& group = scene.group("g");
  group.items.push_back({Polyline{{{0, 0}, {24, 23}}}, "", ""});
  group.items.push_back({Rectangle{{24, 0, 9, 12}}, "", ""});
  group.items.push_back({Rectangle{{30, 15, 6, 9}}, "", ""});
  group.items.push_back({Polygon{{{36, 12}, {48, 12}, {48, 24}, {36, 24}}}, "", ""});
  group.items.push_back({Text{{48, 6}, "ab", Anchor::end}, "", ""});
  CHECK(text(scene) == "⠑⢆⡀ █▌ab\n  ⠑⢆⡀▆░░\n");
  CHECK(text(scene, {true}) == "'.. ##ab\n  '..#::\n");
}

TEST_CASE("nothing is drawn outside a group's clip") {
  Scene scene = sheet(6, 1);
  Group& group = scene.group("g", Box{12, 0, 12, 12});
  group.items.push_back({Polyline{{{-1e5, 6}, {1e5, 6}}}, "", ""});
  group.items.push_back({Marker{{33, 6}}, "", ""});
  CHECK(text(scene) == "  ──\n");
}

TEST_CASE("wide characters and marks keep the columns") {
  Scene scene = sheet(8, 1);
  Group& group = scene.group("g");
  group.items.push_back({Text{{0, 6}, "漢字e\u0301x"}, "", ""});
  CHECK(text(scene) == "漢字e\u0301x\n");
  group.items.push_back({Text{{6, 6}, "|"}, "", ""});  // covers half of the first
  CHECK(text(scene) == " |字e\u0301x\n");
  CHECK(text(scene, {true}) == "?|ex\n");
}

TEST_CASE("ratios with intervals in a terminal") {
  BarChart chart;
  chart.title = "Against main";
  chart.axis = {"ratio", {Unit::Kind::ratio, ""}, Scale::log, {}};
  chart.reference = 1;
  chart.reference_name = "main";
  chart.rows = {{"gemv", 1.31, 1.2, 1.42, Role::good, Shape::triangle, "", ""},
                {"resize", 0.8, 0.75, 0.86, Role::bad, Shape::triangle_down, "", ""},
                {"conv2d", NAN, NAN, NAN, Role::muted, Shape::circle, "not measured", ""}};
  CHECK(text(draw(chart, terminal(60, 10))) == R"(Against main
                    main
gemv                  │       ├───▲───┤   1.31× [1.20, 1.42]
resize   ├──▼──┤      │                   0.80× [0.75, 0.86]
conv2d                │                   not measured
        ─┬────────────┬─────────┬───────
       0.75×        1.00×     1.25×
                     ratio
)");
}

TEST_CASE("a curve in a terminal") {
  LineChart chart;
  chart.title = "Scaling";
  chart.x = {"threads", {}, Scale::log, {}};
  chart.y = {"speed", {Unit::Kind::ratio, ""}, Scale::log, {}};
  chart.series = {{"simd", {1, 2, 4, 8, 16}, {1, 1.9, 3.6, 6, 7}, {}, {}, false, true, ""}};
  CHECK(text(draw(chart, terminal(50, 14))) == R"(Scaling
speed
   │                                     ⢀⣀⣀⣀⣀⠤⠤●
 5×┤                             ⢀⣀⠤⠔●⠉⠉⠉⠉
   │                        ⢀⣠⠤⠒⠊⠉
   │                    ⣀⠤⠒●⠁
   │               ⢀⡠⠤⠒⠉
 2×┤           ⣀●⠔⠊⠁
   │       ⣀⡤⠖⠋⠁
   │   ⣀⠤⠒⠉⠁
 1×┤ ●⠉
   └─┬──────────┬─────────────┬──────────┬────────
    1          2              5         10
                                           threads
)");
  CHECK(text(draw(chart, terminal(50, 14)), {true}) == R"(Scaling
speed
   |                                     .....--o
 5x+                             ..--o''''
   |                        ..--''
   |                    .--o'
   |               ..--'
 2x+           .o-''
   |       ..-''
   |   .--''
 1x+ o'
   +-+----------+-------------+----------+--------
    1          2              5         10
                                           threads
)");
}

TEST_CASE("a chart without data says so and what to do") {
  CHECK(text(draw(RooflineChart{}, terminal(60, 8))) ==
        "\n\n\n\n        No ceilings measured yet: run assay roofline\n\n\n\n");
}
