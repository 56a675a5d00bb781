/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/cases.h"

#include "harness/agent/agent.h"
#include "harness/agent/port.h"
#include "harness/core/region.h"

enum { max_parameters = 16, slice_bytes = 240 };

/* The case that is prepared; kernel NULL: none is. */
static struct {
  const assay_kernel* kernel;
  size_t bytes; /* of its arena */
  bool spoilt;  /* the result was sent and overwritten, and no call has been made since */
} prepared;

size_t assay_agent_arena_bytes(void) { return prepared.kernel == NULL ? 0 : prepared.bytes; }

void assay_agent_refuse(assay_line* line, int64_t id, const char* code, const char* message,
                        const char* remedy) {
  assay_line_begin(line, id);
  assay_line_text(line, ",\"error\":{\"code\":\"");
  assay_line_text(line, code);
  assay_line_text(line, "\",\"message\":\"");
  assay_line_text(line, message);
  assay_line_text(line, "\",\"remedy\":\"");
  assay_line_text(line, remedy);
  assay_line_text(line, "\"}");
  assay_line_send(line);
}

static size_t length_of(const char* text) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}

/* Does text[at..] begin with the word? */
static bool has_at(assay_json text, size_t at, const char* word) {
  const size_t length = length_of(word);
  if (at + length > text.length) return false;
  for (size_t i = 0; i < length; ++i) {
    if (text.text[at + i] != word[i]) return false;
  }
  return true;
}

/* The row of "workload/implementation?...@device": what follows a name decides where it ends. */
static const assay_kernel* find_kernel(assay_json text) {
  const assay_port_facts* port = assay_port();
  for (size_t i = 0; i < assay_agent_kernel_count; ++i) {
    const assay_kernel* kernel = assay_agent_kernels[i];
    const size_t slash = 1 + length_of(kernel->workload); /* behind the quote */
    if (!has_at(text, 1, kernel->workload) || !has_at(text, slash, "/")) continue;
    const size_t end = slash + 1 + length_of(port->implementation);
    if (!has_at(text, slash + 1, port->implementation)) continue;
    if (!has_at(text, end, "?") && !has_at(text, end, "@")) continue;
    const size_t device = length_of(port->device);
    if (text.length < device + 2 || !has_at(text, text.length - 1 - device, port->device)) continue;
    if (has_at(text, text.length - 2 - device, "@")) return kernel;
  }
  return NULL;
}

static void refuse_file(int64_t id, assay_line* line) {
  assay_agent_refuse(line, id, "unsupported", "this image has not that model", "assay model compile");
}

/* One member of `params`; false: it was refused. */
static bool read_parameter(const assay_kernel* kernel, assay_json name, assay_json value, int32_t* values,
                           int64_t id, assay_line* line) {
  int64_t number = 0;
  if (assay_json_is(name, "threads")) {
    if (assay_json_is(value, "all") || (assay_json_integer(value, &number) && number == 1)) return true;
    assay_agent_refuse(line, id, "unsupported", "the agent has one thread", "leave threads out");
    return false;
  }
  if (assay_json_is(name, "input")) {
    if (kernel->file != NULL && assay_json_is(value, kernel->file)) return true;
    refuse_file(id, line);
    return false;
  }
  for (int32_t i = 0; i < kernel->parameter_count; ++i) {
    const assay_kernel_parameter* parameter = &kernel->parameters[i];
    if (!assay_json_is(name, parameter->name)) continue;
    if (kernel->texts != NULL && i + 1 == kernel->parameter_count) {
      for (int32_t at = 0; at <= parameter->maximum; ++at) {
        if (!assay_json_is(value, kernel->texts[at])) continue;
        values[i] = at;
        return true;
      }
      assay_agent_refuse(line, id, "usage", "a text is none of its choices", "see what hello names");
      return false;
    }
    if (assay_json_integer(value, &number) && number >= parameter->minimum && number <= parameter->maximum) {
      values[i] = (int32_t)number;
      return true;
    }
    assay_line_begin(line, id);
    assay_line_text(line, ",\"error\":{\"code\":\"usage\",\"message\":\"parameter ");
    assay_line_text(line, parameter->name);
    assay_line_text(line, " is out of range\",\"remedy\":\"choose ");
    assay_line_number(line, parameter->minimum);
    assay_line_text(line, " to ");
    assay_line_number(line, parameter->maximum);
    assay_line_text(line, "\"}");
    assay_line_send(line);
    return false;
  }
  assay_agent_refuse(line, id, "unsupported", "the agent does not know one of the parameters",
                     "leave out what hello does not name");
  return false;
}

static void refuse_size(const assay_kernel* kernel, size_t bytes, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_line_begin(line, id);
  assay_line_text(line, ",\"error\":{\"code\":\"unavailable\",\"message\":\"");
  assay_line_text(line, kernel->workload);
  assay_line_text(line, " needs ");
  assay_line_unsigned(line, bytes);
  assay_line_text(line, " bytes for its data, ");
  assay_line_text(line, port->device);
  assay_line_text(line, " has ");
  assay_line_unsigned(line, port->arena_bytes);
  assay_line_text(line, ": ");
  assay_line_unsigned(line, bytes - port->arena_bytes);
  assay_line_text(line, " bytes are missing\",\"remedy\":\"choose preset=xs, or a larger board\"}");
  assay_line_send(line);
}

static uint32_t input_digest(const assay_kernel* kernel, const void* arena) {
  if (kernel->input == NULL) return kernel->input_digest(arena);
  assay_kernel_tensor tensor;
  kernel->input(arena, &tensor);
  return assay_kernel_digest_array(0, "constants", "u8", (int32_t)tensor.bytes, tensor.data, tensor.bytes);
}

static void answer_prepared(const assay_kernel* kernel, const int32_t* values, size_t bytes, int64_t id,
                            assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_kernel_work work;
  kernel->work(values, &work);
  assay_line_begin(line, id);
  assay_line_text(line, ",\"work\":{\"operations\":");
  assay_line_unsigned(line, work.operations);
  assay_line_text(line, ",\"minimum_bytes\":");
  assay_line_unsigned(line, work.minimum_bytes);
  assay_line_text(line, ",\"units\":");
  assay_line_unsigned(line, work.units);
  assay_line_text(line, "},\"unit_of_work\":\"");
  assay_line_text(line, kernel->unit_of_work);
  assay_line_text(line, "\",\"accuracy\":\"");
  assay_line_text(line, kernel->accuracy == NULL ? "exact" : kernel->accuracy(values));
  assay_line_text(line, "\",\"resident_bytes\":");
  assay_line_unsigned(line, bytes);
  assay_line_text(line, ",\"input_digest\":");
  assay_line_digest(line, input_digest(kernel, port->arena));
  assay_line_text(line, ",\"threads\":1,\"placement\":[],\"isa\":\"");
  assay_line_text(line, port->core); /* not the implementation: those are compared on one core */
  assay_line_text(line, "\"");
  assay_line_send(line);
}

void assay_agent_prepare(assay_json request, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  int32_t values[max_parameters];
  assay_json field;
  uint64_t seed = 0;
  prepared.kernel = NULL;
  const assay_kernel* kernel = assay_json_member(request, "case", &field) ? find_kernel(field) : NULL;
  if (kernel == NULL || kernel->parameter_count > max_parameters) {
    assay_agent_refuse(line, id, "unavailable", "this agent has no such case",
                       "see assay list implementations");
    return;
  }
  if (!assay_json_member(request, "seed", &field) || !assay_json_decimal_text(field, &seed)) {
    assay_agent_refuse(line, id, "protocol", "prepare: seed is no decimal text", "");
    return;
  }
  size_t first = 0;
  assay_json name;
  assay_json value;
  const bool given =
      assay_json_member(request, "inputs", &field) && assay_json_next_member(field, &first, &name, &value);
  if (given != (kernel->file != NULL)) {
    refuse_file(id, line);
    return;
  }
  for (int32_t i = 0; i < kernel->parameter_count; ++i) values[i] = kernel->parameters[i].default_value;
  if (assay_json_member(request, "params", &field)) {
    size_t at = 0;
    while (assay_json_next_member(field, &at, &name, &value)) {
      if (!read_parameter(kernel, name, value, values, id, line)) return;
    }
  }
  const size_t bytes = kernel->arena_bytes(values);
  if (bytes == 0) {
    assay_agent_refuse(line, id, "usage", "these parameters do not go together", kernel->illegal);
  } else if (bytes > port->arena_bytes) {
    refuse_size(kernel, bytes, id, line);
  } else {
    kernel->prepare(port->arena, values, seed);
    kernel->call(port->arena);
    prepared.kernel = kernel;
    prepared.bytes = bytes;
    prepared.spoilt = false;
    answer_prepared(kernel, values, bytes, id, line);
  }
}

static bool is_prepared(int64_t id, assay_line* line) {
  if (prepared.kernel != NULL) return true;
  assay_agent_refuse(line, id, "protocol", "no case is prepared", "ask prepare first");
  return false;
}

static bool is_real(const assay_kernel_tensor* tensor) { return tensor->dtype[0] == 'f'; }

/* An output up to what carries its elements. */
static void begin_output(const assay_kernel_tensor* tensor, int64_t id, bool more, assay_line* line) {
  assay_line_begin(line, id);
  if (more) assay_line_text(line, ",\"more\":true");
  assay_line_text(line, ",\"outputs\":[{\"name\":\"");
  assay_line_text(line, tensor->name);
  assay_line_text(line, "\",\"dtype\":\"");
  assay_line_text(line, tensor->dtype);
  assay_line_text(line, "\",\"shape\":[");
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (i > 0) assay_line_text(line, ",");
    assay_line_number(line, tensor->shape[i]);
  }
  assay_line_text(line, "]");
}

void assay_agent_verify(assay_json request, int64_t id, assay_line* line) {
  unsigned char* arena = assay_port()->arena;
  assay_json field;
  if (!is_prepared(id, line)) return;
  const assay_kernel* kernel = prepared.kernel;
  if (prepared.spoilt) kernel->call(arena); /* asked again without a measure */
  prepared.spoilt = true;
  const bool values = assay_json_member(request, "values", &field) && assay_json_is_true(field);
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    const bool last = i + 1 == kernel->output_count;
    assay_kernel_tensor tensor;
    kernel->output(arena, i, &tensor);
    const unsigned char* bytes = tensor.data;
    if (!values && !is_real(&tensor)) {
      begin_output(&tensor, id, !last, line);
      assay_line_text(line, ",\"digest\":");
      assay_line_digest(line, assay_kernel_digest(&tensor));
      assay_line_text(line, "}]");
      assay_line_send(line);
    } else {
      for (size_t at = 0; at < tensor.bytes; at += slice_bytes) {
        const size_t left = tensor.bytes - at;
        const size_t count = left < slice_bytes ? left : slice_bytes;
        begin_output(&tensor, id, !last || count < left, line);
        assay_line_text(line, ",\"data\":");
        assay_line_base64(line, bytes + at, count);
        assay_line_text(line, "}]");
        assay_line_send(line);
      }
    }
    /* What is verified next is made by a call after this. The output lies in the arena, which is ours. */
    unsigned char* spoilt = arena + (bytes - arena);
    for (size_t k = 0; k < tensor.bytes; ++k) spoilt[k] = 0xFF;
  }
}

/* What was measured, of `samples` those before `from` having been sent. Without a clock every time is 0:
 * nobody may read one out of it. */
static void send_times(size_t from, size_t measured, size_t samples, int64_t batch, uint64_t origin,
                       int64_t id, bool readings, assay_line* line) {
  const assay_port_facts* port = assay_port();
  enum { digits = 21 }; /* of a time, with its comma */
  for (size_t at = from; at < from + measured;) {
    /* As many as surely fit: in `start` and in `end` alike. */
    assay_line_begin(line, id);
    const size_t head = 100;
    size_t count =
        (assay_line_room(line) - head) / ((size_t)2 * (port->clock_resolution_ns == 0 ? 2 : digits));
    if (count > from + measured - at) count = from + measured - at;
    if (at + count < samples || readings) assay_line_text(line, ",\"more\":true");
    if (at == 0) {
      assay_line_text(line, ",\"origin_ns\":");
      assay_line_unsigned(line, origin);
      assay_line_text(line, ",\"batch\":");
      assay_line_number(line, batch);
    }
    for (int end = 0; end < 2; ++end) {
      assay_line_text(line, end != 0 ? "],\"end\":[" : ",\"start\":[");
      for (size_t i = at; i < at + count; ++i) {
        if (i > at) assay_line_text(line, ",");
        if (port->clock_resolution_ns == 0) {
          assay_line_text(line, "0");
        } else {
          assay_line_unsigned(line,
                              end != 0 ? port->samples[i - from].end_ns : port->samples[i - from].start_ns);
        }
      }
    }
    assay_line_text(line, "]");
    assay_line_send(line);
    at += count;
  }
}

/* The last line. `grown`: what counters grew in the calls. */
static void send_readings(const uint64_t* grown, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_line_begin(line, id);
  for (size_t i = 0; i < port->metric_count; ++i) {
    const assay_port_metric* metric = &port->metrics[i];
    assay_line_text(line, i > 0 ? ",{\"metric\":\"" : ",\"readings\":[{\"metric\":\"");
    assay_line_text(line, metric->id);
    assay_line_text(line, "\",\"unit\":\"");
    assay_line_text(line, metric->unit);
    assay_line_text(line, "\",\"state\":\"ok\",\"value\":");
    assay_line_unsigned(line, metric->counter ? grown[i] : assay_port_reading(i));
    assay_line_text(line, "}");
  }
  assay_line_text(line, "]");
  assay_line_send(line);
}

/* Of each counter: adds what it is now, or takes it away, at the two ends of a region. */
static void count_region(uint64_t* grown, bool ends) {
  const assay_port_facts* port = assay_port();
  for (size_t i = 0; i < port->metric_count && i < assay_port_metrics; ++i) {
    if (port->metrics[i].counter) grown[i] += ends ? assay_port_reading(i) : 0u - assay_port_reading(i);
  }
}

void assay_agent_measure(assay_json request, int64_t id, assay_line* line) {
  const assay_port_facts* port = assay_port();
  assay_json field;
  assay_json item;
  int64_t batch = 0;
  int64_t samples = 0;
  size_t at = 0;
  if (!is_prepared(id, line)) return;
  if (!assay_json_member(request, "batch", &field) || !assay_json_integer(field, &batch) || batch < 1 ||
      !assay_json_member(request, "samples", &field) || !assay_json_integer(field, &samples) || samples < 1) {
    assay_agent_refuse(line, id, "protocol", "measure: batch and samples are not integers above 0", "");
    return;
  }
  if (assay_json_member(request, "cold", &field) && assay_json_is_true(field)) {
    assay_agent_refuse(line, id, "unsupported", "the agent does not empty caches", "leave cache out");
    return;
  }
  if (assay_json_member(request, "schedule", &field) || assay_json_member(request, "schedule_file", &field)) {
    assay_agent_refuse(line, id, "unsupported", "the agent has no open loop", "leave load out");
    return;
  }
  bool readings = false;
  while (assay_json_member(request, "collectors", &field) && assay_json_next_item(field, &at, &item)) {
    readings = port->metric_count > 0 && assay_json_is(item, port->collector);
    if (readings) continue;
    assay_agent_refuse(line, id, "unsupported", "the agent has no such collector", "leave --collect out");
    return;
  }
  void (*call)(void*) = prepared.kernel->call;
  const uint64_t origin = port->clock_resolution_ns == 0 ? 0 : assay_port_now_ns();
  prepared.spoilt = false;
  /* More than there is room for is measured and sent in parts. */
  uint64_t grown[assay_port_metrics] = {0};
  const int64_t room = port->clock_resolution_ns == 0 ? samples : (int64_t)port->sample_count;
  for (int64_t from = 0; from < samples; from += room) {
    const int64_t count = samples - from < room ? samples - from : room;
    if (readings) count_region(grown, false);
    ASSAY_REGION_ENTER();
    for (int64_t i = 0; i < count; ++i) {
      const uint64_t start = port->clock_resolution_ns == 0 ? 0 : assay_port_now_ns();
      for (int64_t k = 0; k < batch; ++k) call(port->arena);
      if (port->clock_resolution_ns != 0)
        port->samples[i] = (assay_agent_sample){start - origin, assay_port_now_ns() - origin};
    }
    ASSAY_REGION_LEAVE();
    if (readings) count_region(grown, true);
    send_times((size_t)from, (size_t)count, (size_t)samples, batch, origin, id, readings, line);
  }
  if (readings) send_readings(grown, id, line);
}
