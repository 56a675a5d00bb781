// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <catch2/catch.hpp>

#include "gui/model/charts.h"
#include "gui/model/filter.h"
#include "gui/model/hardware.h"
#include "gui/model/place.h"
#include "gui/model/samples.h"
#include "gui/model/table_model.h"
#include "gui/model/tables.h"
#include "gui/model/words.h"
#include "harness/core/error.h"

using namespace assay;
using namespace assay::gui;
using Catch::Matchers::Contains;

namespace {

TableRow row_of(const std::string& id, double figure, const std::string& state, bool minor = false) {
  TableRow row;
  row.id = id;
  row.cells = {{id, std::nullopt}, {std::to_string(figure), figure}};
  row.fields = case_fields(id);
  row.fields["state"] = state;
  row.minor = minor;
  return row;
}

Table three() {
  Table table;
  table.columns = {{"case"}, {"figure", true}};
  table.rows = {row_of("llm.gemv/simd@cpu", 2, "open"), row_of("vision.resize/opencv@cpu", 10, "open"),
                row_of("llm.decode/simd@cuda:0", 1, "ignored", true)};
  return table;
}

/// What a view shows, a line a row.
std::string dump(const TableModel& model) {
  std::string text;
  for (int r = 0; r < model.rowCount(); ++r) text += model.id_at(r) + "\n";
  return text;
}

bool accepts(const std::string& filter, const TableRow& row) { return Filter(filter).accepts(row); }

}  // namespace

TEST_CASE("a filter's terms have all to hold, several of one key not, and '-' turns one round") {
  const TableRow gemv = row_of("llm.gemv/simd?rows=4096@cpu", 1, "open");
  CHECK(accepts("", gemv));
  CHECK(accepts("family:llm device:cpu", gemv));
  CHECK_FALSE(accepts("family:llm device:cuda", gemv));
  CHECK(accepts("family:vision family:llm", gemv));
  CHECK(accepts("STATE:new", gemv));
  CHECK_FALSE(accepts("-state:open", gemv));
  CHECK(accepts("ROWS=4096", gemv));
  CHECK(accepts("case:*gemv*4096*", gemv));
  CHECK_FALSE(accepts("case:gemv*", gemv));
  CHECK(accepts("\"no such key:\" -family:llm", gemv) == false);
  CHECK(accepts("author:ada", gemv));  // rows without authors are not the ones it is about
}

TEST_CASE("a key that is not known is told with the closest one, and narrows nothing") {
  const Filter filter("famly:llm");
  CHECK_THAT(filter.problem(), Contains("famly") && Contains("family"));
  CHECK(filter.empty());
  CHECK(Filter("cuda:0 BM_Sort::x").problem().empty());
}

TEST_CASE("completion offers keys, then the values that there are") {
  CHECK(completions("fam", {}) == std::vector<std::string>{"family:"});
  CHECK(completions("gemv -fam", {}) == std::vector<std::string>{"gemv -family:"});
  CHECK(completions("state:ig", {{"state", {"open", "ignored"}}}) ==
        std::vector<std::string>{"state:ignored"});
  CHECK(completions("author:", {{"author", {"Ada Lovelace"}}}) ==
        std::vector<std::string>{"author:\"Ada Lovelace\""});
}

TEST_CASE("a table model filters, sorts by number and hides what is minor, with a count") {
  TableModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set_table(std::make_shared<const Table>(three()));
  CHECK(dump(model) == "llm.gemv/simd@cpu\nvision.resize/opencv@cpu\n");
  CHECK(model.minor_count() == 1);
  model.sort(1, Qt::DescendingOrder);
  model.set_filter(Filter(), true);
  CHECK(dump(model) == "vision.resize/opencv@cpu\nllm.gemv/simd@cpu\nllm.decode/simd@cuda:0\n");
  model.set_filter(Filter("family:vision"), true);
  CHECK(dump(model) == "vision.resize/opencv@cpu\n");
  CHECK(model.refused_count() == 2);
  model.set_filter(Filter("state:ignored"), false);
  CHECK(dump(model) == "llm.decode/simd@cuda:0\n");  // asked for by name
  model.set_filter(Filter("nothing of the kind"), false);
  CHECK_THAT(model.reason_for_nothing(), Contains("Ctrl+Backspace"));
}

TEST_CASE("newer figures of the same rows change in place") {
  TableModel model;
  model.set_table(std::make_shared<const Table>(three()));
  int resets = 0;
  int changes = 0;
  QObject::connect(&model, &QAbstractItemModel::modelReset, [&] { ++resets; });
  QObject::connect(&model, &QAbstractItemModel::dataChanged, [&] { ++changes; });
  Table newer = three();
  newer.rows[0].cells[1] = {"3", 3.0};
  model.set_table(std::make_shared<const Table>(newer));
  CHECK(resets == 0);
  CHECK(changes == 1);
  CHECK(model.data(model.index(0, 1), Qt::DisplayRole).toString() == "3");
  newer.rows.pop_back();
  model.set_table(std::make_shared<const Table>(newer));
  CHECK(resets == 1);
}

TEST_CASE("hostile text is shown as plain text of one line") {
  Table table = three();
  table.rows[0].cells[0].text =
      "<img src=x>\n\x1b[31m\xe2\x80\xae"
      "drawkcab" +
      std::string(10'000, 'x');
  TableModel model;
  model.set_table(std::make_shared<const Table>(table));
  const QString shown = model.data(model.index(0, 0), Qt::DisplayRole).toString();
  CHECK(shown.size() <= 300);
  CHECK_FALSE(shown.contains('\n'));
  CHECK_FALSE(shown.contains(QChar(0x1b)));
  CHECK_FALSE(shown.contains(QChar(0x202e)));
  CHECK(shown.startsWith("<img src=x>"));  // as it is: views read no HTML in it
  const QString tip = model.data(model.index(0, 0), Qt::ToolTipRole).toString();
  CHECK_FALSE(tip.contains("<img"));
}

TEST_CASE("a table leaves as CSV without formulas and as Markdown without markup") {
  Table table = three();
  table.rows[0].cells[0].text = "=cmd|' /C calc'!A0";
  table.rows[1].cells[0].text = "a \"b\", <i>c</i>|*d*";
  CHECK_THAT(csv(table, {0, 1}), Contains("'=cmd") && Contains("\"a \"\"b\"\", <i>c</i>|*d*\","));
  CHECK_THAT(markdown(table, {1}), Contains("\\<i\\>c\\</i\\>\\|\\*d\\*") && Contains("| ---: |"));
}

TEST_CASE("names are sorted as people count: 1024, 2048, 10240") {
  Table table = three();
  table.rows.clear();
  for (const char* rows : {"10240", "1024", "2048"})
    table.rows.push_back(row_of(std::string("llm.gemv/simd?rows=") + rows + "@cpu", 1, "open"));
  TableModel model;
  model.set_table(std::make_shared<const Table>(table));
  model.sort(0, Qt::AscendingOrder);
  CHECK(model.id_at(0) == "llm.gemv/simd?rows=1024@cpu");
  CHECK(model.id_at(2) == "llm.gemv/simd?rows=10240@cpu");
  model.sort(0, Qt::DescendingOrder);
  CHECK(model.id_at(0) == "llm.gemv/simd?rows=10240@cpu");
  CHECK(model.id_at(2) == "llm.gemv/simd?rows=1024@cpu");
  CHECK(NaturalLess()(std::string("a\0a", 3), std::string("a\0b", 3)));
  CHECK_FALSE(NaturalLess()("a1", "a1"));
  Overview data;
  for (const char* rows : {"10240", "2048"}) {
    SeriesEntry series;
    series.key.case_key = std::string("llm.gemv/simd?rows=") + rows + "@cpu";
    data.series.push_back(series);
  }
  CHECK(cases_table(data).rows.front().id == "llm.gemv/simd?rows=2048@cpu");
}

TEST_CASE("a value has as many digits as its interval, and counts have no third comma between them") {
  MetricValue metric;
  metric.value = 248'460;
  metric.unit = "ns";
  metric.ci_low = 248'300;
  metric.ci_high = 248'600;
  CHECK(metric_text(metric) == "248 µs");
  CHECK(metric_text_by_interval(metric) == "248.5 µs");
  CHECK(interval_text(metric) == "[248.3, 248.6]");
  metric.ci_low.reset();
  CHECK(metric_text_by_interval(metric) == "248 µs");
  metric = {};
  metric.value = 1e6;
  metric.unit = "count";
  metric.ci_low = 990'000;
  metric.ci_high = 1'020'000;
  CHECK(metric_text_by_interval(metric) == "1,000,000");
  CHECK(interval_text(metric) == "[990,000 – 1,020,000]");
}

TEST_CASE("a link leads back to the place it was made of") {
  Place place;
  place.databases = {"/tmp/ä b?&=#.db", "other.db"};
  place.workspace = Workspace::compare;
  place.filter = "family:llm \"a b\" 100%";
  place.all = true;
  place.regression = "1a2b3c4d5e";
  place.series = "llm.gemv/simd?rows=1024@cpu time.wall.p50 of assay on 0123456789ab cpu";
  place.case_key = "llm.gemv/simd?rows=1024@cpu";
  place.base = "11112222-0000-4000-8000-000000000001";
  place.candidate = "latest";
  place.rules.smallest = 0.02;
  place.rules.smallest_exact = 0;
  place.rules.strong = 1e-9;
  place.rules.shortest = 5;
  place.hardware = {"cloud-a", "llm=3,vision=0.5", "r.toml", "p&q.toml"};
  CHECK(parse_link(to_link(place)) == place);
  CHECK(to_link(Place{}) == "assay:");
  CHECK(parse_link("assay:") == Place{});
}

TEST_CASE("a link that is none says what is wrong with it") {
  for (const char* text :
       {"", "http://example.com", "assay:x.db?view=games", "assay:x.db?step=2", "assay:x.db?p=0",
        "assay:x.db?level=1", "assay:x.db?exact=x", "assay:x.db?run=1;rm", "assay:a%00b.db"})
    CHECK_THROWS_AS(parse_link(text), Error);
}

TEST_CASE("places are undone and done again; what is typed on is one step") {
  Trail trail(Place{});
  Place a;
  a.filter = "l";
  CHECK(trail.go(a));
  a.filter = "llm";
  CHECK(trail.go(a, true));
  CHECK_FALSE(trail.go(a));
  CHECK(trail.undo() == Place{});
  CHECK_FALSE(trail.can_undo());
  CHECK(trail.redo().filter == "llm");
  CHECK_FALSE(trail.can_redo());
}

TEST_CASE("a histogram keeps every sample, and one outlier does not make one bar of the rest") {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(1 + 0.001 * (i % 100));
  values.push_back(1000);
  const std::vector<double> edges = bin_edges(values);
  const std::vector<double> counts = bin_counts(values, edges);
  double sum = 0;
  for (const double count : counts) sum += count;
  CHECK(sum == 1001);
  CHECK(edges.back() < 2);
  CHECK(counts.size() >= 8);
  CHECK(bin_edges({}).empty());
  CHECK(bin_edges({5, 5, 5}).size() >= 2);
}

TEST_CASE("percentiles of a launch stand only where its samples allow them") {
  Distribution data;
  data.base_id = "0123456789";
  data.base = {{0, std::vector<double>(100, 5.0)}};
  const Table table = launches_table(data);
  CHECK(table.rows[0].cells[4].text == "5 ns");
  CHECK(table.rows[0].cells[5].text == "-");  // p99 needs 299
}

TEST_CASE("the tail is what 1 call in N takes longer than; means of batches have none") {
  Distribution data;
  data.candidate_id = "0123456789";
  std::vector<double> ns;
  for (int i = 1; i <= 1000; ++i) ns.push_back(i);
  data.candidate = {{0, ns}};
  const chart::LineChart tail = percentile_chart(data);
  REQUIRE(tail.series.size() == 1);
  CHECK(tail.series[0].x.front() == 1);
  CHECK(tail.series[0].x.back() == 1000);
  CHECK(tail.series[0].y[990] == Approx(991e-9));  // one in 100 is slower
  CHECK(tail.series[0].x[990] == Approx(100));
  data.batch = 8;
  CHECK(percentile_chart(data).series.empty());
}

TEST_CASE("a heat map holds every sample, and a launch that slows down shows where") {
  Distribution data;
  data.candidate = {{0, std::vector<double>(300, 1000)}, {1, std::vector<double>(300, 1000)}};
  for (LaunchTimes& launch : data.candidate) std::fill(launch.ns.begin() + 200, launch.ns.end(), 2000);
  const chart::HeatMap map = heat_map(data);
  double sum = 0;
  for (const double count : map.counts) sum += count;
  CHECK(sum == 600);
  const std::size_t rows = map.y_edges.size() - 1;
  CHECK(map.counts[0] > 0);                                    // the first column, the lowest row
  CHECK(map.counts[(map.x_edges.size() - 1) * rows - 1] > 0);  // the last column, the highest row
  CHECK(map.counts[rows - 1] == 0);
  CHECK_FALSE(chart::draw(map, {}).groups.empty());
  CHECK(heat_map({}).counts.empty());
}

TEST_CASE("where a launch ends the line breaks, and no value is called missing") {
  Distribution data;
  data.base = {{0, {1, 2, 3}}, {1, {4, 5, 6}}};
  const chart::Scene scene = chart::draw(order_chart(data), {});
  for (const chart::Group& group : scene.groups) {
    for (const chart::Item& item : group.items) {
      if (const auto* text = std::get_if<chart::Text>(&item.form))
        CHECK(text->text.find("not shown") == std::string::npos);
    }
  }
}

TEST_CASE("weights of families are read as they are written, and refused where they are none") {
  const std::vector<FamilyWeight> alike{{"llm", 3, 3}, {"vision", 1, 1}};
  CHECK(weights_text(alike).empty());
  const auto read = read_weights("vision=2.5,robotics=9", alike);
  REQUIRE(read.size() == 2);
  CHECK(read[0].weight == 3);
  CHECK(read[1].weight == 2.5);
  CHECK(weights_text(read) == "llm=3,vision=2.5");
  for (const char* text : {"llm", "llm=", "llm=x", "llm=-1", "llm=nan", "llm=1e9", ","})
    CHECK_THROWS_AS(read_weights(text, alike), Error);
}

TEST_CASE("figures are written in their unit") {
  CHECK(value_text("ns", 4.21e6) == "4.21 ms");
  CHECK(value_text("count", 123456) == "123,456");
  CHECK(value_text("count", 0.25) == "0.25");
  CHECK(value_text("ratio", 0.5) == "50 %");
  CHECK(value_text("byte/s", 17e9) == "17 GB/s");
  CHECK(age_text(3 * 24 * 3600'000LL) == "3 days");
  CHECK_NOTHROW(utc_text(INT64_MAX));
}
