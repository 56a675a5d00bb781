// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"

namespace assay {

std::string to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::protocol:
      return "protocol";
    case ErrorCode::false_times:
      return "false_times";
    case ErrorCode::worker:
      return "worker";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::interrupted:
      return "interrupted";
    case ErrorCode::io:
      return "io";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace assay
