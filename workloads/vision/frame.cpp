// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/frame.h"

#include <algorithm>
#include <array>
#include <vector>

#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::vision {

namespace {

constexpr int cells = 8;
constexpr int nodes = cells + 1;
constexpr int rectangles = 12;

struct Rectangle {
  int left;
  int top;
  int right;
  int bottom;
  std::array<int, 3> colour;
};

struct Scene {
  std::array<int, nodes * nodes * 3> lattice;
  std::array<Rectangle, rectangles> boxes;
};

Scene make_scene(int width, int height, std::uint64_t seed) {
  Scene scene{};
  const Stream lattice(seed, "image.lattice");
  for (std::size_t i = 0; i < scene.lattice.size(); ++i) {
    scene.lattice[i] = static_cast<int>(16 + lattice.below(i, 208));
  }
  const Stream stream(seed, "image.rectangles");
  for (std::size_t k = 0; k < scene.boxes.size(); ++k) {
    const auto draw = [&](std::size_t field, int n) {
      return static_cast<int>(stream.below(8 * k + field, static_cast<std::uint32_t>(n)));
    };
    Rectangle& box = scene.boxes[k];
    box.left = draw(0, width);
    box.top = draw(1, height);
    box.right = box.left + 1 + draw(2, width / 6 + 1);
    box.bottom = box.top + 1 + draw(3, height / 6 + 1);
    box.colour = {draw(4, 256), draw(5, 256), draw(6, 256)};
  }
  return scene;
}

/// Where pixel `at` of `extent` lies in the lattice: the cell before the point, 8 bits of fraction behind it.
int lattice_position(int at, int extent) {
  return static_cast<int>(static_cast<std::int64_t>(at) * cells * 256 / extent);
}

/// Row y without its noise, three values a pixel: the lattice, bilinear, with the rectangles painted over it.
/// `columns`: lattice_position() of each x.
void paint_row(const Scene& scene, const std::vector<int>& columns, int y, int v, std::vector<int>& row) {
  const int fy = v & 255;
  const int* upper = scene.lattice.data() + (v >> 8) * nodes * 3;
  std::array<int, nodes * 3> blend{};
  for (std::size_t i = 0; i < blend.size(); ++i) {
    blend[i] = upper[i] * (256 - fy) + upper[i + blend.size()] * fy;
  }
  for (std::size_t x = 0; x < columns.size(); ++x) {
    const int fx = columns[x] & 255;
    const int* at = blend.data() + (columns[x] >> 8) * 3;
    for (std::size_t c = 0; c < 3; ++c) row[x * 3 + c] = (at[c] * (256 - fx) + at[c + 3] * fx) >> 16;
  }
  for (const Rectangle& box : scene.boxes) {
    if (y < box.top || y >= box.bottom) continue;
    const std::size_t end = std::min(static_cast<std::size_t>(box.right), columns.size());
    for (auto x = static_cast<std::size_t>(box.left); x < end; ++x) {
      for (std::size_t c = 0; c < 3; ++c) row[x * 3 + c] = box.colour[c];
    }
  }
}

/// Rows [begin, end) of the frame.
void make_rows(const Scene& scene, const Stream& noise, Frame& frame, std::size_t begin, std::size_t end) {
  std::vector<int> columns(static_cast<std::size_t>(frame.width));
  for (std::size_t x = 0; x < columns.size(); ++x) {
    columns[x] = lattice_position(static_cast<int>(x), frame.width);
  }
  std::vector<int> row(columns.size() * 3);
  for (std::size_t y = begin; y < end; ++y) {
    const int line = static_cast<int>(y);
    paint_row(scene, columns, line, lattice_position(line, frame.height), row);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t index = y * row.size() + i;
      const int value = row[i] + static_cast<int>(noise.below(index, 9)) - 4;
      frame.pixels[index] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
    }
  }
}

Frame given_frame(const Tensor& image, const Preparation& preparation, bool as_bgr) {
  const auto bad = [&](const std::string& what) {
    return Error(ErrorCode::bad_input, preparation.inputs.at("image") + ": " + what,
                 "give an image u8[height, width, 3], each side from 1 to " + std::to_string(max_extent));
  };
  if (image.dtype != DType::u8 || image.shape.size() != 3 || image.shape[2] != 3) {
    throw bad("not an image of three channels of u8");
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (image.shape[i] < 1 || image.shape[i] > max_extent) throw bad("its size is not usable");
  }
  Frame frame{static_cast<int>(image.shape[1]), static_cast<int>(image.shape[0]),
              Aligned<std::uint8_t>(image.bytes.size(), preparation.pool)};
  const auto bytes = image.view<std::uint8_t>();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    frame.pixels[i] = bytes[i + (as_bgr ? 2 : 0)];
    frame.pixels[i + 1] = bytes[i + 1];
    frame.pixels[i + 2] = bytes[i + (as_bgr ? 0 : 2)];
  }
  return frame;
}

}  // namespace

std::string Frame::digest() const { return InputDigest().add("image", pixels.view()).text(); }

Frame seeded_frame(int width, int height, std::uint64_t seed, cpu::Pool* pool) {
  const auto w = static_cast<std::size_t>(width);
  const auto h = static_cast<std::size_t>(height);
  Frame frame{width, height, Aligned<std::uint8_t>(w * h * 3, pool)};
  const Scene scene = make_scene(width, height, seed);
  const Stream noise(seed, "image.noise");
  if (pool == nullptr) {
    make_rows(scene, noise, frame, 0, h);
  } else {
    pool->run([&](int index) {
      const auto [begin, end] = pool->share(h, index);
      make_rows(scene, noise, frame, begin, end);
    });
  }
  return frame;
}

int extent_parameter(const Params& params, const std::string& key, int least) {
  const std::int64_t value = get_integer(params, key);
  if (value < least || value > max_extent) {
    throw Error(ErrorCode::usage, "parameter '" + key + "' is " + std::to_string(value),
                "choose from " + std::to_string(least) + " to " + std::to_string(max_extent) + " pixels");
  }
  return static_cast<int>(value);
}

Frame make_frame(const Preparation& preparation, bool as_bgr) {
  if (const auto image = given_input(preparation, "image")) return given_frame(*image, preparation, as_bgr);
  return seeded_frame(extent_parameter(preparation.params, "width"),
                      extent_parameter(preparation.params, "height"), preparation.seed, preparation.pool);
}

InputRole image_role() {
  return {"image", "image", "a photograph, used at its own size (width and height are then ignored)", false};
}

}  // namespace assay::vision
