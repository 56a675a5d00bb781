// SPDX-License-Identifier: Apache-2.0
#include "harness/run/eta.h"

#include <algorithm>

namespace assay::run {

void Eta::expect(std::int64_t ordinal) {
  Case& known = cases_[ordinal];
  known_s_ -= known.needs();
  ++known.to_come;
  known_s_ += known.needs();
  if (known.done == 0) ++unknown_;
}

void Eta::took(std::int64_t ordinal, double seconds) {
  Case& known = cases_[ordinal];
  known_s_ -= known.needs();
  if (known.done == 0) unknown_ -= known.to_come;
  --known.to_come;
  ++known.done;
  known.seconds += seconds;
  known_s_ += known.needs();
  all_s_ += seconds;
  ++all_done_;
}

double Eta::seconds() const {
  const double each_s = all_done_ > 0 ? all_s_ / all_done_ : 1.0;
  return std::max(known_s_, 0.0) + each_s * unknown_;  // sums of reals may end just below 0
}

}  // namespace assay::run
