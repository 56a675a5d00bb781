// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/core/error.h"
#include "harness/protocol/messages.h"

/// The form of the messages on the wire (harness/protocol/README.md), as pure functions used by both ends.
/// Whatever comes in is checked in every field: \throws Error{protocol} whose message begins with the path of
/// the field.
namespace assay::protocol {

inline constexpr std::int64_t max_samples = 1'000'000;      ///< of one measure, in lines
inline constexpr std::int64_t max_file_samples = 1 << 24;   ///< of one measure, in a file
inline constexpr std::size_t max_track_values = 4'000'000;  ///< of one measure, over all tracks
inline constexpr std::size_t max_slice_bytes = 512 * 1024;  ///< base64 characters of one tensor on one line
inline constexpr std::size_t max_tensor_bytes = std::size_t{1} << 34;  ///< described by dtype and shape
inline constexpr std::size_t max_inline_bytes = std::size_t{1} << 28;  ///< of one verify, sent as base64
inline constexpr std::size_t max_reply_lines = 200'000;

struct HelloRequest {
  int min = version_min;
  int max = version_max;
  std::string workload;  ///< the only one that need be described; empty: everything
};
struct VerifyRequest {
  bool values = false;  ///< integers, too, are wanted as values
};
struct ByeRequest {};
struct UnknownRequest {
  std::string op;
};

struct Request {
  std::int64_t id = 0;  ///< 1 and up
  std::variant<HelloRequest, PrepareRequest, VerifyRequest, MeasureRequest, ByeRequest, UnknownRequest> body;
};

std::string encode(const Request& request);
Request decode_request(std::string_view line);

/// The id of a request that could not be decoded, for the reply that says so; 0 when it cannot be read.
std::int64_t request_id(std::string_view line) noexcept;

/// Takes one line of a reply (no newline). A reply is one line or several, all but the last with "more":
/// true.
using Sink = std::function<void(std::string_view)>;

void encode_reply(std::int64_t id, const Hello& hello, const Sink& sink);
void encode_reply(std::int64_t id, const Prepared& prepared, const Sink& sink);
void encode_reply(std::int64_t id, const std::vector<OutputReply>& outputs, const Sink& sink);
void encode_reply(std::int64_t id, const Measured& measured, const Sink& sink);
std::string encode_done(std::int64_t id);  ///< the answer to bye
std::string encode_error(std::int64_t id, const std::string& code, const std::string& message,
                         const std::string& remedy);

/// What is known of a reply of several lines while they arrive.
struct Progress {
  std::int64_t id = 0;     ///< of the request that is being answered
  std::size_t lines = 0;   ///< so far
  std::size_t values = 0;  ///< track values, or bytes of tensors, so far
};

/// Adds one line to what the lines before it said; call until it returns false. \throws Error{protocol} when
/// the line, or on the last line the whole, is not what the protocol allows; Error{unavailable} when the
/// worker answered the error `unavailable` or `unsupported`, Error{protocol} for its `protocol`,
/// Error{worker} for any other: message and remedy are the worker's, made printable.
bool decode_reply(std::string_view line, Progress& progress, Hello& into);
bool decode_reply(std::string_view line, Progress& progress, Prepared& into);
bool decode_reply(std::string_view line, Progress& progress, std::vector<OutputReply>& into);
bool decode_reply(std::string_view line, Progress& progress, Measured& into);
bool decode_done(std::string_view line, Progress& progress);

/// Appends times to `into`. `where` begins the message. \throws Error{false_times} when one is out of order
/// or not in [0, 2^62], Error{protocol} when their numbers differ.
void append_samples(const Samples& part, const std::string& where, Samples& into);

/// Is the reply what was asked for? (samples, batch, schedule) \throws Error{protocol}, Error{false_times}
/// when a sample starts before it is due.
void check_answers(const MeasureRequest& request, const Measured& measured);

/// A worker's own tracks: none under a name that Assay computes itself (`time.wall`, `throughput.*`, ...), no
/// unit but ns for `time.*`, no negative ns, and each in one unit throughout: `units`, by metric, is what
/// earlier requests said, and grows. \throws Error{protocol}.
void check_tracks(const std::vector<Track>& tracks, std::map<std::string, std::string>& units);

}  // namespace assay::protocol
