// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

namespace assay::groupby {

Workload make_workload(Query query) {
  const bool q1 = query == Query::q1;
  Definition d;
  d.name = q1 ? "dataframe.groupby_q1" : "dataframe.groupby_q5";
  d.doc =
      std::string(q1 ? "select id1, sum(v1) group by id1"
                     : "select id6, sum(v1), sum(v2), sum(v3) group by id6") +
      ": query " + (q1 ? "1" : "5") +
      " of db-benchmark (h2oai), over seeded columns of its G1 table with K = 100: " +
      (q1 ? "id1 in 1..100, v1 in 1..5. "
          : "id6 in 1..max(1, rows / 100), v1 in 1..5, v2 in 1..15, v3 in [0, 100) with 6 decimals. ") +
      "The result, one row for each key in ascending order of the key, is built cold in every call, its "
      "ordering "
      "included. Encoding the columns is not timed: v1 and v2 are i32, v3 is i64 millionths (exact sums in "
      "any "
      "order), a key is i32 less its minimum where the keys' range is at most 4 x rows or 65,536, else i64.";
  d.parameters = {dataframe::rows_parameter()};
  d.presets = dataframe::rows_presets(200);
  d.inputs = {dataframe::key_role(), dataframe::int32_role("v1", "summed")};
  if (!q1) {
    d.inputs.push_back(dataframe::int32_role("v2", "summed"));
    d.inputs.push_back(dataframe::micro_role());
  }
  d.unit_of_work = "rows";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = q1 ? "rows (one addition)" : "3 * rows (three additions)";
  d.bytes_formula =
      q1 ? "8 * rows (key and v1: 4 each; 12 where the key is i64) + 16 * groups (key and sum: 8 each)"
         : "20 * rows (key, v1, v2: 4 each, v3: 8; 24 where the key is i64) + 32 * groups (key and sums: 8 "
           "each)";
  return {d, {reference(query), simd(query)}};
}

}  // namespace assay::groupby
