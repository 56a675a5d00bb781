// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay::vision {

namespace {

class Reference final : public LetterboxInstance {
 public:
  using LetterboxInstance::LetterboxInstance;

  void call() override {
    std::fill(result_.begin(), result_.end(), static_cast<float>(pad_level / 255.0));
    for (int plane = 0; plane < 3; ++plane) {
      const int channel = 2 - plane;
      for (int y = 0; y < problem_.placement.height; ++y) {
        const Tap& row = problem_.rows[static_cast<std::size_t>(y)];
        float* out = out_row(plane, problem_.placement.top + y) + problem_.placement.left;
        for (const Tap& column : problem_.columns) {
          const auto across = [&](const std::uint8_t* line) {
            return line[column.first * 3 + channel] * (weight_one - column.weight) +
                   line[column.second * 3 + channel] * column.weight;
          };
          const int sum = across(problem_.source.row(row.first)) * (weight_one - row.weight) +
                          across(problem_.source.row(row.second)) * row.weight;
          *out++ = static_cast<float>(sum / (4194304.0 * 255.0));
        }
      }
    }
  }
};

}  // namespace

Implementation letterbox_reference() {
  Implementation i;
  i.name = "reference";
  i.accuracy = "float";
  i.doc = "the definition, written out in doubles; one thread";
  i.make = [](const Preparation& preparation) { return std::make_unique<Reference>(preparation); };
  return i;
}

}  // namespace assay::vision
