// SPDX-License-Identifier: Apache-2.0
// Preloaded (LD_PRELOAD): the wall clock is set back by an hour whenever it is read. The monotonic clock runs
// on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <time.h>

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec* now) {
  static int (*_Atomic real)(clockid_t, struct timespec*);
  static atomic_long hours;
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec -= 3600 * ++hours;
  return result;
}
