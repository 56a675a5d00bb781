// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/sample.h"
#include "harness/core/tensor.h"
#include "harness/protocol/messages.h"

/// What is too long for lines travels as .npy files in the folder that both ends see.
namespace assay::protocol {

/// Reads a file that a worker wrote: a regular one inside of `folder` (links are not followed), of this type
/// and shape; no more is allocated than those describe, nor than the file holds. \throws Error{protocol}.
Tensor read_worker_file(const std::string& folder, const std::string& path, DType dtype,
                        const std::vector<std::int64_t>& shape);

/// Sample times as i64[2, n] (start, end), of an open loop i64[3, n] (start, end, scheduled).
/// write_samples() \throws Error{io}; read_samples() appends to `into`, \throws Error{protocol}.
void write_samples(const std::string& path, const Samples& samples);
void read_samples(const std::string& folder, const std::string& path, std::int64_t count, bool scheduled,
                  Samples& into);

/// An open loop's schedule as i64[n]. write_schedule() \throws Error{io}; read_schedule(), the worker's end,
/// \throws Error{protocol} when it is not `count` instants that never go back.
void write_schedule(const std::string& path, const std::vector<std::int64_t>& schedule_ns);
std::vector<std::int64_t> read_schedule(const std::string& path, std::int64_t count);

/// Removes the files of a reply to `verify` that were read: the next reply's must be written anew.
void remove_files(const std::vector<OutputReply>& replies);

}  // namespace assay::protocol
