// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/image.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "harness/inputs/image_formats.h"

namespace assay::inputs {

namespace {

bool begins_with(std::span<const std::byte> file, const char* magic, std::size_t bytes) {
  return file.size() >= bytes && std::memcmp(file.data(), magic, bytes) == 0;
}

std::vector<std::byte> read_file(const std::string& path, std::uint64_t most) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw image_error(path, std::strerror(errno));
  struct stat facts {};
  if (::fstat(::fileno(file.get()), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    throw image_error(path, "is not a regular file");
  }
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size > most) {
    throw image_error(
        path, "has " + std::to_string(size) + " bytes; at most " + std::to_string(most) + " are read");
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
    throw image_error(path, "could not be read to its end");
  }
  return bytes;
}

}  // namespace

Tensor blank_image(std::int64_t width, std::int64_t height, const std::string& name, const Limits& limits) {
  if (width < 1 || height < 1) throw image_error(name, "has no pixels");
  if (width > limits.image_extent || height > limits.image_extent || width > limits.image_pixels / height) {
    throw image_error(name, "claims " + std::to_string(width) + " x " + std::to_string(height) +
                                " pixels; at most " + std::to_string(limits.image_extent) + " a side and " +
                                std::to_string(limits.image_pixels) + " in all are read");
  }
  Tensor image{"image", DType::u8, {height, width, 3}, {}};
  image.bytes.resize(static_cast<std::size_t>(width * height * 3));
  return image;
}

Tensor decode_image(std::span<const std::byte> file, const std::string& name, const Limits& limits) {
  if (begins_with(file, "\xff\xd8\xff", 3)) return decode_jpeg(file, name, limits);
  if (begins_with(file, "\x89PNG\r\n\x1a\n", 8)) return decode_png(file, name, limits);
  throw image_error(name, file.empty() ? "is empty" : "begins like neither a JPEG nor a PNG file");
}

Tensor read_image(const std::string& path, const Limits& limits) {
  return decode_image(read_file(path, limits.image_file_bytes), path, limits);
}

}  // namespace assay::inputs
