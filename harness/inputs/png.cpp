// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <vector>

#include "harness/inputs/image.h"
#include "harness/inputs/image_formats.h"

namespace assay::inputs {

namespace {

/// libpng's simplified reader, freed whatever happens.
class Reader {
 public:
  Reader() { image_.version = PNG_IMAGE_VERSION; }
  ~Reader() { png_image_free(&image_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  png_image* get() { return &image_; }
  png_image* operator->() { return &image_; }

 private:
  png_image image_{};
};

}  // namespace

Probe png_probe() { return Probe::present(); }

Tensor decode_png(std::span<const std::byte> file, const std::string& name, const Limits& limits) {
  Reader reader;
  const auto fail = [&] { return image_error(name, std::string("is not a whole PNG: ") + reader->message); };
  if (png_image_begin_read_from_memory(reader.get(), file.data(), file.size()) == 0) throw fail();
  Tensor image = blank_image(reader->width, reader->height, name, limits);
  // With alpha libpng would blend; read it and leave it out instead, as OpenCV and Pillow do. 16 bits are
  // taken as sRGB.
  reader->format = PNG_FORMAT_RGBA;
  reader->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  std::vector<png_byte> pixels(PNG_IMAGE_SIZE(*reader.get()));
  if (png_image_finish_read(reader.get(), nullptr, pixels.data(), 0, nullptr) == 0) throw fail();
  const std::size_t count = image.bytes.size() / 3;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < 3; ++c) image.bytes[3 * i + c] = std::byte{pixels[4 * i + c]};
  }
  return image;
}

}  // namespace assay::inputs
