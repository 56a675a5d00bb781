// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cuda/cuda.h"
#include "harness/backends/nvml/throttle_watch.h"
#include "harness/core/timer.h"

namespace assay::cuda {

/// One device, a stream on it, and its clock (events). An instance makes it first, before its buffers: it
/// chooses the device for the calling thread. Order: constructor, on_submit(), then submit(), wait() and the
/// Timer's calls at will, all on one thread.
class Queue final : public Timer {
 public:
  /// `device`: "cuda:0". The host spins while it waits, so that the time of waking up is not part of a
  /// sample. \throws Error{unavailable} with the remedy when there is no such device.
  explicit Queue(const std::string& device);
  ~Queue() override;
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  cudaStream_t stream() const { return stream_; }
  int multiprocessors() const { return multiprocessors_; }
  int capability() const { return capability_; }  ///< 90: compute capability 9.0

  /// How one call is submitted: enqueues on stream() and returns. `operations`: launches and copies of one
  /// call, at most. Where that is 0 (a call waits for the device itself, as a copy of pageable memory does)
  /// nothing is queued beforehand, and time() includes what the host needs. Of more than a stream takes, what
  /// it takes is queued beforehand; the rest while that runs, before which submit should call goes_on().
  void on_submit(std::function<void()> submit, int operations = 2);

  /// Within submit, before each further launch: while a reading is taken, it is counted how often the device
  /// was through with all before a launch when that returned, so that it waited for the host, or nearly did
  /// (track `device.waited`: times in a call).
  void goes_on() {
    if (in_reading_) mark();
  }

  /// One call: submits it and waits. \throws Error{worker} for whatever went wrong on the device.
  void call() {
    submit_();
    wait();
  }
  void wait() { check(cudaStreamSynchronize(stream_), "run on the device"); }

  /// A call's time by the device's clock: median of five hot readings, kept in no track. For who chooses
  /// among ways to compute before anything is measured.
  double trial_ns();

  const Device& device() const override { return device_; }
  /// Reads through three times the L2 cache: what stays there is clean, so that nothing is written back
  /// later.
  void evict() override;
  /// Adds at times to the track `time.end_to_end`, too: that of a call by the host's clock with all inputs
  /// brought from the host's (pageable) memory, and the results fetched as output() did.
  void time(bool cold) override;
  std::vector<Track> take_tracks() override;

 private:
  double elapsed_ns(int calls);
  int hot_calls();
  void mark();
  void look_back();
  void take_end_to_end();

  Device device_;
  int multiprocessors_ = 0;
  int capability_ = 0;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr;
  cudaEvent_t end_ = nullptr;
  Pinned<int> gate_;  ///< [0]: open; [1]: it was not opened in time
  enum class Held { not_at_all, in_part, whole };
  Held held_ = Held::whole;  ///< a call, by the gate
  bool in_reading_ = false;
  cudaEvent_t before_ = nullptr;  ///< behind all that came before the last launch
  int waits_ = -1;                ///< of the reading; -1: the call does not tell (goes_on)
  Buffer<unsigned> walk_;
  std::size_t l2_bytes_ = 0;
  std::function<void()> submit_;
  int most_calls_ = 1;
  int calls_ = 0;  ///< calls of a hot reading; 0: not chosen yet
  Track track_;
  Track waited_;
  std::unique_ptr<nvml::ThrottleWatch> watch_;
  EndToEndPace pace_;
  std::vector<std::vector<char>> inputs_;  ///< the host's copy of transfers().in()
  int inputs_version_ = -1;
  std::vector<std::vector<char>> results_;
  Track end_to_end_;
};

}  // namespace assay::cuda
