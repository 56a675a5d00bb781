// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "collectors/qemu/image.h"
#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<AroundCollector> around_collector_qemu();
}

using namespace assay;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("assay-qemu-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
};

std::string refusal(const std::string& path) {
  try {
    qemu::read_image(path);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("What is no board's image is refused by name, wherever it ends") {
  const Folder folder;
  CHECK_THAT(refusal(folder.file("empty", "")), Catch::Contains("empty: it ends too soon"));
  CHECK_THAT(refusal(folder.file("text", std::string(100, 'x'))),
             Catch::Contains("no little-endian ELF file"));
  // This program is an ELF file, and none of a board; its head alone promises tables that are not there.
  CHECK_THAT(refusal("/proc/self/exe"), Catch::Contains("no symbol __"));
  std::ifstream self("/proc/self/exe", std::ios::binary);
  std::string head(4096, '\0');
  self.read(head.data(), 4096);
  CHECK_THAT(refusal(folder.file("head", head)), Catch::Contains("it ends too soon"));
}

TEST_CASE("Counts are of one call: two regions, the second with a call more") {
  const Folder folder;
  const auto collector = around_collector_qemu();
  const auto value = [&](const std::string& text, const std::string& metric) {
    folder.file("counts", text);
    for (const auto& reading : collector->read(folder.path.string(), 1)) {
      if (reading.metric == metric) return reading.value;
    }
    return std::optional<double>();
  };
  const std::string whole = "region 110 50 20 64\nregion 210 99 39 72\nend 1000 88\n";
  CHECK(value(whole, "qemu.instructions") == 100.0);
  CHECK(value(whole, "qemu.bytes_loaded") == 49.0);
  CHECK(value(whole, "qemu.bytes_stored") == 19.0);
  CHECK(value(whole, "size.stack") == 72.0);
  CHECK(value(whole, "size.code") == 88.0);
  CHECK(value(whole, "size.ram") == 1072.0);
  for (const char* text : {"", "region 110 50 20 64\nend 1000 88\n", "region 1 1 1 1\nregion 2 2 2 2\n"})
    CHECK_FALSE(value(text, "qemu.instructions"));
}

TEST_CASE("What is no emulator, or has no board's image, runs as it is and says why it is not counted") {
  const Folder folder;
  const auto collector = around_collector_qemu();
  for (const auto& argv :
       {std::vector<std::string>{"./worker"}, std::vector<std::string>{"./worker", "-kernel"},
        std::vector<std::string>{"qemu", "-kernel", folder.file("text", "no image")}}) {
    CHECK(collector->wrap({argv, {}, {}}, folder.path.string()).argv == argv);
    for (const auto& reading : collector->read(folder.path.string(), 1)) {
      CHECK(reading.state == ReadingState::not_counted);
      CHECK_THAT(reading.reason, Catch::Contains(argv.size() == 3 ? "no board's image" : "no -kernel IMAGE"));
    }
  }
  CHECK_THROWS_AS(collector->open({"cycles"}), Error);
}
