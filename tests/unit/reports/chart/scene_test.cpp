// SPDX-License-Identifier: Apache-2.0
// Sweeps every kind of chart over canvases: nothing leaves the sheet, no label hides another, equal input
// gives equal bytes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <clocale>
#include <cmath>
#include <set>

#include "reports/chart/label.h"
#include "reports/chart/palette.h"
#include "reports/chart/place.h"
#include "reports/chart/svg.h"
#include "reports/chart/text.h"
#include "tests/support/chart_gallery.h"

using namespace assay::chart;

namespace {

struct Label {
  Box box;
  std::string text;
};

std::vector<Label> level_labels(const Scene& scene) {
  std::vector<Label> labels;
  for (const Group& group : scene.groups) {
    for (const Item& item : group.items) {
      const Text* t = std::get_if<Text>(&item.form);
      if (t == nullptr || t->angle != 0 || t->text.empty()) continue;
      const double width = Metrics{scene.cells}.width(t->text, t->size);
      const double left = t->at.x - (t->anchor == Anchor::start    ? 0
                                     : t->anchor == Anchor::middle ? width / 2
                                                                   : width);
      const double height = scene.cells ? cell_height : t->size * 0.9;  // letters, not the line
      Box box{left, t->at.y - height / 2, width, height};
      if (scene.cells)
        box = {std::floor(left / cell_width + 0.25) * cell_width,
               std::floor(t->at.y / cell_height) * cell_height, width, height};
      labels.push_back({box, t->text});
    }
  }
  return labels;
}

std::vector<Canvas> canvases() {
  return {{640, 360}, {320, 220}, {1200, 700}, terminal(40, 16), terminal(80, 24), terminal(200, 60)};
}

}  // namespace

TEST_CASE("no label leaves the sheet or hides another") {
  for (const GalleryPicture& picture : chart_gallery()) {
    for (const Canvas& canvas : canvases()) {
      const Scene scene = picture.draw(canvas);
      INFO(picture.name << " " << canvas.width << " x " << canvas.height << (canvas.cells ? " cells" : ""));
      const std::vector<Label> labels = level_labels(scene);
      for (std::size_t i = 0; i < labels.size(); ++i) {
        INFO(labels[i].text);
        CHECK(labels[i].box.x >= -0.01);
        CHECK(labels[i].box.y >= -0.01);
        CHECK(labels[i].box.right() <= scene.width + 0.01);
        CHECK(labels[i].box.bottom() <= scene.height + 0.01);
        for (std::size_t k = 0; k < i; ++k) {
          INFO("and " << labels[k].text);
          CHECK(!overlap(labels[i].box, labels[k].box));
        }
      }
    }
  }
}

TEST_CASE("markers and lines are finite, ids are unique") {
  for (const GalleryPicture& picture : chart_gallery()) {
    std::set<std::string> ids;
    const Scene scene = picture.draw({});
    CHECK(!scene.title.empty());
    CHECK(!scene.description.empty());
    for (const Group& group : scene.groups) {
      for (const Item& item : group.items) {
        if (const Polyline* line = std::get_if<Polyline>(&item.form)) {
          for (const Point& p : line->points) REQUIRE((std::isfinite(p.x) && std::isfinite(p.y)));
        }
        if (const Marker* marker = std::get_if<Marker>(&item.form))
          REQUIRE((std::isfinite(marker->at.x) && std::isfinite(marker->at.y)));
      }
    }
  }
}

TEST_CASE("equal input gives equal bytes, whatever the locale") {
  for (const GalleryPicture& picture : chart_gallery()) {
    const std::string once = svg(picture.draw({})) + text(picture.draw(terminal(80, 24)));
    const std::string before = std::setlocale(LC_ALL, nullptr);
    if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) std::setlocale(LC_ALL, "");
    const std::string again = svg(picture.draw({})) + text(picture.draw(terminal(80, 24)));
    std::setlocale(LC_ALL, before.c_str());
    CHECK(once == again);
  }
}

TEST_CASE("in a terminal no row is wider than asked, nor in ASCII anything but ASCII") {
  for (const GalleryPicture& picture : chart_gallery()) {
    for (const int columns : {40, 57, 80, 200}) {
      for (const bool ascii : {false, true}) {
        const std::string plot = text(picture.draw(terminal(columns, 20)), {ascii});
        INFO(picture.name << " " << columns << "\n" << plot);
        for (std::size_t at = 0; at < plot.size();) {
          const std::size_t end = plot.find('\n', at);
          REQUIRE(end != std::string::npos);
          const std::string row = plot.substr(at, end - at);
          CHECK(Metrics{true}.width(row, 10) <= columns * cell_width);
          CHECK((row.empty() || row.back() != ' '));
          if (ascii) CHECK(std::all_of(row.begin(), row.end(), [](char c) { return c >= ' ' && c <= '~'; }));
          at = end + 1;
        }
      }
    }
  }
}

TEST_CASE("colours can be told from the ground, and text read on it") {
  for (const Theme theme : {Theme::light, Theme::dark}) {
    const std::uint32_t ground = colour(Role::background, theme);
    for (const Role role : {Role::foreground, Role::muted, Role::good, Role::bad, Role::accent}) {
      CHECK(contrast(colour(role, theme), ground) >= 4.5);
    }
    for (std::size_t i = 0; i < series_count; ++i)
      CHECK(contrast(colour(series_role(i), theme), ground) >= 3);
    CHECK(contrast(colour(Role::grid, theme), ground) < 1.6);  // quiet
  }
  CHECK(contrast(0x000000, 0xffffff) == Approx(21));
  CHECK(hex(0x0072b2) == "#0072b2");
}
