/* SPDX-License-Identifier: Apache-2.0 */
/* A program of somebody's with regions, which does what its first argument says (tests/cli/regions_test.py).
 * The other half is C++ (regions_part.cpp): both are one program to Assay. Built without extensions of C. */
#include <dlfcn.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "harness/core/assay_regions.h"

void regions_part(void); /* regions "scope" and "scope/deeper", left by an exception */

static void nap(long us) {
  const struct timespec time = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&time, NULL);
}

static void region(const char* name) {
  ASSAY_REGION_BEGIN(name);
  nap(100);
  ASSAY_REGION_END(name);
}

static void* job(void* unused) {
  region("job");
  return unused;
}

static sem_t idlers;

static void* waits_for_ever(void* unused) {
  region("idler");
  sem_post(&idlers);
  for (;;) pause();
  return unused;
}

static void nested(void) {
  ASSAY_REGION_BEGIN("outer");
  region("inner");
  region("inner");
  regions_part();
  ASSAY_REGION_END("outer");
}

static void in_threads(void* (*what)(void*), int wait) {
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, what, NULL);
  for (int i = 0; i < 3 && wait; ++i) pthread_join(threads[i], NULL);
  for (int i = 0; i < 3 && !wait; ++i) sem_wait(&idlers);
}

static void forked(char** argv) {
  ASSAY_REGION_BEGIN("parent");
  if (fork() == 0) {
    region("child");
    if (fork() == 0) {
      region("grandchild");
      exit(0);
    }
    wait(NULL);
    exit(0);
  }
  wait(NULL);
  if (fork() == 0) {
    execl(argv[0], argv[0], "nested", (char*)NULL);
    _exit(127);
  }
  wait(NULL);
  ASSAY_REGION_END("parent");
}

static void many(long count) {
  for (long i = 0; i < count; ++i) {
    errno = 77;
    ASSAY_REGION_BEGIN("a region of which there are too many to keep");
    ASSAY_REGION_END("a region of which there are too many to keep");
    if (errno != 77) abort();
  }
}

/* A child goes on when the program has ended, and records then. */
static void outlived(void) {
  region("in time");
  if (fork() != 0) return;
  region("child");
  for (int i = 0; i < 20; ++i) {
    nap(5000);
    many(2000);
  }
  exit(0);
}

static void hostile(void) {
  /* As daemons do; the descriptors that come next are not to be written to by anybody else. */
  for (int descriptor = 3; descriptor < 64; ++descriptor) close(descriptor);
  FILE* own = tmpfile();
  for (int i = 0; i < 5000; ++i) {
    ASSAY_REGION_BEGIN("often");
    ASSAY_REGION_END("often");
  }
  fseek(own, 0, SEEK_END);
  if (ftell(own) != 0) abort();
  fclose(own);
}

/* Once it is unloaded, nothing of it may run when the thread ends. */
static void* plugged(void* path) {
  void* const library = dlopen((const char*)path, RTLD_NOW);
  void (*plugin)(void) = NULL;
  if (library == NULL) abort();
  *(void**)&plugin = dlsym(library, "plugin");
  ASSAY_REGION_BEGIN("host");
  plugin();
  ASSAY_REGION_END("host");
  dlclose(library);
  return NULL;
}

static void at_exit(void) { region("at exit"); }

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "nested";
  if (strcmp(what, "nested") == 0) nested();
  if (strcmp(what, "threads") == 0) in_threads(job, 1);
  sem_init(&idlers, 0, 0);
  if (strcmp(what, "idlers") == 0) in_threads(waits_for_ever, 0);
  if (strcmp(what, "fork") == 0) forked(argv);
  if (strcmp(what, "outlived") == 0) outlived();
  if (strcmp(what, "hostile") == 0) hostile();
  if (strcmp(what, "many") == 0) many(1000000);
  if (strcmp(what, "plugin") == 0) {
    for (int i = 0; i < 2; ++i) {
      pthread_t thread;
      pthread_create(&thread, NULL, plugged, argv[2]);
      pthread_join(thread, NULL);
    }
  }
  if (strcmp(what, "none") == 0) return 0;
  if (strcmp(what, "at-exit") == 0) {
    atexit(at_exit);
    region("main");
  }
  if (strcmp(what, "unbalanced") == 0) {
    ASSAY_REGION_END("never begun");
    ASSAY_REGION_BEGIN("never ended");
    region("fine");
  }
  if (strcmp(what, "lost") == 0) {
    region("lost");
    _exit(0);
  }
  if (strcmp(what, "limited") == 0) {
    const struct rlimit limit = {100000, 100000};
    setrlimit(RLIMIT_FSIZE, &limit);
    many(20000);
  }
  return 0;
}
