// SPDX-License-Identifier: Apache-2.0
#include "gui/app/pdf.h"

#include <QFile>
#include <QTemporaryDir>
#include <catch2/catch.hpp>

#include "gui/app/options.h"
#include "harness/core/error.h"
#include "reports/render/json.h"
#include "tests/support/sample_report.h"

using namespace assay;
using namespace assay::gui;
using Catch::Matchers::Contains;

namespace {

int pages_of(const QByteArray& bytes) { return static_cast<int>(bytes.count("/Type /Page\n")); }

}  // namespace

TEST_CASE("a report becomes sheets of paper, equal ones the same bytes") {
  const auto document = reports::one_of_everything("p99 \xC2\xB5s \xCE\x94");
  const QByteArray bytes = pdf(document);
  CHECK(bytes.startsWith("%PDF-1."));
  CHECK(pages_of(bytes) >= 2);
  CHECK(bytes == pdf(document));
  CHECK(pages_of(pdf({})) == 1);
}

TEST_CASE("long tables go on over pages, and wide ones in pieces") {
  const QByteArray narrow = pdf(reports::many_results(2, 100));
  CHECK(pages_of(narrow) > 4);
  reports::Document wide;
  reports::Table table{"wide", {{"key", false, true}}, {{{std::string("k")}}}};
  for (int c = 0; c < 60; ++c) {
    table.columns.push_back({"column " + std::to_string(c), c % 2 == 0});
    table.rows[0].push_back({reports::Number{1.5e6, "ns", 1.4e6, 1.6e6}});
  }
  wide.environment = {{table}};
  CHECK(pages_of(pdf(wide)) >= 1);
}

TEST_CASE("whatever texts hold, paper has an end") {
  for (const std::string& text : {std::string(100'000, 'x'), std::string(3'000, '\n'),
                                  std::string("\x1b[2J\0\xff", 6), std::string("\xE2\x80\xAE<b>&amp;")}) {
    const QByteArray bytes = pdf(reports::one_of_everything(text));
    CHECK(bytes.startsWith("%PDF"));
    CHECK(pages_of(bytes) < 200);
  }
}

TEST_CASE("what cannot be rendered says so") {
  const QTemporaryDir folder;
  const std::string at = folder.path().toStdString();
  CHECK_THROWS_WITH(render(at + "/absent.json", at + "/r.pdf"), Contains("absent.json cannot be read"));
  QFile file(folder.filePath("odd.json"));
  REQUIRE(file.open(QIODevice::WriteOnly));
  file.write("{");
  file.close();
  CHECK_THROWS_WITH(render(at + "/odd.json", at + "/r.pdf"), Contains("odd.json"));
  CHECK_FALSE(QFile::exists(folder.filePath("r.pdf")));
  QFile good(folder.filePath("r.json"));
  REQUIRE(good.open(QIODevice::WriteOnly));
  good.write(QByteArray::fromStdString(reports::to_json(reports::one_of_everything("x"))));
  good.close();
  CHECK_THROWS_AS(render(at + "/r.json", at + "/no/such/r.pdf"), Error);
  render(at + "/r.json", at + "/r.pdf");
  CHECK(QFile::exists(folder.filePath("r.pdf")));
  CHECK_THROWS_WITH(parse_options({"--render", "r.json"}), Contains("two files"));
}
