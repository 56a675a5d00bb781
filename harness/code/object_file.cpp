// SPDX-License-Identifier: Apache-2.0
#include "harness/code/object_file.h"

#include <elf.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <type_traits>

#include "harness/core/error.h"

namespace assay::code {

namespace {

constexpr std::string_view archive_magic = "!<arch>\n";

/// Bounds-checked reading of one ELF file.
class Elf {
 public:
  Elf(std::string_view file, const std::string& name) : file_(file), name_(name) {
    header_ = at<Elf64_Ehdr>(0);
    if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB)
      throw Error(ErrorCode::unavailable, name_ + " is no 64-bit little-endian ELF file");
    if (header_.e_shoff == 0) return;
    const auto first = at<Elf64_Shdr>(header_.e_shoff);
    const std::uint64_t count = header_.e_shnum != 0 ? header_.e_shnum : first.sh_size;
    const std::uint64_t names =
        header_.e_shstrndx == SHN_XINDEX ? std::uint64_t{first.sh_link} : std::uint64_t{header_.e_shstrndx};
    if (count > file_.size() / sizeof(Elf64_Shdr)) fail("more sections than it has room for");
    for (std::uint64_t i = 0; i < count; ++i)
      headers_.push_back(at<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr)));
    if (names < headers_.size()) names_ = content(headers_[names]);
  }

  std::uint16_t type() const { return header_.e_type; }
  const std::vector<Elf64_Shdr>& headers() const { return headers_; }
  std::string section_name(const Elf64_Shdr& header) const { return text(names_, header.sh_name); }

  std::string_view content(const Elf64_Shdr& header) const {
    if (header.sh_type == SHT_NOBITS) return {};
    if (header.sh_offset > file_.size() || header.sh_size > file_.size() - header.sh_offset)
      fail("a section lies beyond its end");
    return file_.substr(header.sh_offset, header.sh_size);
  }

  template <typename T>
  T at(std::uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > file_.size() || file_.size() - offset < sizeof(T)) fail("it is cut off");
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof value);
    return value;
  }

  template <typename T>
  std::vector<T> table(const Elf64_Shdr& header) const {
    std::vector<T> rows(content(header).size() / sizeof(T));
    if (!rows.empty()) std::memcpy(rows.data(), content(header).data(), rows.size() * sizeof(T));
    return rows;
  }

  std::string text(std::string_view strings, std::uint64_t offset) const {
    if (offset >= strings.size()) return {};
    const std::string_view rest = strings.substr(offset);
    return std::string(rest.substr(0, rest.find('\0')));
  }

  const Elf64_Shdr& header(std::uint64_t index) const {
    if (index >= headers_.size()) fail("it names a section that it does not have");
    return headers_[index];
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::bad_input, name_ + ": " + what, "build it again");
  }

 private:
  std::string_view file_;
  const std::string& name_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Shdr> headers_;
  std::string_view names_;
};

std::vector<Symbol> symbols_of(const Elf& elf, const Elf64_Shdr& header) {
  std::vector<Symbol> symbols;
  const std::string_view strings = elf.content(elf.header(header.sh_link));
  for (const auto& row : elf.table<Elf64_Sym>(header)) {
    Symbol symbol;
    symbol.name = elf.text(strings, row.st_name);
    symbol.value = row.st_value;
    if (row.st_shndx == SHN_XINDEX) elf.fail("it has more sections than are understood");
    if (row.st_shndx < SHN_LORESERVE && row.st_shndx < elf.headers().size()) symbol.section = row.st_shndx;
    symbol.global = ELF64_ST_BIND(row.st_info) != STB_LOCAL;
    symbol.is_section = ELF64_ST_TYPE(row.st_info) == STT_SECTION;
    symbols.push_back(std::move(symbol));
  }
  return symbols;
}

ObjectFile read_object(std::string_view file, const std::string& name) {
  const Elf elf(file, name);
  ObjectFile object;
  object.name = name;
  for (const auto& header : elf.headers()) {
    Section section{.name = elf.section_name(header),
                    .type = header.sh_type,
                    .flags = header.sh_flags,
                    .size = header.sh_size,
                    .align = header.sh_addralign,
                    .entry_size = header.sh_entsize,
                    .bytes = {},
                    .relocations = {}};
    if (section.name.starts_with(".gnu.lto_"))
      throw Error(ErrorCode::unavailable,
                  name + " was compiled with -flto: its machine code is made when linked");
    if ((section.flags & SHF_ALLOC) != 0) section.bytes = elf.content(header);
    object.sections.push_back(std::move(section));
  }
  for (const auto& header : elf.headers()) {
    if (header.sh_type == SHT_SYMTAB) object.symbols = symbols_of(elf, header);
  }
  for (const auto& header : elf.headers()) {
    if (header.sh_type != SHT_REL && header.sh_type != SHT_RELA) continue;
    elf.header(header.sh_info);
    Section& section = object.sections[header.sh_info];
    if ((section.flags & SHF_ALLOC) == 0) continue;
    if (header.sh_type == SHT_REL)
      throw Error(ErrorCode::unavailable,
                  name + " has relocations without addends, which are not understood");
    for (const auto& row : elf.table<Elf64_Rela>(header)) {
      const auto symbol = static_cast<std::uint32_t>(ELF64_R_SYM(row.r_info));
      if (symbol >= object.symbols.size()) elf.fail("a relocation names a symbol that it does not have");
      section.relocations.push_back(
          {row.r_offset, static_cast<std::uint32_t>(ELF64_R_TYPE(row.r_info)), row.r_addend, symbol});
    }
    std::sort(section.relocations.begin(), section.relocations.end(),
              [](const Relocation& a, const Relocation& b) { return a.offset < b.offset; });
  }
  return object;
}

bool is_elf(std::string_view file) { return file.starts_with(ELFMAG); }

std::vector<ObjectFile> read_archive(std::string_view file, const std::string& name) {
  constexpr std::size_t header_bytes = 60;  // name[16] date[12] uid[6] gid[6] mode[8] size[10] end[2]
  std::vector<ObjectFile> objects;
  for (std::size_t at = archive_magic.size(); at + header_bytes <= file.size();) {
    const std::string_view header = file.substr(at, header_bytes);
    const std::string_view digits = header.substr(48, 10);
    std::uint64_t bytes = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    at += header_bytes;
    if (read.ec != std::errc() || bytes > file.size() - at)
      throw Error(ErrorCode::bad_input, name + ": a member of the archive lies beyond its end",
                  "build it again");
    const std::string_view member = file.substr(at, bytes);
    if (is_elf(member)) objects.push_back(read_object(member, name + "(" + std::to_string(at) + ")"));
    at += bytes + bytes % 2;
  }
  return objects;
}

}  // namespace

std::vector<ObjectFile> read_objects(std::string_view file, const std::string& name) {
  if (file.starts_with(archive_magic)) return read_archive(file, name);
  if (file.starts_with("!<thin>\n"))
    throw Error(ErrorCode::unavailable, name + " is a thin archive, which is not understood");
  if (file.starts_with("BC\xc0\xde"))
    throw Error(ErrorCode::unavailable,
                name + " was compiled with -flto: its machine code is made when linked");
  if (!is_elf(file) || Elf(file, name).type() != ET_REL) return {};
  std::vector<ObjectFile> one;
  one.push_back(read_object(file, name));
  return one;
}

std::string build_id_of(std::string_view program, const std::string& name) {
  if (!is_elf(program)) return {};
  const Elf elf(program, name);
  for (const auto& header : elf.headers()) {
    if (header.sh_type != SHT_NOTE || elf.section_name(header) != ".note.gnu.build-id") continue;
    constexpr std::size_t before = sizeof(Elf64_Nhdr) + 4;  // "GNU\0"
    const std::string_view note = elf.content(header);
    if (note.size() < before) continue;
    std::string text;
    for (const char byte : note.substr(before)) {
      constexpr const char* digits = "0123456789abcdef";
      text.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
      text.push_back(digits[static_cast<unsigned char>(byte) & 15]);
    }
    return text;
  }
  return {};
}

}  // namespace assay::code
