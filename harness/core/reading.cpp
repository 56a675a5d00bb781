// SPDX-License-Identifier: Apache-2.0
#include "harness/core/reading.h"

#include "harness/core/error.h"

namespace assay {

std::string to_string(ReadingState state) {
  switch (state) {
    case ReadingState::ok:
      return "ok";
    case ReadingState::scaled:
      return "scaled";
    case ReadingState::not_counted:
      return "not_counted";
    case ReadingState::denied:
      return "denied";
    case ReadingState::unsupported:
      return "unsupported";
  }
  return "unsupported";
}

ReadingState parse_reading_state(const std::string& text) {
  for (const auto state : {ReadingState::ok, ReadingState::scaled, ReadingState::not_counted,
                           ReadingState::denied, ReadingState::unsupported}) {
    if (to_string(state) == text) return state;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is not a reading's state",
              "one of ok, scaled, not_counted, denied, unsupported");
}

}  // namespace assay
