// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <streambuf>
#include <vector>

namespace assay::worker::os {

/// Takes standard output for the protocol: returns a copy of its descriptor (not inherited by children) and
/// points descriptor 1 to standard error, so that what a library prints cannot break a reply. \throws
/// Error{io}.
int take_standard_output();

/// A buffered stream over a descriptor that it owns. Write errors set the stream's badbit.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);
  ~DescriptorBuffer() override;
  DescriptorBuffer(const DescriptorBuffer&) = delete;
  DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  bool flush();

  int descriptor_;
  std::vector<char> data_;  ///< not in the object: a stack may be smaller
};

}  // namespace assay::worker::os
