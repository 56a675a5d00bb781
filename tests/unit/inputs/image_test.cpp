// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

#include "harness/core/error.h"
#include "harness/inputs/image.h"
#include "tests/unit/inputs/files.h"

using namespace assay;
using inputs_test::message_of;

namespace {

std::string data(const std::string& name) {
  return std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/tests/unit/inputs/data/" + name;
}

using Pixel = std::array<int, 3>;

Pixel pixel(const Tensor& image, int x, int y) {
  const auto values = image.view<std::uint8_t>();
  const auto at = static_cast<std::size_t>((y * image.shape[1] + x) * 3);
  return {values[at], values[at + 1], values[at + 2]};
}

Pixel drawn(int x, int y) { return {40 * x + 10 * y, 255 - 40 * x, 60 * y}; }

}  // namespace

TEST_CASE("colour PNG of every kind decodes to the same picture") {
  if (!inputs::png_probe().available) return;
  for (const char* name : {"rgb8.png", "rgb8_interlaced.png", "rgba8.png", "rgb16.png", "palette.png"}) {
    const Tensor image = inputs::read_image(data(name));
    INFO(name);
    REQUIRE(image.shape == std::vector<std::int64_t>{3, 5, 3});
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 5; ++x) REQUIRE(pixel(image, x, y) == drawn(x, y));
    }
  }
}

TEST_CASE("grey PNG becomes three equal channels, with or without alpha") {
  if (!inputs::png_probe().available) return;
  for (const char* name : {"grey8.png", "grey_alpha8.png"}) {
    const Tensor image = inputs::read_image(data(name));
    const int grey = drawn(3, 2)[0];
    REQUIRE(pixel(image, 3, 2) == Pixel{grey, grey, grey});
  }
}

TEST_CASE("JPEG decodes to red, green, blue in that order, progressive or not") {
  if (!inputs::jpeg_probe().available) return;
  for (const char* name : {"rgb.jpg", "progressive.jpg"}) {
    const Tensor image = inputs::read_image(data(name));
    REQUIRE(image.shape == std::vector<std::int64_t>{8, 16, 3});
    const Pixel left = pixel(image, 2, 4);
    const Pixel right = pixel(image, 13, 4);
    for (std::size_t c = 0; c < 3; ++c) {
      REQUIRE(std::abs(left[c] - Pixel{200, 100, 30}[c]) <= 3);
      REQUIRE(std::abs(right[c] - Pixel{20, 100, 220}[c]) <= 3);
    }
  }
  const Pixel grey = pixel(inputs::read_image(data("grey.jpg")), 0, 0);
  REQUIRE(grey[0] == grey[1]);
  REQUIRE(grey[1] == grey[2]);
}

TEST_CASE("every way in which an image can be wrong is an error that names the file and what was expected") {
  const inputs_test::Directory directory;
  const auto broken = [&](const std::string& path) {
    const std::string message = message_of([&] { inputs::read_image(path); }, ErrorCode::bad_input);
    REQUIRE(message.find(path) != std::string::npos);
    REQUIRE(message.find("JPEG or PNG") != std::string::npos);
    return message;
  };
  broken(directory.path() + "/none.jpg");
  broken(directory.path());
  broken(directory.write("empty.png", ""));
  broken(directory.write("text.png", "hello, I am no picture"));
  if (inputs::png_probe().available) {
    broken(data("cut.png"));
    REQUIRE(broken(data("bomb.png")).find("60000 x 60000") != std::string::npos);
  }
  if (!inputs::jpeg_probe().available) return;
  const std::string whole = inputs_test::read_all(data("rgb.jpg"));
  for (const std::size_t length : {std::size_t{3}, std::size_t{20}, whole.size() / 2, whole.size() - 8}) {
    INFO(length);
    broken(directory.write("cut.jpg", whole.substr(0, length)));
  }
}

TEST_CASE("an image beyond the limits is refused before it is decoded") {
  if (!inputs::png_probe().available) return;
  inputs::Limits limits;
  limits.image_pixels = 14;
  REQUIRE_THROWS_AS(inputs::read_image(data("rgb8.png"), limits), Error);
  limits.image_pixels = 15;
  REQUIRE_NOTHROW(inputs::read_image(data("rgb8.png"), limits));
  limits.image_file_bytes = 10;
  REQUIRE_THROWS_AS(inputs::read_image(data("rgb8.png"), limits), Error);
}
