// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"
#include "workloads/tinyml/model/tflite.h"

namespace assay::tinyml {

Model read_tflite(std::span<const std::byte>, const std::string& name) {
  throw Error(ErrorCode::unavailable, name + ": this build reads no TensorFlow Lite files",
              "apt-get install libflatbuffers-dev, then configure and build again");
}

}  // namespace assay::tinyml
