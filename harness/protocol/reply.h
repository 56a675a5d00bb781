// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"

namespace assay::protocol {

/// A line that has grown to this gets no further entries.
inline constexpr std::size_t soft_line_bytes = 384 * 1024;

/// Inside of the codec: one line of a reply, its id, `more` and `error` dealt with.
class ReplyLine {
 public:
  /// Counts the line in `progress`. \throws as decode_reply() does.
  ReplyLine(std::string_view text, Progress& progress);
  ~ReplyLine();
  ReplyLine(const ReplyLine&) = delete;
  ReplyLine& operator=(const ReplyLine&) = delete;

  const Field& field() const { return field_; }
  bool more() const { return more_; }

 private:
  std::unique_ptr<const Json> json_;
  Field field_;
  bool more_ = false;
};

/// A device, in hello and in the reply to prepare.
Json to_json(const Device& device);
Device decode_device(const Field& field);

}  // namespace assay::protocol
