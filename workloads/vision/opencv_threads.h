// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/backends/cpu/pool.h"

namespace assay::vision {

/// Gives OpenCV the threads that the case has: cv::setNumThreads(pool->size()), each of its threads pinned to
/// a CPU of the pool's. Without this, threads that OpenCV starts inherit the pinning of the caller and share
/// one CPU. `pool` null: one thread. Call it in the constructor of an instance, on the thread that will
/// call().
void use_pool_cpus(cpu::Pool* pool);

}  // namespace assay::vision
