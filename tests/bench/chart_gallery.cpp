// SPDX-License-Identifier: Apache-2.0
// chart_gallery FOLDER [WIDTH HEIGHT]: every kind of chart as SVG (light, dark, automatic) and as text, to
// look at.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reports/chart/svg.h"
#include "reports/chart/text.h"
#include "tests/support/chart_gallery.h"

int main(int argc, char** argv) {
  using namespace assay::chart;
  if (argc != 2 && argc != 4) {
    std::cerr << "usage: chart_gallery FOLDER [WIDTH HEIGHT]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  Canvas canvas;
  if (argc == 4) canvas = {std::atof(argv[2]), std::atof(argv[3])};
  std::filesystem::create_directories(folder);
  for (const GalleryPicture& picture : chart_gallery()) {
    const Scene scene = picture.draw(canvas);
    const auto write = [&](const std::string& ending, const std::string& content) {
      std::ofstream(folder / (picture.name + ending)) << content;
    };
    write(".light.svg", svg(scene, {SvgOptions::Colours::light}));
    write(".dark.svg", svg(scene, {SvgOptions::Colours::dark}));
    write(".svg", svg(scene));
    const Scene cells = picture.draw(terminal(100, 28));
    write(".txt", text(cells));
    write(".ascii.txt", text(cells, {true}));
  }
}
