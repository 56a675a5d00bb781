// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/os/streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "harness/core/error.h"

namespace assay::worker::os {

int take_standard_output() {
  const int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (copy < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    throw Error(ErrorCode::io,
                std::string("standard output or standard error is closed: ") + std::strerror(errno),
                "start the worker with all three standard streams open");
  }
  return copy;
}

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_(descriptor), data_(std::size_t{1} << 16) {
  setp(data_.data(), data_.data() + data_.size());
}

DescriptorBuffer::~DescriptorBuffer() {
  flush();
  close(descriptor_);
}

bool DescriptorBuffer::flush() {
  const char* at = pbase();
  while (at < pptr()) {
    const ssize_t written = write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
  }
  setp(data_.data(), data_.data() + data_.size());
  return true;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
  if (!flush()) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(c);
    pbump(1);
  }
  return traits_type::not_eof(c);
}

int DescriptorBuffer::sync() { return flush() ? 0 : -1; }

}  // namespace assay::worker::os
