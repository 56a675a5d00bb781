// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/columns/columns.h"
#include "workloads/dataframe/filter_sum/filter_sum.h"

namespace assay {

Workload workload_dataframe_filter_sum();

Workload workload_dataframe_filter_sum() {
  Definition d;
  d.name = "dataframe.filter_sum";
  d.doc =
      "select sum(v3) where v1 < 3 and v2 < 8, over three columns in memory: v1 and v2 as i32, v3 as i64 "
      "millionths. "
      "Seeded columns are those of db-benchmark's G1 table (v1 in 1..5, v2 in 1..15, v3 in [0, 100) with 6 "
      "decimals), "
      "so 18.7 % of the rows qualify. The result is i64 millionths, exact in any order.";
  d.parameters = {dataframe::rows_parameter(),
                  {"v1_below", Value{std::int64_t{3}}, "rows qualify whose v1 is below this", {}},
                  {"v2_below", Value{std::int64_t{8}}, "and whose v2 is below this", {}}};
  d.presets = dataframe::rows_presets(200);
  d.inputs = {dataframe::int32_role("v1", "compared with v1_below"),
              dataframe::int32_role("v2", "compared with v2_below"), dataframe::micro_role()};
  d.unit_of_work = "rows";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "3 * rows (two comparisons, one addition)";
  d.bytes_formula = "16 * rows (v1 and v2: 4 each, v3: 8, counted whole however few rows qualify)";
  return {d, {filter_sum::reference(), filter_sum::simd()}};
}

}  // namespace assay
