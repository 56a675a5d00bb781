// SPDX-License-Identifier: Apache-2.0
#include <opencv2/imgproc.hpp>

#include "workloads/vision/opencv_threads.h"
#include "workloads/vision/resize/resize.h"

namespace assay {

namespace {

class OpenCv final : public vision::ResizeInstance {
 public:
  explicit OpenCv(const Preparation& preparation)
      : ResizeInstance(preparation),
        from_(problem_.source.height, problem_.source.width, CV_8UC3, problem_.source.pixels.data()),
        to_(problem_.out_height, problem_.out_width, CV_8UC3, result_.data()) {
    vision::use_pool_cpus(pool_);
  }

  void call() override { cv::resize(from_, to_, to_.size(), 0, 0, cv::INTER_LINEAR); }
  std::string isa() const override { return "opencv"; }

 private:
  cv::Mat from_;
  cv::Mat to_;
};

}  // namespace

Implementation implementation_vision_resize_opencv() {
  Implementation i;
  i.name = "opencv";
  i.accuracy = "library";
  i.doc = "cv::resize, INTER_LINEAR";
  i.make = [](const Preparation& preparation) { return std::make_unique<OpenCv>(preparation); };
  return i;
}

}  // namespace assay
