// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "collectors/qemu/classify.h"
#include "collectors/qemu/image.h"
#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<AroundCollector> around_collector_qemu();
}

using namespace assay;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("assay-qemu-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
};

std::string refusal(const std::string& path) {
  try {
    qemu::read_image(path);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("What is no board's image is refused by name, wherever it ends") {
  const Folder folder;
  CHECK_THAT(refusal(folder.file("empty", "")), Catch::Contains("empty: it ends too soon"));
  CHECK_THAT(refusal(folder.file("text", std::string(100, 'x'))),
             Catch::Contains("no little-endian ELF file"));
  // This program is an ELF file, and none of a board; its head alone promises tables that are not there.
  CHECK_THAT(refusal("/proc/self/exe"), Catch::Contains("no symbol __"));
  std::ifstream self("/proc/self/exe", std::ios::binary);
  std::string head(4096, '\0');
  self.read(head.data(), 4096);
  CHECK_THAT(refusal(folder.file("head", head)), Catch::Contains("it ends too soon"));
}

TEST_CASE("Counts are of one call: two regions, the second with a call more") {
  const Folder folder;
  const auto collector = around_collector_qemu();
  const auto value = [&](const std::string& text, const std::string& metric) {
    folder.file("counts", text);
    for (const auto& reading : collector->read(folder.path.string(), 1)) {
      if (reading.metric == metric) return reading.value;
    }
    return std::optional<double>();
  };
  const std::string whole =
      "region 110 50 20 64 7 10 40 0 0 20 40\nregion 210 99 39 72 9 21 69 30 0 22 68\nend 1000 88\n";
  CHECK(value(whole, "qemu.instructions") == 100.0);
  CHECK(value(whole, "qemu.bytes_loaded") == 49.0);
  CHECK(value(whole, "qemu.bytes_stored") == 19.0);
  CHECK(value(whole, "size.stack") == 72.0);
  CHECK(value(whole, "size.code") == 88.0);
  CHECK(value(whole, "size.ram") == 1072.0);
  CHECK(value(whole, "qemu.branch") == 11.0);
  CHECK(value(whole, "qemu.memory") == 29.0);
  CHECK(value(whole, "qemu.simd") == 30.0);
  CHECK(value(whole, "qemu.float") == 0.0);
  CHECK(value(whole, "qemu.multiply") == 2.0);
  CHECK(value(whole, "qemu.other") == 28.0);
  CHECK(value(whole, "vcpus.other_instructions") == 2.0);
  for (const char* text : {"", "region 110 50 20 64 7 10 40 0 0 20 40\nend 1000 88\n",
                           "region 1 1 1 1 0 1 0 0 0 0 0\nregion 2 2 2 2 0 2 0 0 0 0 0\n",
                           "region 110 50 20 64\nregion 210 99 39 72\nend 1000 88\n"})
    CHECK_FALSE(value(text, "qemu.instructions"));
}

TEST_CASE("What is no emulator, or has no board's image, runs as it is and says why it is not counted") {
  const Folder folder;
  const auto collector = around_collector_qemu();
  for (const auto& argv :
       {std::vector<std::string>{"./worker"}, std::vector<std::string>{"./worker", "-kernel"},
        std::vector<std::string>{"qemu", "-kernel", folder.file("text", "no image")}}) {
    CHECK(collector->wrap({argv, {}, {}}, folder.path.string()).argv == argv);
    for (const auto& reading : collector->read(folder.path.string(), 1)) {
      CHECK(reading.state == ReadingState::not_counted);
      CHECK_THAT(reading.reason, Catch::Contains(argv.size() == 3 ? "no board's image" : "no -kernel IMAGE"));
    }
  }
  CHECK_THROWS_AS(collector->open({"cycles"}), Error);
}

TEST_CASE("Instructions have the class of what they do, in the bytes that the assembler makes of them") {
  using qemu::Class;
  using qemu::Guest;
  struct Row {
    Class expected;
    std::uint32_t bytes;
    std::size_t size;
    const char* text;
  };
  const auto check = [](Guest guest, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
      INFO(row.text);
      CHECK(qemu::classify(guest, row.bytes, row.size) == row.expected);
    }
  };
  // clang-format off
  check(Guest::thumb, {
      {Class::branch, 0x4770, 2, "bx lr"},
      {Class::branch, 0xbd10, 2, "pop {r4, pc}"},
      {Class::branch, 0xfb04f85d, 4, "ldr.w pc, [sp], #4"},
      {Class::branch, 0x8010e8bd, 4, "ldmia.w sp!, {r4, pc}"},
      {Class::branch, 0xf000e8df, 4, "tbb [pc, r0]"},
      {Class::branch, 0xb100, 2, "cbz r0, label"},
      {Class::branch, 0xc003f00f, 4, "le lr, label"},
      {Class::branch, 0xfffcf7ff, 4, "bl label"},
      {Class::branch, 0x449f, 2, "add pc, r3"},
      {Class::memory, 0x6848, 2, "ldr r0, [r1, #4]"},
      {Class::memory, 0xb510, 2, "push {r4, lr}"},
      {Class::memory, 0x0100e9d2, 4, "ldrd r0, r1, [r2]"},
      {Class::memory, 0x0f00e851, 4, "ldrex r0, [r1]"},
      {Class::memory, 0x0a00ed90, 4, "vldr s0, [r0]"},
      {Class::memory, 0x1f00ed90, 4, "vldrw.u32 q0, [r0]"},
      {Class::memory, 0x3e00ed82, 4, "vstrb.8 q1, [r2]"},
      {Class::memory, 0x0e88fcb1, 4, "vldrb.u16 q0, [r1], #8"},
      {Class::memory, 0x0f02fc91, 4, "vldrb.u32 q0, [r1, q1]"},
      {Class::memory, 0x1e00fc92, 4, "vld20.8 {q0, q1}, [r2]"},
      {Class::simd, 0x0f22eef0, 4, "vmladava.s8 r0, q0, q1"},
      {Class::simd, 0x0e02ee80, 4, "vmlaldav.s16 r0, r1, q0, q1"},
      {Class::simd, 0x0f40ee23, 4, "vadd.i32 q0, q1, r0"},
      {Class::simd, 0x0b10ee30, 4, "vmov.32 r0, q0[1]"},
      {Class::simd, 0x0f00ec11, 4, "vmov q0[2], q0[0], r0, r1"},
      {Class::simd, 0x1b10eea0, 4, "vdup.32 q0, r1"},
      {Class::simd, 0x0f04fe02, 4, "vcadd.i8 q0, q1, q2, #90"},
      {Class::simd, 0xf002fa91, 4, "sadd16 r0, r1, r2"},
      {Class::simd, 0xf081fa2f, 4, "sxtb16 r0, r1"},
      {Class::simd, 0xf002fb71, 4, "usad8 r0, r1, r2"},
      {Class::floating, 0x0a81ee30, 4, "vadd.f32 s0, s1, s2"},
      {Class::floating, 0x0b02eea1, 4, "vfma.f64 d0, d1, d2"},
      {Class::floating, 0x0a10ee10, 4, "vmov r0, s0"},
      {Class::floating, 0x0b10ec51, 4, "vmov r0, r1, d0"},
      {Class::floating, 0xfa10eef1, 4, "vmrs APSR_nzcv, fpscr"},
      {Class::multiply, 0x4348, 2, "muls r0, r1, r0"},
      {Class::multiply, 0x3002fb01, 4, "mla r0, r1, r2, r3"},
      {Class::multiply, 0x3002fb21, 4, "smlad r0, r1, r2, r3"},
      {Class::multiply, 0x0103fb82, 4, "smull r0, r1, r2, r3"},
      {Class::multiply, 0xf012fb51, 4, "smmulr r0, r1, r2"},
      {Class::other, 0xf0f2fb91, 4, "sdiv r0, r1, r2"},
      {Class::other, 0xf0f2fbb1, 4, "udiv r0, r1, r2"},
      {Class::other, 0x1888, 2, "adds r0, r1, r2"},
      {Class::other, 0x46d2, 2, "mov r10, r10"},
      {Class::other, 0xbf08, 2, "it eq"},
      {Class::other, 0x4608, 2, "moveq r0, r1"},
      {Class::other, 0xe001f040, 4, "dls lr, r0"},
      {Class::other, 0x0003e89f, 4, "clrm {r0, r1}"},
      {Class::other, 0xe801f020, 4, "vctp.32 r0"},
      {Class::other, 0x8f4ff3bf, 4, "dsb"},
      {Class::other, 0x8002ea51, 4, "csel r0, r1, r2, eq"},
  });
  // clang-format on
  // clang-format off
  check(Guest::aarch64, {
      {Class::branch, 0x14000000, 4, "b label"},
      {Class::branch, 0xd65f03c0, 4, "ret"},
      {Class::branch, 0xb4000000, 4, "cbz x0, label"},
      {Class::branch, 0x37180000, 4, "tbnz w0, #3, label"},
      {Class::memory, 0xf9400020, 4, "ldr x0, [x1]"},
      {Class::memory, 0xa8c107e0, 4, "ldp x0, x1, [sp], #16"},
      {Class::memory, 0x4c407000, 4, "ld1 {v0.16b}, [x0]"},
      {Class::memory, 0x3dc00020, 4, "ldr q0, [x1]"},
      {Class::memory, 0xa400a000, 4, "ld1b {z0.b}, p0/z, [x0]"},
      {Class::memory, 0xe540e000, 4, "st1w {z0.s}, p0, [x0]"},
      {Class::memory, 0xf8200041, 4, "ldadd x0, x1, [x2]"},
      {Class::memory, 0xf9800000, 4, "prfm pldl1keep, [x0]"},
      {Class::simd, 0x4ea28420, 4, "add v0.4s, v1.4s, v2.4s"},
      {Class::simd, 0x4e829420, 4, "sdot v0.4s, v1.16b, v2.16b"},
      {Class::simd, 0x4e82a420, 4, "smmla v0.4s, v1.16b, v2.16b"},
      {Class::simd, 0x4fa21020, 4, "fmla v0.4s, v1.4s, v2.s[1]"},
      {Class::simd, 0x0e073c00, 4, "umov w0, v0.b[3]"},
      {Class::simd, 0x4e010c20, 4, "dup v0.16b, w1"},
      {Class::simd, 0x44820020, 4, "sdot z0.s, z1.b, z2.b"},
      {Class::simd, 0x65a20020, 4, "fmla z0.s, p0/m, z1.s, z2.s"},
      {Class::simd, 0x2518e3e0, 4, "ptrue p0.b"},
      {Class::simd, 0x25a11c00, 4, "whilelo p0.s, x0, x1"},
      {Class::simd, 0x0420e3e0, 4, "cntb x0"},
      {Class::floating, 0x1e222820, 4, "fadd s0, s1, s2"},
      {Class::floating, 0x1f420c20, 4, "fmadd d0, d1, d2, d3"},
      {Class::floating, 0x9e660000, 4, "fmov x0, d0"},
      {Class::floating, 0x1e220000, 4, "scvtf s0, w0"},
      {Class::floating, 0x1e202008, 4, "fcmp s0, #0.0"},
      {Class::multiply, 0x9b027c20, 4, "mul x0, x1, x2"},
      {Class::multiply, 0x1b020c20, 4, "madd w0, w1, w2, w3"},
      {Class::multiply, 0x9b227c20, 4, "smull x0, w1, w2"},
      {Class::multiply, 0x9bc27c20, 4, "umulh x0, x1, x2"},
      {Class::other, 0x9ac20c20, 4, "sdiv x0, x1, x2"},
      {Class::other, 0x8b020020, 4, "add x0, x1, x2"},
      {Class::other, 0xaa0a03ea, 4, "mov x10, x10"},
      {Class::other, 0x9a820020, 4, "csel x0, x1, x2, eq"},
      {Class::other, 0xd4000001, 4, "svc #0"},
      {Class::other, 0xd53bd040, 4, "mrs x0, tpidr_el0"},
      {Class::other, 0xd503201f, 4, "nop"},
  });
  // clang-format on
  // clang-format off
  check(Guest::riscv64, {
      {Class::branch, 0xa001, 2, "c.j ."},
      {Class::branch, 0xc101, 2, "c.beqz a0, label"},
      {Class::branch, 0x8082, 2, "c.jr ra"},
      {Class::branch, 0x9502, 2, "c.jalr a0"},
      {Class::memory, 0x4188, 2, "c.lw a0, 0(a1)"},
      {Class::memory, 0xe42a, 2, "c.sdsp a0, 8(sp)"},
      {Class::memory, 0x2188, 2, "c.fld fa0, 0(a1)"},
      {Class::other, 0x2505, 2, "c.addiw a0, 1"},
      {Class::other, 0x852e, 2, "c.mv a0, a1"},
      {Class::other, 0x4505, 2, "c.li a0, 1"},
      {Class::other, 0x9002, 2, "c.ebreak"},
      {Class::branch, 0x00b50063, 4, "beq a0, a1, label"},
      {Class::branch, 0x000000ef, 4, "jal ra, label"},
      {Class::branch, 0x000500e7, 4, "jalr ra, 0(a0)"},
      {Class::memory, 0x0005a503, 4, "lw a0, 0(a1)"},
      {Class::memory, 0x00a5b423, 4, "sd a0, 8(a1)"},
      {Class::memory, 0x0005b507, 4, "fld fa0, 0(a1)"},
      {Class::memory, 0x02050007, 4, "vle8.v v0, (a0)"},
      {Class::memory, 0x02056027, 4, "vse32.v v0, (a0)"},
      {Class::memory, 0x00b6252f, 4, "amoadd.w a0, a1, (a2)"},
      {Class::simd, 0x02110057, 4, "vadd.vv v0, v1, v2"},
      {Class::simd, 0xf6456057, 4, "vwmacc.vx v0, a0, v4"},
      {Class::simd, 0x0c05f557, 4, "vsetvli a0, a1, e8, m1, ta, ma"},
      {Class::floating, 0x00c5f553, 4, "fadd.s fa0, fa1, fa2"},
      {Class::floating, 0x6ac5f543, 4, "fmadd.d fa0, fa1, fa2, fa3"},
      {Class::floating, 0xe0050553, 4, "fmv.x.w a0, fa0"},
      {Class::multiply, 0x02c58533, 4, "mul a0, a1, a2"},
      {Class::multiply, 0x02c5b533, 4, "mulhu a0, a1, a2"},
      {Class::multiply, 0x02c5853b, 4, "mulw a0, a1, a2"},
      {Class::other, 0x02c5c533, 4, "div a0, a1, a2"},
      {Class::other, 0x02c5f53b, 4, "remuw a0, a1, a2"},
      {Class::other, 0x00c58533, 4, "add a0, a1, a2"},
      {Class::other, 0x5a102013, 4, "slti x0, x0, 0x5a1"},
      {Class::other, 0x00000073, 4, "ecall"},
      {Class::other, 0x0ff0000f, 4, "fence"},
      {Class::other, 0x00005537, 4, "lui a0, 5"},
  });
  // clang-format on
  check(Guest::riscv32, {{Class::branch, 0x2505, 2, "c.jal, which is c.addiw of 64 bits"}});
  // The upper half of a word is another instruction, where this one has 16 bits.
  CHECK(qemu::classify(Guest::thumb, 0xb510'4770, 2) == Class::branch);
}
