// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>  // mkstemp
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "harness/agent/digest.h"
#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/suggest.h"
#include "harness/core/tensor.h"
#include "harness/core/text.h"
#include "harness/core/value.h"

using namespace assay;

namespace {

struct TemporaryFile {
  std::string path = (std::filesystem::temp_directory_path() / "assay-tensor-XXXXXX").string();
  TemporaryFile() { close(mkstemp(path.data())); }
  ~TemporaryFile() { std::remove(path.c_str()); }
  void write(const std::string& bytes) const {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
};

std::string npy(const std::string& header, const std::string& data) {
  std::string text = "\x93NUMPY";
  text += '\x01';
  text += '\0';
  text += static_cast<char>(header.size() & 255);
  text += static_cast<char>(header.size() >> 8);
  return text + header + data;
}

}  // namespace

TEST_CASE("CRC-32 has the published check value, and the host's fast form equals the boards' small one") {
  CHECK(crc32(0, "123456789", 9) == 0xCBF43926u);
  std::vector<unsigned char> data(1000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<unsigned char>(i * 37 + i / 11);
  for (std::size_t size = 0; size < data.size(); size += 13) {
    CHECK(crc32(7, data.data(), size) == assay_crc32(7, data.data(), size));
  }
  data.resize(200'000);  // large ones are taken in four parts, whose joints must not show
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<unsigned char>(i * 37 + i / 11);
  for (std::size_t size = 65'530; size <= data.size(); size = size < 65'600 ? size + 1 : size * 5 / 4) {
    CHECK(crc32(7, data.data(), size) == assay_crc32(7, data.data(), size));
  }
}

TEST_CASE("a digest differs for another value, shape or type") {
  const std::vector<std::int32_t> values{1, 2, 3, 4};
  const auto base = Tensor::from<std::int32_t>("a", {4}, values);
  const std::vector<std::int32_t> other{1, 2, 3, 5};
  CHECK(digest(base) != digest(Tensor::from<std::int32_t>("a", {4}, other)));
  CHECK(digest(base) != digest(Tensor::from<std::int32_t>("a", {2, 2}, values)));
  Tensor unsigned_form = base;
  unsigned_form.dtype = DType::u32;
  CHECK(digest(base) != digest(unsigned_form));
}

TEST_CASE("a .npy file reads back as it was written, and damaged ones are refused by name") {
  const TemporaryFile file;
  const std::vector<double> values{1.5, -0.0, std::numeric_limits<double>::infinity(), 4, 5, 6};
  const auto tensor = Tensor::from<double>("x", {2, 3}, values);
  write_npy(file.path, tensor);
  const Tensor back = read_npy(file.path);
  CHECK(back.shape == tensor.shape);
  CHECK(back.bytes == tensor.bytes);
  CHECK_THROWS_AS(read_npy(file.path, 47), Error);
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
  for (const std::string& bytes :
       {std::string(), std::string("hello"), npy(good, "1234"), npy("{'descr': '<f4'}", ""),
        npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "12345678"),
        npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "12345678"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "12345678"),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 16), }", "")}) {
    file.write(bytes);
    try {
      read_npy(file.path);
      FAIL("read " << bytes.size() << " bytes");
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::bad_input);
      CHECK(std::string(error.what()).find(file.path) == 0);
    }
  }
}

TEST_CASE("values print shortest and read back as themselves") {
  for (const Value& value :
       {Value{std::int64_t{-7}}, Value{0.1}, Value{2.0}, Value{1e300}, Value{std::string("q4_0")}}) {
    CHECK(parse_value(to_string(value)) == value);
  }
  CHECK(to_string(Value{2.0}) == "2.0");
  CHECK(std::holds_alternative<std::string>(parse_value("007")));
  CHECK(std::holds_alternative<std::string>(parse_value("inf")));
  CHECK(to_string(parse_value("012345678901")) == "012345678901");
  CHECK(to_string(parse_value("1234567890e1")) == "1234567890e1");
}

TEST_CASE("of a log the last lines are shown, at most twenty and two KiB, safe for a terminal") {
  CHECK(last_lines("", "  ") == "");
  CHECK(last_lines("one\r\n\x1b[2Jtwo\n\n", "  ") == "  one\n  \\x1b[2Jtwo\n");
  std::string long_log;
  for (int i = 0; i < 100; ++i) long_log += std::to_string(i) + "\n";
  const std::string shown = last_lines(long_log, "");
  CHECK(shown.substr(0, 6) == "80\n81\n");
  CHECK(std::count(shown.begin(), shown.end(), '\n') == 20);
  std::string long_lines(100'000, 'x');
  long_lines.append("\n").append(1500, 'y').append("\nend");
  const std::string wide = last_lines(long_lines, "");
  CHECK(wide.size() <= 2048);
  CHECK(wide.substr(wide.size() - 5) == "\nend\n");
}

TEST_CASE("text from elsewhere cannot move the cursor, reverse the line or break UTF-8") {
  CHECK(printable("plain é ▲") == "plain é ▲");
  CHECK(printable("\x1b[2J\r\n\t") == "\\x1b[2J\\x0d\\x0a\\x09");
  CHECK(printable("a\xe2\x80\xae"
                  "b") ==
        "a\\xe2\\x80\\xae"
        "b");
  CHECK(printable("\xc0\xaf\xff\xed\xa0\x80").find('\xc0') == std::string::npos);
  CHECK(printable(std::string(100, 'x'), 10) == "xxxxxxxxxx...");
}

TEST_CASE("an error throws a long name back cut, and everything around it whole") {
  CHECK(with_short_words("no 'a b'\n  known: c") == "no 'a b'\n  known: c");
  CHECK(with_short_words("no " + std::string(1000, 'a') + " here\n") ==
        "no " + std::string(300, 'a') + "... (1000 bytes) here\n");
  std::string accents = "x";
  for (int i = 0; i < 400; ++i) accents += "\xc3\xa9";
  CHECK(with_short_words(accents) == accents.substr(0, 299) + "... (801 bytes)");
  CHECK(with_short_words(std::string(400, '\x80')).size() < 40);
  CHECK(with_short_words("").empty());
}

TEST_CASE("home folders are hidden, the one in HOME wherever it stands") {
  const char* before = std::getenv("HOME");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("HOME", "/srv/people/ann", 1);
  CHECK(hide_paths("/srv/people/ann/worker /srv/people/anna") == "~/worker /srv/people/anna");
  if (before != nullptr) ::setenv("HOME", kept.c_str(), 1);
}

TEST_CASE("the closest name is suggested, and nothing when nothing is close") {
  CHECK(suggest("quik", {"quick", "full"}) == "did you mean 'quick'? known: full, quick");
  CHECK(suggest("xyz", {"quick", "full"}) == "known: full, quick");
  CHECK(suggest("a", {}) == "none are known");
}

TEST_CASE("a tensor has the elements of its shape, no more and no fewer: others would never be compared") {
  const std::vector<float> sixteen(16, 1.0F);
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{3}, {0}, {17}, {4, 5}, {-4, -4}, {}}) {
    CHECK_THROWS_AS(Tensor::from<float>("y", shape, sixteen), Error);
  }
  CHECK(Tensor::from<float>("y", {4, 4}, sixteen).elements() == 16);
  CHECK_THROWS_WITH(Tensor::from<float>("y", {3}, sixteen),
                    Catch::Matchers::Contains("'y' is f32[3] and holds 16 elements"));
}

TEST_CASE("a .npy file that goes on after the elements of its shape is refused") {
  const std::string path = std::filesystem::temp_directory_path() / "assay-longer.npy";
  const std::vector<double> values{1, 2};
  write_npy(path, Tensor::from<double>("x", {2}, values));
  CHECK(read_npy(path).elements() == 2);
  std::ofstream(path, std::ios::app) << "12345678";
  CHECK_THROWS_WITH(read_npy(path), Catch::Matchers::Contains("goes on after the 16 bytes"));
  std::filesystem::remove(path);
}
