// SPDX-License-Identifier: Apache-2.0
#include "harness/store/sample_codec.h"
#include "tests/self/cases.h"

namespace assay {

Workload workload_self_codec();

Workload workload_self_codec() {
  return self::round_trip("self.codec", "n samples as the bytes that the store keeps, and back", 10'000,
                          [](const Samples& samples) {
                            return store_codec::decode_samples(store_codec::encode_samples(samples),
                                                               samples.size());
                          });
}

}  // namespace assay
