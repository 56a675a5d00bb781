// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/sort/sort.h"

namespace assay {

Workload workload_dataframe_sort();

Workload workload_dataframe_sort() {
  Definition d;
  d.name = "dataframe.sort";
  d.doc =
      "select row order by v3, row: the rows' numbers (u32, from 0) in ascending order of the column v3 (i64 "
      "millionths), rows with equal values in the order of the table. Seeded v3 is that of db-benchmark's G1 "
      "table: "
      "[0, 100) with 6 decimals. The column stays as it is. Which bits of it differ is known beforehand, as "
      "a table "
      "knows the least and the largest value of a column.";
  d.parameters = {dataframe::rows_parameter()};
  d.presets = dataframe::rows_presets(400);
  d.inputs = {dataframe::micro_role()};
  d.unit_of_work = "rows";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0 (what is compared, if anything, is up to the implementation)";
  d.bytes_formula = "12 * rows (v3: 8, the row's number: 4)";
  return {d, {sorting::reference()}};
}

}  // namespace assay
