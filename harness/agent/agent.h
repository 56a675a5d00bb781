/* SPDX-License-Identifier: Apache-2.0 */
/* A worker in freestanding C11, without a heap: the protocol of harness/protocol/README.md in lines of at
 * most ASSAY_AGENT_LINE bytes, over the port's byte stream (port.h). It runs the rows of its table on one
 * thread. */
#ifndef ASSAY_AGENT_AGENT_H
#define ASSAY_AGENT_AGENT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_AGENT_LINE 512 /* with its newline, in both directions */

/* Answers requests until `bye` or the end of the input. A line that is too long or no request is answered
 * with the error `protocol`, and the next line is read. */
void assay_agent_run(void);

/* What the prepared case takes of the arena; 0: none is prepared. */
size_t assay_agent_arena_bytes(void);

#ifdef __cplusplus
}
#endif

#endif
