/* SPDX-License-Identifier: Apache-2.0 */
/* A CUDA driver of a machine that we do not have: one context. Its name is the driver's (CMakeLists.txt), so
 * that the library in collectors/cupti finds it loaded. */
#include <cuda.h>

CUresult cuCtxSynchronize(void) { return CUDA_SUCCESS; }
CUresult cuCtxGetCurrent(CUcontext* context) {
  static int one;
  *context = (CUcontext)&one;
  return CUDA_SUCCESS;
}
#undef cuCtxGetDevice
CUresult cuCtxGetDevice(CUdevice* device) {
  *device = 0;
  return CUDA_SUCCESS;
}
