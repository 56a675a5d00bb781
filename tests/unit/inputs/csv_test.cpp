// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/inputs/csv.h"
#include "harness/inputs/decoded.h"
#include "harness/inputs/image.h"
#include "tests/unit/inputs/files.h"

using namespace assay;
using inputs_test::message_of;

namespace {

using Roles = std::map<std::string, std::string>;

inputs::Table read(const std::string& text, const Roles& roles, const inputs::Limits& limits = {}) {
  inputs::CsvReader reader("table.csv", roles, limits);
  reader.add(text);
  return reader.finish();
}

template <typename T>
std::vector<T> values(const Tensor& tensor) {
  const auto view = tensor.view<T>();
  return {view.begin(), view.end()};
}

std::string refusal(const std::string& text, const Roles& roles, const inputs::Limits& limits = {}) {
  const std::string message = message_of([&] { read(text, roles, limits); }, ErrorCode::bad_input);
  REQUIRE(message.find("table.csv") != std::string::npos);
  return message;
}

}  // namespace

TEST_CASE("whole numbers become i64, numbers f64 and text codes in order of first appearance") {
  const auto table = read("a,b,c\n1,2,x\n-3,4.5,y\n7,1e3,x\n", {{"key", "c"}, {"v1", "a"}, {"v3", "b"}});
  REQUIRE(table.rows == 3);
  REQUIRE(table.columns.size() == 3);
  REQUIRE(table.columns[0].name == "key");
  REQUIRE(values<std::int32_t>(table.columns[0]) == std::vector<std::int32_t>{0, 1, 0});
  REQUIRE(values<std::int64_t>(table.columns[1]) == std::vector<std::int64_t>{1, -3, 7});
  REQUIRE(values<double>(table.columns[2]) == std::vector<double>{2, 4.5, 1000});
}

TEST_CASE("quotes, CRLF, a byte-order mark and line ends inside quotes are read as RFC 4180 says") {
  const auto table =
      read("\xef\xbb\xbf\"the key\",v\r\n\"a,b\",1\r\n\"say \"\"hi\"\"\r\nthere\",2\r\n\"a,b\",3\r\n",
           {{"key", "the key"}, {"v1", "v"}});
  REQUIRE(values<std::int32_t>(table.columns[0]) == std::vector<std::int32_t>{0, 1, 0});
  REQUIRE(values<std::int64_t>(table.columns[1]) == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("the last row needs no line end, and one byte at a time reads the same") {
  const std::string text = "\xef\xbb\xbfk,v\r\n\"p \"\"q\",1\r\nr,2";
  const auto whole = read(text, {{"key", "k"}, {"v1", "v"}});
  inputs::CsvReader reader("table.csv", {{"key", "k"}, {"v1", "v"}});
  for (const char& c : text) reader.add(std::string_view(&c, 1));
  const auto pieces = reader.finish();
  REQUIRE(whole.rows == 2);
  for (std::size_t i = 0; i < 2; ++i) REQUIRE(digest(whole.columns[i]) == digest(pieces.columns[i]));
}

TEST_CASE("rows with a missing cell in a column asked for are dropped, counted and said") {
  const auto table = read("k,v,w,other\na,1,NA,\nb,,2,\nc,3,3.5,\n,4,1,\nNA,5,6,\n",
                          {{"key", "k"}, {"v1", "v"}, {"v3", "w"}});
  REQUIRE(table.rows == 2);
  REQUIRE(table.dropped == 3);
  REQUIRE(values<std::int32_t>(table.columns[0]) ==
          std::vector<std::int32_t>{0, 1});  // c, and NA, which is a text here
  REQUIRE(values<std::int64_t>(table.columns[1]) == std::vector<std::int64_t>{3, 5});
  REQUIRE(values<double>(table.columns[2]) == std::vector<double>{3.5, 6});
  REQUIRE(table.notes.back() == "3 of 5 rows were dropped: a cell of a column asked for is missing");
}

TEST_CASE("a whole number beyond 64 bits makes the column real, and 007x makes it text") {
  REQUIRE(read("a\n1\n99999999999999999999\n", {{"v", "a"}}).columns[0].dtype == DType::f64);
  REQUIRE(read("a\n1\n007x\n", {{"v", "a"}}).columns[0].dtype == DType::i32);
  REQUIRE(read("a\n1\n1e999\n", {{"v", "a"}}).columns[0].dtype == DType::i32);
}

TEST_CASE("one column may serve two roles") {
  const auto table = read("a\n5\n6\n", {{"key", "a"}, {"v1", "a"}});
  REQUIRE(digest(table.columns[0]) == digest(table.columns[1]));
}

TEST_CASE(
    "every way in which a table can be wrong is an error that names file, place and what was expected") {
  const std::string unknown = refusal("carrier,distance\nA,1\n", {{"key", "carier"}});
  REQUIRE(unknown.find("'key'") != std::string::npos);
  REQUIRE(unknown.find("did you mean 'carrier'") != std::string::npos);
  REQUIRE(unknown.find("carrier, distance") != std::string::npos);
  REQUIRE(refusal("a,b\n1,2\n3\n", {{"v", "a"}}).find("row 2 has 1 cells, the header 2") !=
          std::string::npos);
  REQUIRE(refusal("a,b\n1,2,3\n", {{"v", "a"}}).find("row 1 has 3 cells") != std::string::npos);
  REQUIRE(refusal("a,b\n1,\"2\n", {{"v", "a"}}).find("quote") != std::string::npos);
  REQUIRE(refusal("a,b\n1,x\"2\n", {{"v", "a"}}).find("quote") != std::string::npos);
  REQUIRE(refusal("", {{"v", "a"}}).find("is empty") != std::string::npos);
  REQUIRE(refusal("a,b\n", {{"v", "a"}}).find("no rows") != std::string::npos);
  REQUIRE(refusal("a,b\n,1\n", {{"v", "a"}}).find("none of its 1 rows") != std::string::npos);
  REQUIRE(refusal("a,a\n1,2\n", {{"v", "a"}}).find("more than one column") != std::string::npos);
  REQUIRE(refusal(std::string("a\n1\0\n", 5), {{"v", "a"}}).find("zero bytes") != std::string::npos);
  REQUIRE(refusal("\xff\xfe\x61", {{"v", "a"}}).find("UTF-16") != std::string::npos);
}

TEST_CASE("a table beyond the limits is refused with the limit") {
  inputs::Limits limits;
  limits.csv_rows = 2;
  REQUIRE(refusal("a\n1\n2\n3\n", {{"v", "a"}}, limits).find("more than 2 rows") != std::string::npos);
  limits = {};
  limits.csv_columns = 2;
  REQUIRE(refusal("a,b,c\n1,2,3\n", {{"v", "a"}}, limits).find("more than 2 columns") != std::string::npos);
  limits = {};
  limits.csv_kept_bytes = 100;
  REQUIRE(refusal("a\n" + std::string(200, '1') + "\n", {{"v", "a"}}, limits).find("hold more") !=
          std::string::npos);
  limits = {};
  limits.csv_field_bytes = 1000;
  REQUIRE(refusal("a\n\"" + std::string(3000000, 'x'), {{"v", "a"}}, limits).find("quote") !=
          std::string::npos);
  limits = {};
  limits.csv_file_bytes = 3;
  const inputs_test::Directory directory;
  const std::string path = directory.write("t.csv", "a\n1\n");
  REQUIRE(message_of(
              [&] {
                inputs::read_csv(path, {{"v", "a"}}, limits);
              },
              ErrorCode::bad_input)
              .find(path) == 0);
}

TEST_CASE("a file of 10 GB is refused at once, whatever it claims to be") {
  const inputs_test::Directory directory;
  const std::string path = directory.write("large", "\x89PNG\r\n\x1a\n");
  std::filesystem::resize_file(path, std::uintmax_t{10} << 30);  // sparse: it takes no room on the disk
  inputs::Cache cache(directory.path() + "/cache");
  for (const auto& step :
       std::vector<std::function<void()>>{[&] {
                                            inputs::read_csv(path, {{"v", "a"}});
                                          },
                                          [&] { inputs::read_image(path); },
                                          [&] {
                                            inputs::decode_table_file(path, {{"v", "a"}}, cache);
                                          },
                                          [&] { inputs::decode_image_file(path, "image", cache); }}) {
    const auto message = message_of(step, ErrorCode::bad_input);
    REQUIRE(message.find(path) == 0);
    REQUIRE(message.find("10737418240 bytes") != std::string::npos);
  }
}

TEST_CASE("missing files and folders are refused by name") {
  const inputs_test::Directory directory;
  for (const std::string& path : {directory.path(), directory.path() + "/none.csv"}) {
    const auto message = message_of([&] { inputs::read_csv(path, {{"v", "a"}}); }, ErrorCode::bad_input);
    REQUIRE(message.find(path) == 0);
    REQUIRE(message.find("CSV") != std::string::npos);
  }
}

TEST_CASE("the names of a file's columns are read without its rows") {
  const inputs_test::Directory directory;
  const std::string path = directory.write("t.csv", "\xef\xbb\xbfyear,\"dep, time\"\r\n1,2\r\n\"open");
  REQUIRE(inputs::csv_columns(path) == std::vector<std::string>{"year", "dep, time"});
}
