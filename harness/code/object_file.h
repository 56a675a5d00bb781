// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Relocatable object files (ELF64, little-endian, relocations with addends), alone or in archives.
namespace assay::code {

struct Relocation {
  std::uint64_t offset = 0;  ///< in its section
  std::uint32_t type = 0;
  std::int64_t addend = 0;
  std::uint32_t symbol = 0;  ///< index into ObjectFile::symbols
};

struct Section {
  std::string name;
  std::uint32_t type = 0;  ///< SHT_*
  std::uint64_t flags = 0;
  std::uint64_t size = 0;
  std::uint64_t align = 0;
  std::uint64_t entry_size = 0;
  std::string bytes;  ///< empty: it has none in the file (.bss)
  std::vector<Relocation> relocations;
};

struct Symbol {
  std::string name;
  std::uint64_t value = 0;
  std::size_t section = 0;  ///< index into ObjectFile::sections; 0: not defined there
  bool global = false;      ///< or weak
  bool is_section = false;  ///< it stands for its section's start
};

struct ObjectFile {
  std::string name;
  std::vector<Section> sections;  ///< as the file numbers them: the first is none
  std::vector<Symbol> symbols;
};

/// The objects of a file: one, an archive's members, or none of what is neither (a shared library, a linker's
/// script). `name` is for messages. \throws Error{bad_input} on what is cut off or contradicts itself, and
/// Error{unavailable} on what holds no machine code yet (-flto), or is of another kind of machine.
std::vector<ObjectFile> read_objects(std::string_view file, const std::string& name);

/// NT_GNU_BUILD_ID of a linked program, hex; empty: it has none. \throws Error{bad_input}.
std::string build_id_of(std::string_view program, const std::string& name);

}  // namespace assay::code
