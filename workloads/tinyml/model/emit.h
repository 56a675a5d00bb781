// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "workloads/tinyml/model/tflite.h"

namespace assay::tinyml {

/// The model as C11 tables: what compiled.h declares, for whoever compiles it beside compiled.c. `file` is
/// what the model was read from, `key` the 12 hex digits that name it in a case.
std::string emit_tables(const Model& model, std::span<const std::byte> file, const std::string& key);

}  // namespace assay::tinyml
