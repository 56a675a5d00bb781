// SPDX-License-Identifier: Apache-2.0
#include "collectors/callgrind/disassemble.h"

#include <capstone.h>
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>

namespace assay::callgrind {

namespace {

constexpr std::size_t longest_instruction = 15;  // of x86-64

/// The bytes of an ELF64 object at the addresses that it was linked for (elf(5): what PT_LOAD segments map).
class Object {
 public:
  explicit Object(const std::string& path) : file_(path, std::ios::binary) {
    if (!file_.read(reinterpret_cast<char*>(&header_), sizeof header_)) header_ = {};
    const bool known = std::memcmp(header_.e_ident, ELFMAG, SELFMAG) == 0 &&
                       header_.e_ident[EI_CLASS] == ELFCLASS64 && header_.e_ident[EI_DATA] == ELFDATA2LSB &&
                       header_.e_phentsize == sizeof(Elf64_Phdr);
    for (std::size_t i = 0; known && i < header_.e_phnum; ++i) {
      Elf64_Phdr segment{};
      file_.seekg(static_cast<std::streamoff>(header_.e_phoff + i * sizeof segment));
      if (!file_.read(reinterpret_cast<char*>(&segment), sizeof segment)) break;
      if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0) segments_.push_back(segment);
    }
  }

  int machine() const { return header_.e_machine; }

  /// At most longest_instruction bytes; none where no code is mapped.
  std::string bytes(std::uint64_t address) {
    for (const auto& segment : segments_) {
      if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz) continue;
      const std::uint64_t inside = address - segment.p_vaddr;
      std::string code(std::min<std::uint64_t>(longest_instruction, segment.p_filesz - inside), '\0');
      file_.clear();
      file_.seekg(static_cast<std::streamoff>(segment.p_offset + inside));
      file_.read(code.data(), static_cast<std::streamsize>(code.size()));
      code.resize(static_cast<std::size_t>(file_.gcount()));
      return code;
    }
    return {};
  }

 private:
  std::ifstream file_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
};

class Disassembler {
 public:
  explicit Disassembler(int machine) {
    if (machine == EM_X86_64) open_ = cs_open(CS_ARCH_X86, CS_MODE_64, &handle_) == CS_ERR_OK;
    if (machine == EM_AARCH64) open_ = cs_open(CS_ARCH_ARM64, CS_MODE_ARM, &handle_) == CS_ERR_OK;
  }
  Disassembler(const Disassembler&) = delete;
  Disassembler& operator=(const Disassembler&) = delete;
  ~Disassembler() {
    if (open_) cs_close(&handle_);
  }

  std::string text(const std::string& code, std::uint64_t address) const {
    if (!open_ || code.empty()) return {};
    cs_insn* instruction = nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(code.data());
    if (cs_disasm(handle_, bytes, code.size(), address, 1, &instruction) == 0) return {};
    std::string text = instruction->mnemonic;
    if (instruction->op_str[0] != '\0') text += std::string(" ") + instruction->op_str;
    cs_free(instruction, 1);
    return text;
  }

 private:
  csh handle_ = 0;
  bool open_ = false;
};

}  // namespace

void disassemble(std::vector<HotSpot>& spots) {
  for (auto& spot : spots) {
    Object object(spot.object);
    const Disassembler disassembler(object.machine());
    for (auto& instruction : spot.listing)
      instruction.text = disassembler.text(object.bytes(instruction.address), instruction.address);
  }
}

}  // namespace assay::callgrind
