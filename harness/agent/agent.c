/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/agent.h"

#include "harness/agent/cases.h"
#include "harness/agent/port.h"

#ifndef ASSAY_AGENT_VERSION
#define ASSAY_AGENT_VERSION "unknown"
#endif

/* The value of parameter `i`: the row's own text, so that nothing here needs escaping. */
static void send_value(const assay_kernel* kernel, int32_t i, int32_t value, assay_line* line) {
  if (kernel->texts == NULL || i + 1 < kernel->parameter_count) {
    assay_line_number(line, value);
    return;
  }
  assay_line_text(line, "\"");
  assay_line_text(line, kernel->texts[value]);
  assay_line_text(line, "\"");
}

static void send_workload(const assay_kernel* kernel, bool more, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_line_begin(line, id);
  if (more) assay_line_text(line, ",\"more\":true");
  assay_line_text(line, ",\"workloads\":[{\"name\":\"");
  assay_line_text(line, kernel->workload);
  assay_line_text(line, "\",\"unit_of_work\":\"");
  assay_line_text(line, kernel->unit_of_work);
  assay_line_text(line, "\",\"parameters\":[");
  for (int32_t i = 0; i < kernel->parameter_count; ++i) {
    if (i > 0) assay_line_text(line, ",");
    assay_line_text(line, "{\"name\":\"");
    assay_line_text(line, kernel->parameters[i].name);
    assay_line_text(line, "\",\"default\":");
    send_value(kernel, i, kernel->parameters[i].default_value, line);
    if (kernel->texts != NULL && i + 1 == kernel->parameter_count) {
      for (int32_t at = 0; at <= kernel->parameters[i].maximum; ++at) {
        assay_line_text(line, at == 0 ? ",\"choices\":[" : ",");
        send_value(kernel, i, at, line);
      }
      assay_line_text(line, "]");
    }
    assay_line_text(line, "}");
  }
  assay_line_text(line, "],\"presets\":[{\"name\":\"xs\",\"params\":{");
  bool first = true;
  for (int32_t i = 0; i < kernel->parameter_count; ++i) {
    if (kernel->xs[i] == kernel->parameters[i].default_value) continue;
    assay_line_text(line, first ? "\"" : ",\"");
    first = false;
    assay_line_text(line, kernel->parameters[i].name);
    assay_line_text(line, "\":");
    send_value(kernel, i, kernel->xs[i], line);
  }
  assay_line_text(line, "}}],\"implementations\":[{\"name\":\"");
  assay_line_text(line, port->implementation);
  assay_line_text(line, "\",\"device\":\"");
  assay_line_text(line, port->device);
  assay_line_text(line, "\"}]");
  if (kernel->hello != NULL) assay_line_text(line, kernel->hello);
  assay_line_text(line, "}]");
  assay_line_send(line);
}

static void send_collector(bool more, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_line_begin(line, id);
  if (more) assay_line_text(line, ",\"more\":true");
  assay_line_text(line, ",\"collectors\":[{\"name\":\"");
  assay_line_text(line, port->collector);
  assay_line_text(line, "\",\"metrics\":[");
  for (size_t i = 0; i < port->metric_count; ++i) {
    const assay_port_metric* metric = &port->metrics[i];
    assay_line_text(line, i > 0 ? ",{\"id\":\"" : "{\"id\":\"");
    assay_line_text(line, metric->id);
    assay_line_text(line, "\",\"unit\":\"");
    assay_line_text(line, metric->unit);
    assay_line_text(line, "\",\"better\":\"");
    assay_line_text(line, metric->better);
    assay_line_text(line, "\",\"doc\":\"");
    assay_line_text(line, metric->doc);
    assay_line_text(line, metric->counter ? "\",\"over\":\"total\"}" : "\",\"over\":\"highest\"}");
  }
  assay_line_text(line, "]}]");
  assay_line_send(line);
}

static void hello(assay_json request, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_json range;
  assay_json item;
  int64_t bounds[2] = {0, 0};
  size_t at = 0;
  const bool ranged = assay_json_member(request, "protocol", &range);
  for (int i = 0; ranged && i < 2 && assay_json_next_item(range, &at, &item); ++i)
    assay_json_integer(item, &bounds[i]);
  if (bounds[0] > 1 || bounds[1] < 1) {
    assay_agent_refuse(line, id, "protocol", "the agent speaks protocol 1", "use an agent of this version");
    return;
  }
  assay_json wanted;
  const bool one = assay_json_member(request, "workload", &wanted);
  size_t left = 0;
  for (size_t i = 0; i < assay_agent_kernel_count; ++i) {
    if (!one || assay_json_is(wanted, assay_agent_kernels[i]->workload)) ++left;
  }
  assay_line_begin(line, id);
  if (left > 0 || port->metric_count > 0) assay_line_text(line, ",\"more\":true");
  assay_line_text(line,
                  ",\"protocol\":1,\"worker\":\"assay-agent\",\"subject\":{\"name\":\"assay-agent\","
                  "\"version\":\"" ASSAY_AGENT_VERSION "\",\"compiler\":\"" __VERSION__ "\"}");
  if (port->clock_resolution_ns != 0) {
    assay_line_text(line, ",\"clock\":{\"resolution_ns\":");
    assay_line_unsigned(line, port->clock_resolution_ns);
    assay_line_text(line, ",\"cost_ns\":");
    const uint64_t before = assay_port_now_ns();
    for (int i = 0; i < 1000; ++i) (void)assay_port_now_ns();
    assay_line_unsigned(line, (assay_port_now_ns() - before) / 1001u);
    assay_line_text(line, "}");
  }
  assay_line_text(line, ",\"devices\":[{\"name\":\"");
  assay_line_text(line, port->device);
  assay_line_text(line, "\",\"fidelity\":\"");
  assay_line_text(line, port->fidelity);
  assay_line_text(line, "\",\"fingerprint\":{\"core\":\"");
  assay_line_text(line, port->core);
  assay_line_text(line, "\"}}]");
  assay_line_send(line);
  if (port->metric_count > 0) send_collector(left > 0, id, line);
  for (size_t i = 0; i < assay_agent_kernel_count; ++i) {
    const assay_kernel* kernel = assay_agent_kernels[i];
    if (!one || assay_json_is(wanted, kernel->workload)) send_workload(kernel, --left > 0, id, line);
  }
}

/* False after `bye`. */
static bool answer(const char* text, size_t length, assay_line* line) {
  assay_json request;
  assay_json field;
  assay_json op;
  int64_t id = 0;
  if (!assay_json_object(text, length, &request) || !assay_json_member(request, "id", &field) ||
      !assay_json_integer(field, &id) || id < 1 || !assay_json_member(request, "op", &op)) {
    assay_agent_refuse(line, 0, "protocol", "this is no request", "");
  } else if (assay_json_is(op, "hello")) {
    hello(request, id, line);
  } else if (assay_json_is(op, "prepare")) {
    assay_agent_prepare(request, id, line);
  } else if (assay_json_is(op, "verify")) {
    assay_agent_verify(request, id, line);
  } else if (assay_json_is(op, "measure")) {
    assay_agent_measure(request, id, line);
  } else if (assay_json_is(op, "bye")) {
    assay_line_begin(line, id);
    assay_line_send(line);
    return false;
  } else {
    assay_agent_refuse(line, id, "unsupported", "the agent does not know this op", "");
  }
  return true;
}

void assay_agent_run(void) {
  static char input[ASSAY_AGENT_LINE];
  static assay_line line;
  size_t length = 0;
  bool too_long = false;
  for (;;) {
    if (length == sizeof input) { /* without a newline: what is still to come of it is thrown away */
      too_long = true;
      length = 0;
    }
    const size_t more = assay_port_read(input + length, sizeof input - length);
    if (more == 0) return;
    length += more;
    size_t begin = 0;
    for (size_t i = length - more; i < length; ++i) {
      if (input[i] != '\n') continue;
      if (too_long) {
        assay_agent_refuse(&line, 0, "protocol", "the line is longer than 512 bytes", "shorten the request");
        too_long = false;
      } else if (!answer(input + begin, i - begin, &line)) {
        return;
      }
      begin = i + 1;
    }
    for (size_t i = begin; i < length; ++i) input[i - begin] = input[i];
    length -= begin;
  }
}
