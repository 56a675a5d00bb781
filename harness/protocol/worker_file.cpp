// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/worker_file.h"

#include <algorithm>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"

namespace assay::protocol {

namespace fs = std::filesystem;

namespace {

Error refused(
    const std::string& path, const std::string& what,
    const char* remedy = "write a .npy file of the type and shape that were asked for into $TMPDIR") {
  return {ErrorCode::protocol, path + " " + what, remedy};
}

/// The path with every link in it followed but the last; empty when there is no such folder.
fs::path without_links(const std::string& path) {
  std::error_code error;
  const fs::path given(path);
  const fs::path parent = fs::canonical(given.parent_path(), error);
  return error ? fs::path() : parent / given.filename();
}

bool is_inside(const fs::path& path, const std::string& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || path.empty()) return false;
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

std::vector<std::int64_t> row(const Tensor& tensor, std::size_t index, std::size_t count) {
  const auto begin = tensor.view<std::int64_t>().begin() + static_cast<std::ptrdiff_t>(index * count);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

Tensor read_worker_file(const std::string& folder, const std::string& path, DType dtype,
                        const std::vector<std::int64_t>& shape) {
  const fs::path file = without_links(path);
  if (folder.empty())
    throw refused(
        path, "is a file, and this worker shares no folder with Assay",
        "answer `data` where the environment has ASSAY_FILES=none (the protocol's page, section 4)");
  if (!fs::path(path).is_absolute()) throw refused(path, "is not an absolute path");
  std::error_code error;
  if (!is_inside(file, folder)) throw refused(path, "is not inside of the worker's $TMPDIR, " + folder);
  if (!fs::is_regular_file(fs::symlink_status(file, error)))
    throw refused(path, "is not a file, or is not there");
  std::size_t bytes = size_of(dtype);
  for (const auto extent : shape) bytes *= static_cast<std::size_t>(extent);
  const auto size = fs::file_size(file, error);
  if (error) throw refused(path, ": " + error.message());
  try {
    Tensor tensor = read_npy(file.string(), std::min<std::size_t>(bytes, size));
    if (tensor.dtype == dtype && tensor.shape == shape) return tensor;
  } catch (const Error& failure) {
    throw Error(ErrorCode::protocol, failure.what(), failure.remedy);
  }
  throw refused(path, "holds another type or shape than the reply says");
}

void remove_files(const std::vector<OutputReply>& replies) {
  std::error_code ignored;
  for (const auto& reply : replies) {
    if (!reply.path.empty()) fs::remove(reply.path, ignored);
  }
}

void write_samples(const std::string& path, const Samples& samples) {
  const auto count = static_cast<std::int64_t>(samples.size());
  std::vector<std::int64_t> all = samples.start_ns;
  all.insert(all.end(), samples.end_ns.begin(), samples.end_ns.end());
  all.insert(all.end(), samples.scheduled_ns.begin(), samples.scheduled_ns.end());
  const std::int64_t rows = samples.scheduled_ns.empty() ? 2 : 3;
  write_npy(path, Tensor::from<std::int64_t>("samples", {rows, count}, all));
}

void read_samples(const std::string& folder, const std::string& path, std::int64_t count, bool scheduled,
                  Samples& into) {
  const std::int64_t rows = scheduled ? 3 : 2;
  const Tensor tensor = read_worker_file(folder, path, DType::i64, {rows, count});
  const auto n = static_cast<std::size_t>(count);
  Samples part;
  part.start_ns = row(tensor, 0, n);
  part.end_ns = row(tensor, 1, n);
  if (scheduled) part.scheduled_ns = row(tensor, 2, n);
  append_samples(part, path + ": ", into);
}

void write_schedule(const std::string& path, const std::vector<std::int64_t>& schedule_ns) {
  const auto count = static_cast<std::int64_t>(schedule_ns.size());
  write_npy(path, Tensor::from<std::int64_t>("schedule", {count}, schedule_ns));
}

std::vector<std::int64_t> read_schedule(const std::string& path, std::int64_t count) {
  const std::string folder = fs::path(path).parent_path().string();
  const Tensor tensor = read_worker_file(folder, path, DType::i64, {count});
  auto schedule = row(tensor, 0, static_cast<std::size_t>(count));
  const bool in_range = schedule.front() >= 0 && schedule.back() <= max_time_ns;
  if (!in_range || !std::is_sorted(schedule.begin(), schedule.end())) {
    throw refused(path, "goes back, or leaves the range of times");
  }
  return schedule;
}

}  // namespace assay::protocol
