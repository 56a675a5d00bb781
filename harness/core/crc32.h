// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay {

/// The same function as assay_crc32 of harness/agent/digest.h, eight bytes at a time for large results (held
/// to it by tests/unit/core).
std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t bytes);

}  // namespace assay
