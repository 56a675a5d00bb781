// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/mem/mem.h"

namespace assay {

namespace {

Preset preset(const char* name, std::int64_t bytes) { return {name, {{"bytes", bytes}}}; }

}  // namespace

Workload workload_roof_mem();

Workload workload_roof_mem() {
  Definition d;
  d.name = "roof.mem";
  d.doc =
      "Memory bandwidth of one level of the hierarchy, over f32 arrays that all threads share. kind: load "
      "sums the bit "
      "patterns of one array; copy is a[i] = b[i]; triad is a[i] = b[i] + 3 c[i]; triad_nt the same with "
      "non-temporal "
      "stores; fill is a[i] = 3. The result is the sum (load) or the CRC-32 of the array written, so nothing "
      "can be "
      "left out unseen. Bytes are counted as in STREAM (J. McCalpin): what the loop names, without the read "
      "that an "
      "ordinary store causes (true traffic of triad without NT is 16 N).";
  const std::int64_t large = std::int64_t{256} << 20;
  d.parameters = {{"kind",
                   Value{std::string("load")},
                   "what the loop does",
                   {Value{std::string("load")}, Value{std::string("copy")}, Value{std::string("triad")},
                    Value{std::string("triad_nt")}, Value{std::string("fill")}}},
                  {"bytes",
                   Value{large},
                   "all arrays together, in bytes; at least 4 x the last-level cache to reach memory",
                   {}}};
  d.presets = {preset("xs", 6144),    preset("l1", 16 << 10), preset("l2", 512 << 10),
               preset("l3", 8 << 20), preset("dram", large),  preset("dram_1g", std::int64_t{1} << 30)};
  d.unit_of_work = "bytes";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula =
      "load: N, triad and triad_nt: 2 N, copy and fill: 0; N = floor(bytes / (4 * arrays)), "
      "arrays = 1 for load and fill, 2 for copy, 3 for triad and triad_nt";
  d.bytes_formula = "load and fill: 4 N, copy: 8 N, triad and triad_nt: 12 N";
  return {d, {roof_mem::reference(), roof_mem::simd()}};
}

}  // namespace assay
