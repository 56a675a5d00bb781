// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/tensor.h"
#include "harness/core/workload.h"
#include "harness/protocol/messages.h"

namespace assay::protocol {

/// A result to verify, or what is expected of it: integers by digest alone, reals by value.
struct Output {
  std::string name;
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;
  std::string digest;  ///< of integers
  Tensor values;       ///< of reals; or of integers where the accuracy class allows a distance
};

struct Agreement {
  bool agrees = false;
  double measure = 0;   ///< the largest value of the tolerance's rule over all outputs; 0 for exact equality
  std::string finding;  ///< "output 'y' differs at [17]: 3.5, expected 3.25 (rel_l2 0.002 > 1e-05)"
};

/// A reply to `verify` as values: files are read, from inside of `folder` alone, digests taken where the
/// worker sent bytes. \throws Error{protocol} for a file that is not what the reply says.
std::vector<Output> to_outputs(const std::vector<OutputReply>& replies, const std::string& folder);

/// Compares a result with the expected one by the tolerance of the implementation's accuracy class. Names,
/// types and shapes must be equal in any class; NaN agrees only with NaN. Pure.
Agreement agree(const std::vector<Output>& result, const std::vector<Output>& expected,
                const Tolerance& tolerance);

/// The tolerance for a class. \throws Error{protocol} when the definition has none.
const Tolerance& tolerance_for(const Definition& definition, const std::string& accuracy);

}  // namespace assay::protocol
