// SPDX-License-Identifier: Apache-2.0
#include <opencv2/imgproc.hpp>
#include <vector>

#include "workloads/vision/letterbox_f32/letterbox.h"
#include "workloads/vision/opencv_threads.h"

namespace assay {

namespace {

/// The steps as people write them: resize, copyMakeBorder, then what cv::dnn::blobFromImage does (convert to
/// f32 with the factor, split into planes with red and blue swapped). No step allocates: every Mat is there
/// beforehand.
class OpenCv final : public vision::LetterboxInstance {
 public:
  explicit OpenCv(const Preparation& preparation)
      : LetterboxInstance(preparation),
        from_(problem_.source.height, problem_.source.width, CV_8UC3, problem_.source.pixels.data()),
        scaled_(problem_.placement.height, problem_.placement.width, CV_8UC3),
        bordered_(problem_.out_height, problem_.out_width, CV_8UC3),
        real_(problem_.out_height, problem_.out_width, CV_32FC3) {
    for (const int plane : {2, 1, 0})
      planes_.emplace_back(problem_.out_height, problem_.out_width, CV_32FC1, out_row(plane, 0));
    vision::use_pool_cpus(pool_);
  }

  void call() override {
    cv::resize(from_, scaled_, scaled_.size(), 0, 0, cv::INTER_LINEAR);
    const int right = problem_.out_width - problem_.placement.left - problem_.placement.width;
    const int bottom = problem_.out_height - problem_.placement.top - problem_.placement.height;
    cv::copyMakeBorder(scaled_, bordered_, problem_.placement.top, bottom, problem_.placement.left, right,
                       cv::BORDER_CONSTANT, cv::Scalar::all(vision::pad_level));
    bordered_.convertTo(real_, CV_32F, 1.0 / 255);
    cv::split(real_, planes_);
  }

  std::size_t resident_bytes() const override {
    const auto bytes = [](const cv::Mat& m) { return m.total() * m.elemSize(); };
    return LetterboxInstance::resident_bytes() + bytes(scaled_) + bytes(bordered_) + bytes(real_);
  }
  std::string isa() const override { return "opencv"; }

 private:
  cv::Mat from_;
  cv::Mat scaled_;
  cv::Mat bordered_;
  cv::Mat real_;
  std::vector<cv::Mat> planes_;  ///< blue, green, red: views of the result
};

}  // namespace

Implementation implementation_vision_letterbox_f32_opencv() {
  Implementation i;
  i.name = "opencv";
  i.accuracy = "library";
  i.doc = "unfused: cv::resize, copyMakeBorder, convertTo, split";
  i.make = [](const Preparation& preparation) { return std::make_unique<OpenCv>(preparation); };
  return i;
}

}  // namespace assay
