// SPDX-License-Identifier: Apache-2.0
#include "harness/run/power_meter.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/core/error.h"
#include "harness/run/worker.h"

using namespace assay;
using namespace assay::run;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

constexpr PowerWindow window{10, 11};

/// From 9.5 s to 11.5 s, every `step_s`.
std::vector<PowerRow> rows_of(double (*power_w)(double), double step_s = 0.02) {
  std::vector<PowerRow> rows;
  for (int i = 0; 9.5 + i * step_s <= 11.5; ++i)
    rows.push_back({9.5 + i * step_s, power_w(9.5 + i * step_s)});
  return rows;
}

double constant(double) { return 0.25; }

/// What and what to do, of the error that `step` ends with.
template <typename Step>
std::string said(const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    return std::string(error.what()) + ": " + error.remedy;
  }
  return "nothing";
}

}  // namespace

TEST_CASE("mean power is by trapezoids, with the edges of the window between rows") {
  CHECK(mean_power_w(rows_of(constant), window) == Approx(0.25));
  // A ramp of rows that lie nowhere near the edges: exact all the same.
  const auto ramp = [](double s) { return s - 9; };
  CHECK(mean_power_w(rows_of(ramp, 0.07), window) == Approx(1.5));
  // Rows crowd where the power is high: they weigh no more for that.
  std::vector<PowerRow> crowded;
  for (int i = 0; i <= 50; ++i) crowded.push_back({9.9 + i * 0.01, 1});
  for (int i = 1; i <= 12; ++i) crowded.push_back({10.4 + i * 0.1, 1});
  for (int i = 0; i < 50; ++i) crowded[static_cast<std::size_t>(i)].power_w = 3;
  CHECK(mean_power_w(crowded, window) == Approx(1 * 0.6 + 3 * 0.39 + 2 * 0.01));
}

TEST_CASE("rows on the edges and rows of one time are no trouble") {
  std::vector<PowerRow> rows;
  for (int i = 0; i <= 20; ++i) rows.push_back({10 + i * 0.05, 2});
  rows.insert(rows.begin(), rows.front());
  rows.push_back({11, 2});
  CHECK(mean_power_w(rows, window) == Approx(2));
}

TEST_CASE("rows that do not tell the power of the calls are refused with their times") {
  const auto of = [](const std::vector<PowerRow>& rows) { return said([&] { mean_power_w(rows, window); }); };
  CHECK_THAT(of({}), Contains("no row came"));
  CHECK_THAT(of({{3609.5, 1}, {3611.5, 1}}), Contains("are of 3609.500 to 3611.500") &&
                                                 Contains("the calls of 10.000 to 11.000") &&
                                                 Contains("NTP"));
  CHECK_THAT(of({{9.5, 1}, {10.9, 1}}), Contains("9.500 to 10.900"));  // the logger stopped
  CHECK_THAT(of(rows_of(constant, 0.2)),
             Contains("of its rows lie in 1 s") && Contains("at least 20 rows a second"));
  auto gap = rows_of(constant);
  std::erase_if(gap, [](const PowerRow& row) { return row.time_s > 10.3 && row.time_s < 10.6; });
  CHECK_THAT(of(gap), Contains("no row came for 0.3"));
  gap = rows_of(constant);
  std::erase_if(gap, [](const PowerRow& row) { return row.time_s > 10.7 && row.time_s < 11.2; });
  CHECK_THAT(of(gap), Contains("no row came for 0.3"));
  CHECK_THAT(of(rows_of([](double) { return -0.1; })), Contains("-0.1 W") && Contains("leads"));
  CHECK_THAT(of(rows_of([](double) { return 0.0; })), Contains("0 W"));
}

TEST_CASE("a window is within the calls wherever in their request they began") {
  const PowerWindow middle = within_calls(100, 102, 1.9);
  CHECK(middle.from_s == Approx(100.5));
  CHECK(middle.to_s == Approx(101.5));
  CHECK(within_calls(100, 102, 1.51).to_s == Approx(101.5));
  CHECK_THAT(said([] { within_calls(100, 102, 1.4); }),
             Contains("1.4 s by the board's clock") && Contains("2 s"));
}

TEST_CASE("columns are found by their names, volts and amperes multiplied") {
  const PowerColumns power("m.csv", "\xef\xbb\xbfnote, \"time_s\" ,power_w\r");
  CHECK(power.row("x, 1.5 ,2e-3\r").time_s == 1.5);
  CHECK(power.row("x,1.5,2e-3").power_w == 2e-3);
  CHECK(PowerColumns("m.csv", "current_a,time_s,voltage_v").row("0.5,7,3").power_w == 1.5);
  CHECK_THAT(said([] { PowerColumns("m.csv", "time_s;power_w"); }),
             Contains("m.csv") && Contains("'time_s;power_w'"));
  CHECK_THAT(said([] { PowerColumns("m.csv", "time_s,voltage_v"); }), Contains("current_a"));
  CHECK_THAT(said([&] { power.row("x,1,5,2"); }), Contains("'x,1,5,2' has 4 cells, the header 3"));
  CHECK_THAT(said([&] { power.row("x,1.5,OL"); }), Contains("'x,1.5,OL' has no number in cell 3"));
  CHECK_THAT(said([&] { power.row("x,nan,1"); }), Contains("cell 2"));
}

TEST_CASE("a meter's file is read from where it ended before, whole rows alone") {
  const ScratchDirectory folder;
  const std::string path = folder.path() + "/power.csv";
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const auto rows = [](double from_s, double power) {
    std::string text;
    for (int i = 0; i <= 100; ++i)
      text += std::to_string(from_s + i * 0.02) + "," + std::to_string(power) + "\n";
    return text;
  };
  CHECK_THAT(said([&] { PowerMeter(path).mean_w(window, 0s); }), Contains(path) && Contains("No such file"));
  CHECK_THAT(said([&] { PowerMeter(folder.path()).mean_w(window, 0s); }), Contains("no regular file"));
  append("time_s,pow");
  PowerMeter early(path);
  CHECK_THAT(said([&] { early.mean_w(window, 0s); }), Contains("no row came"));
  append("er_w\n" + rows(9.5, 1) + "9.0,torn");  // of a run before: neither the rows nor the rest of this one
  CHECK_THAT(said([&] { PowerMeter(path).mean_w(window, 0s); }), Contains("no row came"));
  PowerMeter meter(path);
  append(" row\n" + rows(9.5, 4) + "11.6,9");
  CHECK(meter.mean_w(window, 0s) == Approx(4));
  append("9\n");
  CHECK(meter.mean_w(window, 0s) == Approx(4));
  append("11.5,4\n");
  CHECK_THAT(said([&] { meter.mean_w({10, 12}, 0s); }), Contains("'11.5,4' time goes back"));
  PowerMeter late(path);
  append(rows(9.5, 2).substr(0, 100));
  CHECK_THAT(said([&] { late.mean_w(window, 30ms); }), Contains("are of 9.500 to"));  // the logger stopped
  PowerMeter waited(path);
  std::jthread logger([&] {
    std::this_thread::sleep_for(60ms);
    append("\n" + rows(9.5, 2));
  });
  CHECK(waited.mean_w(window, 60s) == Approx(2));
  logger.join();
  PowerMeter shorter(path);
  std::ofstream(path) << "time_s,power_w\n";
  CHECK_THAT(said([&] { shorter.mean_w(window, 0s); }), Contains("became shorter"));
}
