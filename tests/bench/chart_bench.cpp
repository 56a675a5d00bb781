// SPDX-License-Identifier: Apache-2.0
// Thinning a million points to a picture's columns: every point drawn, one pass, and the pyramid, as times
// and ratios.
#include <chrono>
#include <cstdio>
#include <vector>

#include "reports/chart/decimate.h"
#include "reports/chart/lines.h"
#include "reports/chart/svg.h"
#include "reports/chart/text.h"

namespace {

using namespace assay::chart;

/// Least of several runs, in milliseconds.
template <typename Work>
double least(int repeats, const Work& work) {
  double best = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

}  // namespace

int main() {
  constexpr std::size_t count = 1'000'000;
  constexpr std::size_t columns = 1200;
  LineChart chart;
  chart.title = "bench";
  chart.series = {LineSeries{}};
  LineSeries& s = chart.series[0];
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    s.x.push_back(static_cast<double>(i));
    s.y.push_back(1 + static_cast<double>(state >> 40) * 0x1p-24);
  }
  std::size_t kept = 0;
  const Axis whole(Scale::linear, {0, count}, 0, columns);
  const Axis zoomed(Scale::linear, {count * 0.4, count * 0.6}, 0, columns);
  Pyramid pyramid;
  const double pass = least(20, [&] { kept = decimated(s.x, s.y, whole, columns).size(); });
  const double build = least(10, [&] { pyramid = Pyramid(s.x, s.y); });
  const double all = least(50, [&] { kept = pyramid.decimated(whole, columns).size(); });
  const double zoom = least(50, [&] { kept = pyramid.decimated(zoomed, columns).size(); });
  Scene scene;
  const double layout = least(5, [&] { scene = draw(chart, {1280, 600}); });
  std::string picture;
  const double written = least(5, [&] { picture = svg(scene); });
  const Scene cells = draw(chart, terminal(120, 30));
  const double plotted = least(5, [&] { kept = text(cells).size(); });
  std::printf("%zu points to %zu columns\n", count, columns);
  std::printf("one pass           %8.3f ms\n", pass);
  std::printf("pyramid, built     %8.3f ms\n", build);
  std::printf("pyramid, all       %8.3f ms  one pass / this: %.0f\n", all, pass / all);
  std::printf("pyramid, a fifth   %8.3f ms\n", zoom);
  std::printf("chart to scene     %8.3f ms\n", layout);
  std::printf("scene to SVG       %8.3f ms  %zu bytes\n", written, picture.size());
  std::printf("scene to terminal  %8.3f ms  %zu bytes\n", plotted, kept);
}
