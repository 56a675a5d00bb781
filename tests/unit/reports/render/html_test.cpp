// SPDX-License-Identifier: Apache-2.0
#include "reports/render/html.h"

#include <catch2/catch.hpp>
#include <ctime>
#include <regex>
#include <set>

#include "reports/render/csv.h"
#include "reports/render/html_page.h"
#include "reports/render/json.h"
#include "tests/support/sample_report.h"

using namespace assay::reports;
using Catch::Matchers::Contains;

namespace {

const std::string hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x' autofocus='";

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t number = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++number;
  return number;
}

/// Relative luminance and contrast of two "#rrggbb" (WCAG 2.2).
double contrast(const std::string& a, const std::string& b) {
  const auto luminance = [](const std::string& colour) {
    double sum = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    for (std::size_t i = 0; i < 3; ++i) {
      const double part = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
    }
    return sum + 0.05;
  };
  const double one = luminance(a);
  const double other = luminance(b);
  return std::max(one, other) / std::min(one, other);
}

}  // namespace

TEST_CASE("whatever texts hold comes out as text") {
  const std::string page = to_html(one_of_everything(hostile));
  CHECK(count(page, "<script") == 1);
  CHECK(count(page, "<img") == 0);
  CHECK_THAT(page, Contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
  // No attribute ends early: within tags no handler stands.
  const std::regex tags("<[a-z][^<>]*>");
  for (std::sregex_iterator at(page.begin(), page.end(), tags), end; at != end; ++at) {
    const std::string tag = std::regex_replace(at->str(), std::regex("\"[^\"]*\""), "\"\"");
    CHECK_THAT(tag, !Contains("onerror") && !Contains("onload") && !Contains("autofocus"));
  }
}

TEST_CASE("a page allows its own style and script by their digests, and nothing else") {
  const std::string page = to_html(one_of_everything("x"));
  const std::regex policy(
      "content=\"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; script-src "
      "'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'\"");
  CHECK(std::regex_search(page, policy));
  CHECK(count(page, "<style") == 1);
  CHECK(count(page, " style=") == 0);
  for (const char* outside : {"http://", "https://", "src=", "@import", "url(http", "<link", "<iframe"}) {
    std::string text = page;
    const std::string name = "http://www.w3.org/2000/svg";  // a name, nothing that is loaded
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
      text.erase(at, name.size());
    CHECK_THAT(text, !Contains(outside));
  }
}

TEST_CASE("headings come in order, ids once, every table has a caption and says what its heads are for") {
  const std::string page = to_html(one_of_everything("x"));
  CHECK(count(page, "<h1") == 1);
  CHECK(page.find("<h1") < page.find("<h2"));
  CHECK(count(page, "<h3") == 0);
  CHECK(count(page, "<table") == count(page, "<caption"));
  CHECK(count(page, "<th scope=") + count(page, "<thead") == count(page, "<th"));
  CHECK(count(page, "<svg") == 4);
  CHECK(count(page, "role=\"img\"") == 4);
  CHECK_THAT(page, Contains("<html lang=en>"));
  std::set<std::string> ids;
  const std::regex id(" id=\"?([A-Za-z0-9-]+)");
  for (std::sregex_iterator at(page.begin(), page.end(), id), end; at != end; ++at)
    CHECK(ids.insert(at->str(1)).second);
}

TEST_CASE("text is told from its ground in both themes") {
  const std::string style = html_page::style();
  int themes = 0;
  const std::regex theme(
      R"(--page:(#\w+);--card:(#\w+);--head:(#\w+);--line:#\w+;--text:(#\w+);--soft:(#\w+);--accent:(#\w+);--good:(#\w+);--bad:(#\w+);--warn:(#\w+))");
  for (std::sregex_iterator at(style.begin(), style.end(), theme), end; at != end; ++at, ++themes) {
    for (std::size_t ground = 1; ground <= 3; ++ground) {
      for (std::size_t ink = 4; ink <= 9; ++ink) {
        INFO(at->str(ink) << " on " << at->str(ground));
        CHECK(contrast(at->str(ink), at->str(ground)) >= 4.5);
      }
    }
  }
  CHECK(themes == 5);  // as it is, dark by preference, each by hand, and in print
}

TEST_CASE("numbers sort by their value, and what is absent says why") {
  Document document;
  Table table{
      "t", {{"n", true}}, {{{Number{5180.25, "ns", 5000.0, 5400.0}}}, {{Absent{"needs 299 samples"}}}}};
  document.sections = {{"s", {{table}}}};
  const std::string page = to_html(document);
  CHECK_THAT(page, Contains("<td data-v=5180.25>5.18 µs <i>[5.00, 5.40]</i>"));
  CHECK_THAT(page, Contains("<td class=a title=\"needs 299 samples\">"));
  CHECK_THAT(page, Contains("<table class=\"r1\">"));
}

TEST_CASE("a name of ten thousand characters stands in a window of its own") {
  const std::string page = to_html(one_of_everything(std::string(10'000, 'x')));
  CHECK_THAT(page, Contains("<span class=long>xxx"));
}

TEST_CASE("equal documents give equal bytes") {
  CHECK(to_html(one_of_everything("x")) == to_html(one_of_everything("x")));
}

TEST_CASE("results of 20 hosts and 200 cases are a page below a megabyte in below a second") {
  const Document document = many_results(20, 200);
  const std::clock_t begin = std::clock();  // of this process: others may be busy, too
  const std::string page = to_html(from_json(to_json(document), "r.json"));
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  WARN(page.size() << " bytes in " << seconds << " s");
  CHECK(page.size() < 1'000'000);
  CHECK(count(page, "<tr>") > 4000);
#ifndef __SANITIZE_ADDRESS__
  CHECK(seconds < 1);
#endif
}

TEST_CASE("CSV has a line for each value, and no formula") {
  Document document;
  document.answer = "=HYPERLINK(1)";
  Table table{"Results, llm", {{"case", false, true}, {"median", true}, {"verified"}}, {}};
  table.rows.push_back(
      {{Name{"llm.gemv/simd?a=1,b=\"2\"@cpu"}}, {Number{-5180.25, "ns", -5400.0, -5000.0}}, {Word{"ok"}}});
  table.rows.push_back({{Name{"@SUM(A1)"}}, {Absent{"it failed"}}, {Word{"failed"}}});
  document.sections = {{"s", {{Folded{"more", {{table}}}}}}};
  CHECK(to_csv(document) ==
        "table,key,column,value,unit,low,high,text\r\n"
        "answer,,,,,,,\"'=HYPERLINK(1)\"\r\n"
        "\"Results, llm\",\"llm.gemv/simd?a=1,b=\"\"2\"\"@cpu\",median,-5180.25,ns,-5400,-5000,\r\n"
        "\"Results, llm\",\"llm.gemv/simd?a=1,b=\"\"2\"\"@cpu\",verified,,,,,ok\r\n"
        "\"Results, llm\",\"'@SUM(A1)\",median,,,,,it failed\r\n"
        "\"Results, llm\",\"'@SUM(A1)\",verified,,,,,failed\r\n");
}
