/* SPDX-License-Identifier: Apache-2.0 */
/* A CUDA driver of a machine that we do not have: one context. Its name is the driver's (CMakeLists.txt), so
 * that the library in collectors/cupti finds it loaded. Preloaded, with FAKE_CUDA_STARTS, it does what
 * cuInit() does: it calls the library that is injected, while there is no context yet. */
#define _GNU_SOURCE
#include <cuda.h>
#include <dlfcn.h>
#include <stdlib.h>

static int ready = 1;
int fake_cuda_starts = 0; /* it is within cuInit() */

__attribute__((constructor)) static void start(void) {
  int (*const injected)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "InitializeInjection");
  if (getenv("FAKE_CUDA_STARTS") == NULL || injected == NULL) return;
  ready = 0;
  fake_cuda_starts = 1;
  injected();
  fake_cuda_starts = 0;
  ready = 1;
}

CUresult cuCtxSynchronize(void) { return CUDA_SUCCESS; }
CUresult cuCtxGetCurrent(CUcontext* context) {
  static int one;
  *context = ready ? (CUcontext)&one : NULL;
  return CUDA_SUCCESS;
}
#undef cuCtxGetDevice
CUresult cuCtxGetDevice(CUdevice* device) {
  *device = 0;
  return CUDA_SUCCESS;
}
