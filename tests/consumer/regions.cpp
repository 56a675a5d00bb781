// SPDX-License-Identifier: Apache-2.0
#include <assay_regions.h>

#include <thread>
#include <vector>

namespace {

void step(double& total) {
  ASSAY_REGION_SCOPE("step");
  for (int i = 0; i < 10000; ++i) total += i;
}

void solve() {
  ASSAY_REGION_SCOPE("solve");
  double total = 0;
  for (int i = 0; i < 100; ++i) step(total);
}

}  // namespace

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(solve);
  for (auto& thread : threads) thread.join();
}
