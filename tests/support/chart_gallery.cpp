// SPDX-License-Identifier: Apache-2.0
#include "tests/support/chart_gallery.h"

#include <cmath>
#include <random>

#include "reports/chart/bars.h"
#include "reports/chart/ecdf.h"
#include "reports/chart/flame.h"
#include "reports/chart/histogram.h"
#include "reports/chart/lines.h"
#include "reports/chart/roofline.h"
#include "reports/chart/scatter.h"
#include "reports/chart/timeline.h"
#include "reports/chart/violin.h"

using namespace assay::chart;

namespace {

const Unit seconds{Unit::Kind::seconds, ""};
const Unit ratio{Unit::Kind::ratio, ""};
const Unit plain{};

/// In [0, 1), the same everywhere.
double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

double log_normal(std::mt19937_64& random, double middle, double sigma) {
  const double u = 1 - uniform(random);
  return middle *
         std::exp(sigma * std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * uniform(random)));
}

std::vector<double> samples(std::uint64_t seed, std::size_t count, double middle, double sigma) {
  std::mt19937_64 random(seed);
  std::vector<double> values(count);
  for (double& v : values) v = log_normal(random, middle, sigma);
  return values;
}

RooflineChart roofline() {
  RooflineChart chart;
  chart.title = "Roofline of AMD EPYC 9654, one core";
  chart.memory = {{"DRAM", 12.4e9}, {"L3", 31e9}, {"L2", 88e9}, {"L1", 230e9}};
  chart.compute = {{"FMA fp32 AVX-512", 112e9},
                   {"FMA fp64 AVX-512", 56e9},
                   {"FMA fp32 scalar", 7.1e9},
                   {"int8 dot", 440e9}};
  chart.series = {"llm", "vision", "dataframe"};
  chart.points = {
      {"llm.gemv/simd q4_0", 0.53, 24e9, 0, ""},    {"llm.gemv/reference", 0.53, 1.4e9, 0, ""},
      {"llm.gemm/openblas", 42, 98e9, 0, ""},       {"llm.softmax/simd", 0.625, 5.2e9, 0, ""},
      {"vision.resize/simd", 1.9, 9.3e9, 1, ""},    {"vision.resize/opencv", 1.9, 8.4e9, 1, ""},
      {"vision.conv2d/simd", 18, 61e9, 1, ""},      {"dataframe.groupby_q5/simd", 0.09, 0.62e9, 2, ""},
      {"dataframe.filter/simd", 0.12, 1.2e9, 2, ""}};
  return chart;
}

RooflineChart crowded_roofline() {
  RooflineChart chart = roofline();
  chart.title = "Roofline with forty cases";
  chart.points.clear();
  std::mt19937_64 random(3);
  for (std::size_t i = 0; i < 40; ++i) {
    const double x = log_normal(random, 0.8, 0.9);
    chart.points.push_back({"llm.kernel_" + std::to_string(i), x,
                            12e9 * std::min(x, 8.0) * (0.2 + 0.7 * uniform(random)), i % 3, ""});
  }
  return chart;
}

BarChart ratios() {
  BarChart chart;
  chart.title = "Speed against main, 3 launches each";
  chart.axis = {"ratio of medians, above 1 is faster", ratio, Scale::log, {}};
  chart.reference = 1;
  chart.reference_name = "main";
  chart.bands = {{0.98, 1.02, "within 2 %", true}};
  chart.rows = {
      {"llm.gemv/simd?cols=4096&dtype=q4_0&rows=4096&threads=1@cpu", 1.31, 1.27, 1.36, Role::good,
       Shape::triangle, "", "a"},
      {"llm.softmax/simd@cpu", 1.004, 0.99, 1.015, Role::muted, Shape::circle, "", "b"},
      {"vision.resize/opencv@cpu", 0.86, 0.84, 0.875, Role::bad, Shape::triangle_down, "", "c"},
      {"dataframe.groupby_q5/simd?rows=10000000@cpu", 0.97, 0.90, 1.05, Role::muted, Shape::ring, "", "d"},
      {"tinyml.conv2d/dsp@qemu:mps2-an386", NAN, NAN, NAN, Role::muted, Shape::circle,
       "not measured: no QEMU", "e"},
      {"llm.attention/simd@cpu", 2.4, 2.2, 2.7, Role::good, Shape::triangle, "", "f"},
  };
  return chart;
}

BarChart times() {
  BarChart chart;
  chart.title = "Time of one call";
  chart.axis = {"median", seconds, Scale::linear, {}};
  chart.bars = true;
  chart.rows = {{"reference", 0.0412, 0.0409, 0.0418, Role::series1, Shape::circle, "", ""},
                {"simd", 0.0057, 0.0056, 0.0059, Role::series1, Shape::circle, "", ""},
                {"openblas", 0.0049, 0.0045, 0.0056, Role::series1, Shape::circle, "", ""}};
  return chart;
}

LineChart history() {
  LineChart chart;
  chart.title = "llm.gemv/simd@cpu, time.wall.p50";
  chart.x = {"run", plain, Scale::linear, {}};
  chart.y = {"median time of a call", seconds, Scale::linear, {}};
  LineSeries s;
  s.name = "epyc-9654";
  std::mt19937_64 random(5);
  for (int i = 0; i < 60; ++i) {
    const double level = i < 38 ? 4.0e-3 : 4.45e-3;
    s.x.push_back(i);
    s.y.push_back(i == 20 ? NAN : log_normal(random, level, 0.01));
    s.low.push_back(s.y.back() * 0.985);
    s.high.push_back(s.y.back() * 1.012);
  }
  chart.series = {s};
  chart.bands = {{3.93e-3, 4.07e-3, "noise of the baseline", false}};
  chart.references = {{4.0e-3, "baseline 4.00 ms", false, Role::muted},
                      {37.5, "change point +11 %", true, Role::bad}};
  return chart;
}

LineChart scaling() {
  LineChart chart;
  chart.title = "Scaling with threads";
  chart.x = {"threads", plain, Scale::log, {}};
  chart.y = {"throughput", {Unit::Kind::si, "rows/s"}, Scale::log, {}};
  const char* names[] = {"simd", "openblas", "polars 2.1", "reference"};
  for (std::size_t k = 0; k < 4; ++k) {
    LineSeries s;
    s.name = names[k];
    for (const int threads : {1, 2, 4, 8, 16, 32, 64, 96}) {
      s.x.push_back(threads);
      s.y.push_back(3.1e7 / std::pow(1.7, static_cast<double>(k)) * threads /
                    (1 + 0.02 * static_cast<double>(k + 1) * threads));
    }
    chart.series.push_back(std::move(s));
  }
  return chart;
}

LineChart many_points() {
  LineChart chart;
  chart.title = "100,000 samples in order";
  chart.x = {"call", {Unit::Kind::si, ""}, Scale::linear, {}};
  chart.y = {"time", seconds, Scale::log, {}};
  LineSeries s;
  s.name = "launch 1";
  std::mt19937_64 random(6);
  for (int i = 0; i < 100'000; ++i) {
    s.x.push_back(i);
    s.y.push_back(log_normal(random, i < 60'000 ? 21e-6 : 24e-6, 0.04) * (random() % 5000 == 0 ? 8 : 1));
  }
  chart.series = {s};
  return chart;
}

EcdfChart distribution() {
  EcdfChart chart;
  chart.title = "Distribution of call times";
  chart.x = {"time of a call", seconds, Scale::log, {}};
  chart.series = {{"base", samples(1, 3000, 4.0e-3, 0.05)}, {"candidate", samples(2, 3000, 4.3e-3, 0.09)}};
  chart.references = {{5.2e-3, "limit 5.2 ms", true, Role::bad}};
  return chart;
}

HistogramChart bins(std::size_t series) {
  HistogramChart chart;
  chart.title = series == 1 ? "Call times" : "Call times, two subjects";
  chart.x = {"time of a call", seconds, Scale::log, {}};
  chart.references = {{4.0e-3, "median", true, Role::foreground}};
  for (std::size_t k = 0; k < series; ++k) {
    Bins b;
    b.name = k == 0 ? "base" : "candidate";
    for (int i = 0; i <= 40; ++i) b.edges.push_back(3e-3 * std::pow(2.0, i / 30.0));
    b.counts.assign(40, 0);
    for (const double v : samples(10 + k, 5000, k == 0 ? 4.0e-3 : 4.5e-3, 0.06)) {
      for (std::size_t i = 0; i < 40; ++i) {
        if (v >= b.edges[i] && v < b.edges[i + 1]) b.counts[i] += 1;
      }
    }
    chart.series.push_back(std::move(b));
  }
  return chart;
}

BarChart hostile() {
  BarChart chart = ratios();
  chart.title =
      "<script>alert(1)</script> & \"quotes\" \x1b[31m\n\u202Eright to left\u202C " + std::string(300, 'T');
  chart.rows[0].name = std::string(10'000, 'x');
  chart.rows[1].name = "\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627 right to left";
  chart.rows[2].name = "a\tb\nc\x01\x7F\xFF\xC0 control & malformed";
  chart.rows[3].name = "\u6F22\u5B57\u6F22\u5B57\u6F22\u5B57 wide \U0001F600 e\u0301\u0301\u0301\u0301";
  chart.rows[4].note = std::string(500, 'n');
  chart.rows[5].name = "]]></text><script>alert(2)</script><!--";
  return chart;
}

LineChart nothing() {
  LineChart chart;
  chart.title = "History";
  chart.empty = "No runs yet: start with assay run --suite quick";
  return chart;
}

TimelineChart launches() {
  TimelineChart chart;
  chart.title = "llm.gemv/simd@cpu";
  double begin = 0;
  for (const char* name : {"timing launch 1", "timing launch 2", "callgrind launch 1"}) {
    const double slow = name[0] == 'c' ? 6 : 1;
    chart.rows.push_back({name,
                          {{"start", begin, begin + 0.004},
                           {"hello", begin + 0.004, begin + 0.02},
                           {"prepare", begin + 0.02, begin + 0.05 * slow},
                           {"verify", begin + 0.05 * slow, begin + 0.06 * slow},
                           {"measure", begin + 0.06 * slow, begin + 0.4 * slow}}});
    begin += 0.45;
  }
  return chart;
}

TimelineChart odd_spans() {
  TimelineChart chart = launches();
  chart.title = "<script>alert(1)</script> \x1b[31m " + std::string(300, 'T');
  chart.rows[0].name = std::string(10'000, 'x');
  chart.rows[0].spans = {{"none", NAN, 1}, {"backwards", 2, 1}, {"endless", 0, INFINITY}, {"empty", 1, 1}};
  chart.rows[1].spans[1].name = "</text><script>alert(2)</script>\xFF\xC0\n";
  for (int i = 0; i < 20; ++i)
    chart.rows[2].spans.push_back({"s" + std::to_string(i), 3 + i * 1e-3, 3 + (i + 1) * 1e-3});
  return chart;
}

TimelineChart no_launches() {
  TimelineChart chart;
  chart.title = "No launches";
  return chart;
}

FlameChart flame() {
  FlameChart chart;
  chart.title = "llm.gemv/simd@cpu";
  chart.frames = {{"all", 0, 100, 90.0},         {"assay-worker", 1, 80, 80.0},
                  {"gemv_q4_0", 2, 60, 30.0, 1}, {"loop 1", 3, 50, std::nullopt, 1},
                  {"unpack", 2, 20, 40.0, 1},    {"libc.so.6", 1, 15, 10.0, 2},
                  {"memcpy", 2, 15, 10.0, 2}};
  return chart;
}

FlameChart flame_difference() {
  FlameChart chart = flame();
  chart.difference = true;
  chart.search = "GEMV";
  chart.root = 1;
  return chart;
}

FlameChart odd_flame() {
  FlameChart chart = flame();
  chart.frames[2].name = "</text><script>alert(2)</script>\xFF\xC0\n" + std::string(10'000, 'x');
  chart.frames[3].value = NAN;
  chart.frames[4].value = -1;
  chart.frames.push_back({"lost", 40, INFINITY});
  chart.root = 99;
  return chart;
}

FlameChart no_stacks() {
  FlameChart chart;
  chart.title = "No stacks";
  return chart;
}

ViolinChart violin() {
  ViolinChart chart;
  chart.title = "How often calls take how long";
  chart.axis = {"time of a call", seconds, Scale::linear, {}};
  chart.rows = {{"base 1a2b3c4d", samples(1, 5000, 1e-3, 0.1)},
                {"new 5e6f7a8b", samples(2, 4000, 1.2e-3, 0.2)}};
  return chart;
}

ViolinChart odd_violin() {
  ViolinChart chart = violin();
  chart.axis.scale = Scale::log;
  chart.rows[0].values = {NAN, -1, 0, INFINITY, 1e-3, 1e-3};
  chart.rows[1].values = {};
  chart.rows.push_back({std::string(10'000, 'x'), {1e300, 1e-300}});
  return chart;
}

LineChart odd_values() {
  LineChart chart;
  chart.title = "One point, and values that have no place";
  chart.x = {"run", plain, Scale::linear, {}};
  chart.y = {"time", seconds, Scale::log, {}};
  chart.series = {{"one", {1, 2, 3, 4}, {NAN, 0.002, -1, INFINITY}, {}, {}, false, true, ""}};
  return chart;
}

ScatterChart front(std::size_t points) {
  ScatterChart chart;
  chart.title = "Speed against price";
  chart.x = {"speed against cloud-0; further right is faster", ratio, Scale::log, {}};
  chart.y = {"EUR an hour; further down is cheaper", plain, Scale::log, {}};
  chart.kinds = {{"on the front", Role::good, Shape::circle},
                 {"cannot tell apart", Role::series7, Shape::diamond},
                 {"dominated", Role::muted, Shape::cross}};
  std::mt19937_64 random(8);
  for (std::size_t i = 0; i < points; ++i) {
    const ScatterKind& kind = chart.kinds[i % 3];
    const double x = log_normal(random, 1.5, 0.5), y = log_normal(random, 0.8, 0.6);
    chart.points.push_back(
        {"cloud-" + std::to_string(i), x, y, x * 0.95, x * 1.06, y, y, kind.role, kind.shape, kind.name, ""});
  }
  return chart;
}

}  // namespace

std::vector<GalleryPicture> chart_gallery() {
  return {
      {"roofline", [](const Canvas& c) { return draw(roofline(), c); }},
      {"roofline_crowded", [](const Canvas& c) { return draw(crowded_roofline(), c); }},
      {"bars_ratios", [](const Canvas& c) { return draw(ratios(), c); }},
      {"bars_times", [](const Canvas& c) { return draw(times(), c); }},
      {"bars_hostile", [](const Canvas& c) { return draw(hostile(), c); }},
      {"lines_history", [](const Canvas& c) { return draw(history(), c); }},
      {"lines_scaling", [](const Canvas& c) { return draw(scaling(), c); }},
      {"lines_many", [](const Canvas& c) { return draw(many_points(), c); }},
      {"lines_odd", [](const Canvas& c) { return draw(odd_values(), c); }},
      {"ecdf", [](const Canvas& c) { return draw(distribution(), c); }},
      {"histogram", [](const Canvas& c) { return draw(bins(1), c); }},
      {"histogram_two", [](const Canvas& c) { return draw(bins(2), c); }},
      {"scatter", [](const Canvas& c) { return draw(front(12), c); }},
      {"scatter_crowded", [](const Canvas& c) { return draw(front(60), c); }},
      {"timeline", [](const Canvas& c) { return draw(launches(), c); }},
      {"timeline_odd", [](const Canvas& c) { return draw(odd_spans(), c); }},
      {"timeline_empty", [](const Canvas& c) { return draw(no_launches(), c); }},
      {"flame", [](const Canvas& c) { return draw(flame(), c); }},
      {"flame_difference", [](const Canvas& c) { return draw(flame_difference(), c); }},
      {"flame_odd", [](const Canvas& c) { return draw(odd_flame(), c); }},
      {"flame_empty", [](const Canvas& c) { return draw(no_stacks(), c); }},
      {"violin", [](const Canvas& c) { return draw(violin(), c); }},
      {"violin_odd", [](const Canvas& c) { return draw(odd_violin(), c); }},
      {"empty", [](const Canvas& c) { return draw(nothing(), c); }},
  };
}
