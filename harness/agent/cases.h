/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the agent: the case that is prepared, and what is asked of it. Freestanding C11. */
#ifndef ASSAY_AGENT_CASES_H
#define ASSAY_AGENT_CASES_H

#include "harness/agent/json.h"
#include "harness/agent/line.h"

/* Answers `prepare`, `verify`, `measure`: each sends its reply, or an error, as the last thing that it does.
 */
void assay_agent_prepare(assay_json request, int64_t id, assay_line* line);
void assay_agent_verify(assay_json request, int64_t id, assay_line* line);
void assay_agent_measure(assay_json request, int64_t id, assay_line* line);

/* Sends an error in place of whatever the line holds. `message` and `remedy` are without quotes and
 * backslashes. */
void assay_agent_refuse(assay_line* line, int64_t id, const char* code, const char* message,
                        const char* remedy);

#endif
