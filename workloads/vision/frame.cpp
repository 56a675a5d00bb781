// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/frame.h"

#include <algorithm>
#include <array>

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

void make_row(const Scene& scene, const Stream& noise, Frame& frame, int y) {
  const int v = static_cast<int>(static_cast<std::int64_t>(y) * cells * 256 / frame.height);
  const int fy = v & 255;
  std::uint8_t* out =
      frame.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) * 3;
  for (int x = 0; x < frame.width; ++x) {
    const int u = static_cast<int>(static_cast<std::int64_t>(x) * cells * 256 / frame.width);
    const int fx = u & 255;
    const auto node = static_cast<std::size_t>(((v >> 8) * nodes + (u >> 8)) * 3);
    for (std::size_t c = 0; c < 3; ++c) {
      const int* at = scene.lattice.data() + node + c;
      const int upper = at[0] * (256 - fx) + at[3] * fx;
      const int lower = at[nodes * 3] * (256 - fx) + at[nodes * 3 + 3] * fx;
      int value = (upper * (256 - fy) + lower * fy) >> 16;
      for (const Rectangle& box : scene.boxes) {
        if (x >= box.left && x < box.right && y >= box.top && y < box.bottom) value = box.colour[c];
      }
      const auto index = (static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(frame.width) +
                          static_cast<std::uint64_t>(x)) *
                             3 +
                         c;
      value += static_cast<int>(noise.below(index, 9)) - 4;
      *out++ = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
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
  const auto rows = [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) make_row(scene, noise, frame, static_cast<int>(y));
  };
  if (pool == nullptr) {
    rows(0, h);
  } else {
    pool->run([&](int index) {
      const auto [begin, end] = pool->share(h, index);
      rows(begin, end);
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
