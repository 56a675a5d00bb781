/* SPDX-License-Identifier: Apache-2.0 */
/* The native port over standard input and output: lines as they are. */
#include "harness/agent/port.h"
#include "harness/agent/ports/native.h"

#ifdef ASSAY_LINUX_DEVICE
const char* native_device(void) { return ASSAY_LINUX_DEVICE; }
const char* native_fidelity(void) { return "functional"; }
#else
const char* native_device(void) { return "cpu"; }
const char* native_fidelity(void) { return "hardware"; }
#endif
bool native_goes_on(void) { return false; }
size_t assay_port_read(char* bytes, size_t most) { return native_read(bytes, most); }
void assay_port_write(const char* bytes, size_t count) { native_write(bytes, count); }
