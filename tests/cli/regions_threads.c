/* SPDX-License-Identifier: Apache-2.0 */
/* Three measured regions of a program with a second thread, for boards_test: in the first it sleeps; in the
 * second it counts to the number of the command line, in the third to twice that, while the first thread
 * sleeps. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/core/region.h"

static int to_other[2], to_first[2];

static void send(int pipe, long value) {
  if (write(pipe, &value, sizeof value) != sizeof value) abort();
}

static long receive(int pipe) {
  long value = 0;
  if (read(pipe, &value, sizeof value) != sizeof value) abort();
  return value;
}

static void* other(void* unused) {
  for (;;) {
    long left = receive(to_other[0]);
    if (left < 0) return unused;
    for (; left > 0; --left) __asm__ volatile("" : "+r"(left));
    send(to_first[1], 0);
  }
}

static __attribute__((noinline)) void region(long count) {
  ASSAY_REGION_ENTER();
  if (count > 0) {
    send(to_other[1], count);
    receive(to_first[0]);
  }
  ASSAY_REGION_LEAVE();
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 0;
  pthread_t thread;
  if (count <= 0 || pipe(to_other) != 0 || pipe(to_first) != 0 ||
      pthread_create(&thread, NULL, other, NULL) != 0)
    return 1;
  send(to_other[1], 0); /* it is there, and about to sleep */
  receive(to_first[0]);
  region(0);
  region(count);
  region(2 * count);
  send(to_other[1], -1);
  return pthread_join(thread, NULL);
}
