// SPDX-License-Identifier: Apache-2.0
#include "collectors/qemu/image.h"

#include <elf.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "harness/core/error.h"

namespace assay::qemu {

namespace {

/// The bytes of an ELF file (elf(5)); every access is checked.
class File {
 public:
  explicit File(const std::string& path) : path_(path) {
    std::ifstream in(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
  }

  template <typename T>
  T at(std::uint64_t offset) const {
    T value{};
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof value) fail("it ends too soon");
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  std::string text(std::uint64_t offset) const {
    if (offset >= bytes_.size()) fail("it ends too soon");
    return bytes_.substr(offset, bytes_.find('\0', offset) - offset);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::bad_input, path_ + ": " + what + ", so it is no board's image",
                "build or install Assay again");
  }

 private:
  std::string path_;
  std::string bytes_;
};

template <typename Header, typename Segment, typename Section, typename Symbol>
Image read(const File& file) {
  const auto header = file.at<Header>(0);
  Image image;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = file.at<Segment>(header.e_phoff + i * sizeof(Segment));
    if (segment.p_type == PT_LOAD) image.flash += segment.p_filesz;
  }
  std::map<std::string, std::uint64_t> symbols;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = file.at<Section>(header.e_shoff + i * sizeof(Section));
    if (section.sh_type != SHT_SYMTAB) continue;
    const auto names = file.at<Section>(header.e_shoff + section.sh_link * sizeof(Section));
    for (std::uint64_t k = 0; k < section.sh_size / sizeof(Symbol); ++k) {
      const auto symbol = file.at<Symbol>(section.sh_offset + k * sizeof(Symbol));
      if (symbol.st_name != 0) symbols[file.text(names.sh_offset + symbol.st_name)] = symbol.st_value;
    }
  }
  const auto value = [&](const char* name) {
    const auto found = symbols.find(name);
    if (found == symbols.end()) file.fail(std::string("it has no symbol ") + name);
    return found->second;
  };
  image.statics = value("__data_end") - value("__data") + value("__bss_end") - value("__bss");
  image.stack_limit = value("__stack_limit");
  image.stack_top = value("__stack_top");
  image.arena = value("__arena");
  image.arena_end = value("__arena_end");
  return image;
}

}  // namespace

Image read_image(const std::string& path) {
  const File file(path);
  const auto ident = file.at<std::array<unsigned char, EI_NIDENT>>(0);
  if (std::memcmp(ident.data(), ELFMAG, SELFMAG) != 0 || ident[EI_DATA] != ELFDATA2LSB)
    file.fail("it is no little-endian ELF file");
  if (ident[EI_CLASS] == ELFCLASS32) return read<Elf32_Ehdr, Elf32_Phdr, Elf32_Shdr, Elf32_Sym>(file);
  return read<Elf64_Ehdr, Elf64_Phdr, Elf64_Shdr, Elf64_Sym>(file);
}

}  // namespace assay::qemu
