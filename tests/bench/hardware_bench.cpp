// SPDX-License-Identifier: Apache-2.0
// A report of hardware of 20 hosts with 200 cases each, 6 launches a case, requirements, weights and prices:
// what its answer, its page and its other forms take. Ends with 1 where the page is made in 1 s or more, or
// is 1 MB or more. `hardware_bench FOLDER` leaves the forms there.
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <random>

#include "harness/answers/hardware.h"
#include "reports/document/hardware.h"
#include "reports/render/csv.h"
#include "reports/render/html.h"
#include "reports/render/json.h"
#include "reports/render/markdown.h"
#include "tests/unit/store/fixtures.h"

namespace {

using namespace assay;

constexpr int hosts = 20, cases = 200, launches = 6;

template <typename Work>
double seconds(const char* what, const Work& work) {
  const std::clock_t begin = std::clock();  // of this process: others may be busy, too
  work();
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%-32s %8.3f s\n", what, took);
  return took;
}

void fill(Store& store) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  unsigned number = 0;
  for (int h = 0; h < hosts; ++h) {
    Run run = test::make_run(static_cast<unsigned>(h) + 1, 0);
    run.labels = {{"host", "cloud-" + std::to_string(h)}};
    run.host.host_class["cpu.model"] = "CPU " + std::to_string(h / 2);
    run.host.environment["kernel"] = "6." + std::to_string(h);
    const double speed = std::exp(0.4 * normal(random));
    for (int c = 0; c < cases; ++c) {
      PlannedCase planned;
      planned.ordinal = c;
      planned.value =
          parse_case("vision.letterbox_f32/simd?height=" + std::to_string(64 + c) + "&threads=1@cpu");
      planned.params = planned.value.params;
      planned.worker = "native";
      run.plan.push_back(planned);
    }
    store.begin_run(run);
    for (int c = 0; c < cases; ++c) {
      const double ns = 1e5 * (1 + c) / speed * std::exp(0.2 * normal(random));
      for (int i = 0; i < launches; ++i) {
        Launch launch = test::make_launch(++number, c, i, 0);
        const auto took = static_cast<std::int64_t>(ns * std::exp(0.02 * normal(random)));
        launch.samples.start_ns = {0};
        launch.samples.end_ns = {took};
        launch.readings = {{"powercap.package", ns * 40e-9 * std::exp(0.02 * normal(random)), "J"}};
        store.add_launch(run.id, launch);
      }
    }
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
  }
}

HardwareQuestion question() {
  HardwareQuestion one;
  one.requirements = parse_requirements(
      "[[require]]\nname = 'in time'\ntask = 'vision.letterbox_f32?height=100'\nmetric = 'latency'\n"
      "percentile = 50\nat_most = '3.5ms'\n"
      "[[require]]\nname = 'memory'\ntask = 'vision.letterbox_f32?height=100'\nmetric = 'memory'\n"
      "at_most = '1GiB'\n",
      "require.toml");
  std::string prices;
  for (int h = 0; h < hosts; ++h)
    prices += "[[price]]\nhost = 'cloud-" + std::to_string(h) +
              "'\namount = " + std::to_string(0.5 + 0.1 * h) +
              "\ncurrency = 'EUR'\nper = 'hour'\ndate = 2026-11-01\nsource = 'offer'\n";
  one.prices = parse_prices(prices, "prices.toml");
  one.today = {2026, 11, 27};
  return one;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

int main(int argc, char** argv) {
  Store store = Store::temporary();
  seconds("storing 24,000 launches", [&] { fill(store); });
  const HardwareQuestion asked = question();
  Hardware hardware(false, false);
  HardwareAnswer answer;
  seconds("reading them", [&] { hardware.add(store); });
  seconds("the answer", [&] { answer = hardware.answer(asked); });
  reports::Document document;
  std::string json, html, csv, markdown;
  double page = seconds("the document", [&] {
    document = reports::hardware_document(answer, asked, {"assay report hardware", "0.1.0"});
  });
  page += seconds("its JSON, and back", [&] {
    json = reports::to_json(document);
    document = reports::from_json(json, "bench");
  });
  page += seconds("HTML", [&] { html = reports::to_html(document); });
  seconds("CSV", [&] { csv = reports::to_csv(document); });
  seconds("Markdown", [&] { markdown = reports::to_markdown(document); });
  std::printf("page in %.3f s; bytes: HTML %zu, JSON %zu, CSV %zu, Markdown %zu\n", page, html.size(),
              json.size(), csv.size(), markdown.size());
  if (argc > 1) {
    const std::string folder = argv[1];
    write(folder + "/hardware.html", html);
    write(folder + "/hardware.json", json);
    write(folder + "/hardware.csv", csv);
    write(folder + "/hardware.md", markdown);
  }
  constexpr double most_s = 1;
  constexpr std::size_t most_bytes = 1'000'000;
  return page < most_s && html.size() < most_bytes ? 0 : 1;
}
