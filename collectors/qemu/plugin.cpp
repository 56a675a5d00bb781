// SPDX-License-Identifier: Apache-2.0
// Loaded by QEMU: counts what the guest executes between the region markers of harness/core/region.h. Debian
// has no header of QEMU's plugin interface, so what is used of it is declared here (QEMU 7.2,
// include/qemu/qemu-plugin.h, API version 1). Arguments: out=FILE stack=LOW:HIGH arena=LOW:HIGH (addresses).
//
// FILE gets a line a region, "region INSTRUCTIONS LOADED STORED STACK" (bytes; STACK from HIGH down to the
// deepest access), and at the end "end ARENA CODE": bytes of the arena up to the highest access of all, and
// bytes of distinct instructions in blocks that regions executed.
//
// One thread of the guest is counted: the one that executes the markers. Blocks are counted as they begin, by
// a callback (inline counters of 7.2 race, and its inline memory counters are wrong).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <vector>

extern "C" {
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t {
  const char* target_name;
  struct {
    int min, cur;
  } version;
  bool system_emulation;
  int smp_vcpus, max_vcpus;
};
using qemu_plugin_id_t = std::uint64_t;
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, qemu_plugin_tb*));
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb*, void (*)(unsigned, void*), int flags, void*);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn*, void (*)(unsigned, void*), int flags, void*);
void qemu_plugin_register_vcpu_mem_cb(qemu_plugin_insn*,
                                      void (*)(unsigned, std::uint32_t, std::uint64_t, void*), int flags,
                                      int reads_and_writes, void*);
bool qemu_plugin_mem_is_store(std::uint32_t);
unsigned qemu_plugin_mem_size_shift(std::uint32_t);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb*);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb*, std::size_t);
const void* qemu_plugin_insn_data(const qemu_plugin_insn*);
std::size_t qemu_plugin_insn_size(const qemu_plugin_insn*);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn*);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void*), void*);
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t, const qemu_info_t*, int,
                                                               char**);
}

namespace {

struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool has(std::uint64_t at) const { return at >= low && at < high; }
};

struct Block {
  std::uint64_t instructions = 0;
  std::vector<std::pair<std::uint64_t, std::size_t>> code;  ///< address and bytes of each
  bool in_region = false;                                   ///< a region executed it
};

struct Counts {
  std::uint64_t instructions = 0;
  std::uint64_t loaded = 0;
  std::uint64_t stored = 0;
};

enum class Marker { none, enter, leave };
enum class Guest { other, thumb, riscv, aarch64 };

std::FILE* out = nullptr;
Guest guest = Guest::other;
Range stack;
Range arena;
// What QEMU holds pointers to. Never destroyed: QEMU calls on_exit() after the destructors of this library.
std::deque<Block>& blocks = *new std::deque<Block>;
Counts now;
Counts at_enter;
bool inside = false;
std::uint64_t deepest = 0;
std::uint64_t highest = 0;

Marker marker_of(const void* data, std::size_t size) {
  std::uint32_t word = 0;
  std::memcpy(&word, data, size < 4 ? size : 4);
  if (guest == Guest::thumb && size == 2)
    return word == 0x46d2u ? Marker::enter : word == 0x46dbu ? Marker::leave : Marker::none;
  if (guest == Guest::aarch64)
    return word == 0xaa0a03eau ? Marker::enter : word == 0xaa0b03ebu ? Marker::leave : Marker::none;
  constexpr std::uint32_t slti_x0_x0 = 0x2013u;
  if (guest == Guest::riscv && size == 4)
    return word == (0x5a1u << 20 | slti_x0_x0)   ? Marker::enter
           : word == (0x5a2u << 20 | slti_x0_x0) ? Marker::leave
                                                 : Marker::none;
  return Marker::none;
}

void on_block(unsigned, void* data) {
  auto* block = static_cast<Block*>(data);
  now.instructions += block->instructions;
  if (inside) block->in_region = true;
}

/// `data`: how many instructions of the block are still to come, this one included: counted, not yet
/// executed.
void on_enter(unsigned, void* data) {
  at_enter = now;
  at_enter.instructions -= reinterpret_cast<std::uintptr_t>(data) - 1;
  deepest = stack.high;
  inside = true;
}

void on_leave(unsigned, void* data) {
  if (!inside) return;
  inside = false;
  const std::uint64_t instructions =
      now.instructions - reinterpret_cast<std::uintptr_t>(data) - at_enter.instructions;
  std::fprintf(out, "region %llu %llu %llu %llu\n", static_cast<unsigned long long>(instructions),
               static_cast<unsigned long long>(now.loaded - at_enter.loaded),
               static_cast<unsigned long long>(now.stored - at_enter.stored),
               static_cast<unsigned long long>(stack.high - deepest));
  std::fflush(out);
}

void on_memory(unsigned, std::uint32_t info, std::uint64_t address, void*) {
  const std::uint64_t bytes = std::uint64_t{1} << qemu_plugin_mem_size_shift(info);
  (qemu_plugin_mem_is_store(info) ? now.stored : now.loaded) += bytes;
  if (inside && stack.has(address) && address < deepest) deepest = address;
  if (arena.has(address) && address + bytes > highest) highest = address + bytes;
}

void on_translation(qemu_plugin_id_t, qemu_plugin_tb* translated) {
  Block& block = blocks.emplace_back();
  block.instructions = qemu_plugin_tb_n_insns(translated);
  constexpr int no_registers = 0;
  constexpr int reads_and_writes = 3;
  qemu_plugin_register_vcpu_tb_exec_cb(translated, on_block, no_registers, &block);
  for (std::size_t i = 0; i < block.instructions; ++i) {
    auto* instruction = qemu_plugin_tb_get_insn(translated, i);
    const std::size_t size = qemu_plugin_insn_size(instruction);
    block.code.emplace_back(qemu_plugin_insn_vaddr(instruction), size);
    const Marker marker = marker_of(qemu_plugin_insn_data(instruction), size);
    if (marker != Marker::none) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, marker == Marker::enter ? on_enter : on_leave,
                                             no_registers, reinterpret_cast<void*>(block.instructions - i));
    }
    qemu_plugin_register_vcpu_mem_cb(instruction, on_memory, no_registers, reads_and_writes, nullptr);
  }
}

void on_exit(qemu_plugin_id_t, void*) {
  std::map<std::uint64_t, std::size_t> code;
  for (const Block& block : blocks) {
    if (block.in_region) code.insert(block.code.begin(), block.code.end());
  }
  std::uint64_t bytes = 0;
  for (const auto& [address, size] : code) bytes += size;
  std::fprintf(out, "end %llu %llu\n",
               static_cast<unsigned long long>(highest > arena.low ? highest - arena.low : 0),
               static_cast<unsigned long long>(bytes));
  std::fclose(out);
}

Range range_of(const char* text) {
  char* end = nullptr;
  Range range;
  range.low = std::strtoull(text, &end, 10);
  if (*end == ':') range.high = std::strtoull(end + 1, nullptr, 10);
  return range;
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int count, char** arguments) {
  for (int i = 0; i < count; ++i) {
    const char* argument = arguments[i];
    if (std::strncmp(argument, "out=", 4) == 0) out = std::fopen(argument + 4, "w");
    if (std::strncmp(argument, "stack=", 6) == 0) stack = range_of(argument + 6);
    if (std::strncmp(argument, "arena=", 6) == 0) arena = range_of(argument + 6);
  }
  if (std::strncmp(info->target_name, "arm", 3) == 0) guest = Guest::thumb;
  if (std::strcmp(info->target_name, "aarch64") == 0) guest = Guest::aarch64;
  if (std::strncmp(info->target_name, "riscv", 5) == 0) guest = Guest::riscv;
  if (out == nullptr || guest == Guest::other) {
    std::fprintf(stderr, "assay-qemu-plugin: %s\n",
                 out == nullptr ? "out=FILE cannot be written" : "it knows no markers of this target");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit, nullptr);
  return 0;
}
