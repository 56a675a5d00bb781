// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/codec.h"
#include "tests/self/cases.h"

namespace assay {

Workload workload_self_protocol();

Workload workload_self_protocol() {
  return self::round_trip("self.protocol", "a measured reply of n samples as lines, and back", 10'000,
                          [](const Samples& samples) {
                            protocol::Measured measured;
                            measured.samples = samples;
                            protocol::Measured back;
                            protocol::Progress progress{.id = 1};
                            protocol::encode_reply(1, measured, [&](std::string_view line) {
                              protocol::decode_reply(line, progress, back);
                            });
                            return back.samples;
                          });
}

}  // namespace assay
