// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

namespace assay::groupby {

namespace {

/// What a query's definition says of itself.
struct Words {
  std::string number, select, columns, operations, bytes;
  std::int64_t xs_rows;  ///< with table and result they fit 8 KiB
};

const Words& words_of(Query query) {
  static const std::string measures = "v1 in 1..5, v2 in 1..15, v3 in [0, 100) with 6 decimals. ";
  static const Words q1{
      "1",
      "select id1, sum(v1) group by id1",
      "id1 in 1..100, v1 in 1..5. ",
      "rows (one addition)",
      "8 * rows (key and v1: 4 each; 12 where the key is i64) + 16 * groups (key and sum: 8 each)",
      200};
  static const std::string all_bytes =
      "20 * rows (key, v1, v2: 4 each, v3: 8; 24 where the key is i64) + 32 * groups (key and ";
  static const Words q4{"4",
                        "select id4, avg(v1), avg(v2), avg(v3) group by id4",
                        "id4 in 1..100, " + measures + "A mean is the exact sum by the count, in f64. ",
                        "4 * rows (three sums and a count) + 3 * groups (divisions)",
                        all_bytes + "means: 8 each)",
                        64};
  static const Words q5{"5",
                        "select id6, sum(v1), sum(v2), sum(v3) group by id6",
                        "id6 in 1..max(1, rows / 100), " + measures,
                        "3 * rows (three additions)",
                        all_bytes + "sums: 8 each)",
                        200};
  return query == Query::q1 ? q1 : query == Query::q4 ? q4 : q5;
}

}  // namespace

Workload make_workload(Query query) {
  const Words& words = words_of(query);
  Definition d;
  d.name = "dataframe.groupby_q" + words.number;
  d.doc =
      words.select + ": query " + words.number +
      " of db-benchmark (h2oai), over seeded columns of its G1 table with K = 100: " + words.columns +
      "The result, one row for each key in ascending order of the key, is built cold in every call, its "
      "ordering "
      "included. Encoding the columns is not timed: v1 and v2 are i32, v3 is i64 millionths (exact sums in "
      "any "
      "order), a key is i32 less its minimum where the keys' range is at most 4 x rows or 65,536, else i64.";
  d.parameters = {dataframe::rows_parameter()};
  d.presets = dataframe::rows_presets(words.xs_rows);
  d.inputs = {dataframe::key_role(), dataframe::int32_role("v1", "summed")};
  if (reads_all(query)) {
    d.inputs.push_back(dataframe::int32_role("v2", "summed"));
    d.inputs.push_back(dataframe::micro_role());
  }
  d.unit_of_work = "rows";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = words.operations;
  d.bytes_formula = words.bytes;
  return {d, {reference(query), simd(query)}};
}

}  // namespace assay::groupby
