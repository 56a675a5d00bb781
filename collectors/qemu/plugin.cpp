// SPDX-License-Identifier: Apache-2.0
// Loaded by QEMU: counts what the guest executes between the region markers of harness/core/region.h. Debian
// has no header of QEMU's plugin interface, so what is used of it is declared here (QEMU 7.2,
// include/qemu/qemu-plugin.h, API version 1). Arguments: out=FILE stack=LOW:HIGH arena=LOW:HIGH (addresses).
//
// FILE gets a line a region, "region INSTRUCTIONS LOADED STORED STACK OTHERS CLASS..." (LOADED, STORED, STACK
// in bytes, STACK from HIGH down to the deepest access; CLASS: how many of the instructions are of each class
// of classify.h), and at the end "end ARENA CODE": bytes of the arena up to the highest access of all, and
// bytes of distinct instructions in blocks that regions executed.
//
// Each vCPU (a thread of the guest under qemu-user) is counted by itself: a region is of the one that
// executes its markers, and OTHERS is what all others executed meanwhile, which depends on when they ran.
// Blocks are counted as they begin, by a callback (inline counters of 7.2 race, and its inline memory
// counters are wrong).
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "collectors/qemu/classify.h"

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

using assay::qemu::Guest;

struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool has(std::uint64_t at) const { return at >= low && at < high; }
};

/// Instructions of each class.
using Tally = std::array<std::uint64_t, assay::qemu::class_count>;

void add(Tally& to, const Tally& more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += more[i];
}

struct Block {
  std::uint64_t instructions = 0;
  Tally classes{};
  std::vector<std::pair<std::uint64_t, std::size_t>> code;  ///< address and bytes of each
  std::deque<Tally> rest;                                   ///< for each marker: on_enter(), on_leave()
  std::atomic<bool> in_region = false;                      ///< a region executed it
};

struct Counts {
  std::uint64_t loaded = 0;
  std::uint64_t stored = 0;
  Tally classes{};
};

/// Of one vCPU; only its own thread writes it.
struct alignas(64) Vcpu {
  std::atomic<std::uint64_t> instructions = 0;  ///< others read it
  Counts now;
  Counts at_enter;
  std::uint64_t others_at_enter = 0;
  bool inside = false;
  std::uint64_t deepest = 0;
  std::uint64_t highest = 0;
};

enum class Marker { none, enter, leave };

std::FILE* out = nullptr;
Guest guest = Guest::other;
Range stack;
Range arena;
// What QEMU holds pointers to. Never destroyed: QEMU calls on_exit() after the destructors of this library.
std::deque<Block>& blocks = *new std::deque<Block>;
std::mutex& translating = *new std::mutex;  ///< guards `blocks`
constexpr unsigned most_vcpus = 1024;
std::array<Vcpu, most_vcpus>& vcpus = *new std::array<Vcpu, most_vcpus>;

Vcpu& vcpu(unsigned index) {
  if (index < most_vcpus) return vcpus[index];
  std::fprintf(stderr, "assay-qemu-plugin: the guest has more than %u threads\n", most_vcpus);
  std::abort();
}

std::uint64_t instructions_of_others(const Vcpu& self) {
  std::uint64_t sum = 0;
  for (const Vcpu& each : vcpus)
    sum += &each == &self ? 0 : each.instructions.load(std::memory_order_relaxed);
  return sum;
}

Marker marker_of(std::uint32_t word, std::size_t size) {
  if (guest == Guest::thumb && size == 2)
    return word == 0x46d2u ? Marker::enter : word == 0x46dbu ? Marker::leave : Marker::none;
  if (guest == Guest::aarch64)
    return word == 0xaa0a03eau ? Marker::enter : word == 0xaa0b03ebu ? Marker::leave : Marker::none;
  constexpr std::uint32_t slti_x0_x0 = 0x2013u;
  if ((guest == Guest::riscv32 || guest == Guest::riscv64) && size == 4)
    return word == (0x5a1u << 20 | slti_x0_x0)   ? Marker::enter
           : word == (0x5a2u << 20 | slti_x0_x0) ? Marker::leave
                                                 : Marker::none;
  return Marker::none;
}

void on_block(unsigned index, void* data) {
  auto* block = static_cast<Block*>(data);
  Vcpu& cpu = vcpu(index);
  const auto so_far = cpu.instructions.load(std::memory_order_relaxed);
  cpu.instructions.store(so_far + block->instructions, std::memory_order_relaxed);
  add(cpu.now.classes, block->classes);
  if (cpu.inside) block->in_region.store(true, std::memory_order_relaxed);
}

/// `data`: the instructions of the block that come after the marker: counted, not yet executed.
void on_enter(unsigned index, void* data) {
  Vcpu& cpu = vcpu(index);
  cpu.at_enter = cpu.now;
  const auto& rest = *static_cast<const Tally*>(data);
  for (std::size_t i = 0; i < rest.size(); ++i) cpu.at_enter.classes[i] -= rest[i];
  cpu.others_at_enter = instructions_of_others(cpu);
  cpu.deepest = stack.high;
  cpu.inside = true;
}

/// `data`: the same, with the marker itself.
void on_leave(unsigned index, void* data) {
  Vcpu& cpu = vcpu(index);
  if (!cpu.inside) return;
  cpu.inside = false;
  const auto& rest = *static_cast<const Tally*>(data);
  Tally classes{};
  std::uint64_t instructions = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    classes[i] = cpu.now.classes[i] - rest[i] - cpu.at_enter.classes[i];
    instructions += classes[i];
  }
  static std::mutex writing;
  const std::lock_guard lock(writing);
  std::fprintf(out, "region %llu %llu %llu %llu %llu", static_cast<unsigned long long>(instructions),
               static_cast<unsigned long long>(cpu.now.loaded - cpu.at_enter.loaded),
               static_cast<unsigned long long>(cpu.now.stored - cpu.at_enter.stored),
               static_cast<unsigned long long>(stack.high - cpu.deepest),
               static_cast<unsigned long long>(instructions_of_others(cpu) - cpu.others_at_enter));
  for (const auto count : classes) std::fprintf(out, " %llu", static_cast<unsigned long long>(count));
  std::fputc('\n', out);
  std::fflush(out);
}

void on_memory(unsigned index, std::uint32_t info, std::uint64_t address, void*) {
  Vcpu& cpu = vcpu(index);
  const std::uint64_t bytes = std::uint64_t{1} << qemu_plugin_mem_size_shift(info);
  (qemu_plugin_mem_is_store(info) ? cpu.now.stored : cpu.now.loaded) += bytes;
  if (cpu.inside && stack.has(address) && address < cpu.deepest) cpu.deepest = address;
  if (arena.has(address) && address + bytes > cpu.highest) cpu.highest = address + bytes;
}

void on_translation(qemu_plugin_id_t, qemu_plugin_tb* translated) {
  const std::lock_guard lock(translating);
  Block& block = blocks.emplace_back();
  block.instructions = qemu_plugin_tb_n_insns(translated);
  constexpr int no_registers = 0;
  constexpr int reads_and_writes = 3;
  qemu_plugin_register_vcpu_tb_exec_cb(translated, on_block, no_registers, &block);
  for (std::size_t i = block.instructions; i-- > 0;) {  // backwards, as markers need the rest
    auto* instruction = qemu_plugin_tb_get_insn(translated, i);
    const std::size_t size = qemu_plugin_insn_size(instruction);
    block.code.emplace_back(qemu_plugin_insn_vaddr(instruction), size);
    std::uint32_t word = 0;
    std::memcpy(&word, qemu_plugin_insn_data(instruction), size < 4 ? size : 4);
    const Marker marker = marker_of(word, size);
    if (marker == Marker::enter)
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_enter, no_registers,
                                             &block.rest.emplace_back(block.classes));
    ++block.classes[static_cast<std::size_t>(assay::qemu::classify(guest, word, size))];
    if (marker == Marker::leave)
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_leave, no_registers,
                                             &block.rest.emplace_back(block.classes));
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
  std::uint64_t highest = 0;
  for (const Vcpu& each : vcpus) highest = each.highest > highest ? each.highest : highest;
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
  if (std::strncmp(info->target_name, "riscv32", 7) == 0) guest = Guest::riscv32;
  if (std::strncmp(info->target_name, "riscv64", 7) == 0) guest = Guest::riscv64;
  if (out == nullptr || guest == Guest::other) {
    std::fprintf(stderr, "assay-qemu-plugin: %s\n",
                 out == nullptr ? "out=FILE cannot be written" : "it knows no markers of this target");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit, nullptr);
  return 0;
}
