// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/exit_code.h"

#include <algorithm>
#include <array>

#include "harness/run/interrupt.h"

namespace assay::cli {

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::bad_input:
      return exit_usage;
    case ErrorCode::unavailable:
      return exit_unavailable;
    case ErrorCode::protocol:
    case ErrorCode::false_times:
    case ErrorCode::worker:
    case ErrorCode::timeout:
      return exit_no_result;
    case ErrorCode::interrupted:
      return run::interrupt_signal() != 0 ? 128 + run::interrupt_signal() : 130;
    case ErrorCode::io:
    case ErrorCode::internal:
      return exit_internal;
  }
  return exit_internal;
}

int exit_of(const std::vector<ResultRow>& rows) {
  int code = exit_fine;
  for (const auto& row : rows) {
    if (row.status == Status::invalid)  // its result is wrong, or its times are false
      code = worse(code, row.verified == false ? exit_wrong_result : exit_no_result);
    if (row.status == Status::failed || row.status == Status::timeout) code = worse(code, exit_no_result);
  }
  return code;
}

int worse(int a, int b) {
  static constexpr std::array<int, 8> order{4, 2, 5, 3, 6, 7, 1, 0};
  return std::find(order.begin(), order.end(), a) <= std::find(order.begin(), order.end(), b) ? a : b;
}

}  // namespace assay::cli
