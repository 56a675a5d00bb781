// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/tensor.h"

namespace assay::inputs {

/// The cells of one column as text, until the last row says what type it is.
class Column {
 public:
  void add(std::string_view cell) {
    text_.append(cell);
    ends_.push_back(text_.size());
  }
  std::size_t rows() const { return ends_.size(); }
  std::size_t bytes() const { return text_.size() + ends_.size() * sizeof(ends_[0]); }
  std::string_view cell(std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(text_).substr(begin, ends_[row] - begin);
  }

  /// Looks at all cells. Afterwards: dtype() (i64, f64, or i32 for text) and is_missing().
  void decide();
  DType dtype() const { return dtype_; }
  bool is_missing(std::size_t row) const;

  /// The values of the rows kept, as a tensor of that name. `distinct` is set to the number of texts (0 for
  /// numbers).
  Tensor values(const std::string& name, const std::vector<bool>& dropped, std::size_t& distinct) const;

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
  DType dtype_ = DType::i64;
};

}  // namespace assay::inputs
