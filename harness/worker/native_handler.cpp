// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/native_handler.h"

#include <algorithm>
#include <new>

#include "harness/core/error.h"
#include "harness/core/region.h"
#include "harness/core/sensors.h"
#include "harness/core/text.h"
#include "harness/measure/clock.h"
#include "harness/measure/engine.h"
#include "harness/worker/os/build_id.h"
#include "harness/worker/spoilt.h"

namespace assay::worker {

namespace {

void check_request(const protocol::PrepareRequest& request, const Definition& definition) {
  const Params& keys = request.value.params;
  if (const auto v = keys.find("v");
      v != keys.end() && to_string(v->second) != std::to_string(definition.version)) {
    throw Error(ErrorCode::unavailable,
                definition.name + " version " + to_string(v->second) +
                    " is not here: this worker has version " + std::to_string(definition.version),
                "measure with a build that has it, or leave v out");
  }
  // The reference also makes expected results, on whatever threads are at hand.
  if (const auto threads = keys.find("threads");
      threads != keys.end() && request.value.implementation != "reference") {
    const auto* count = std::get_if<std::int64_t>(&threads->second);
    const auto given = static_cast<std::int64_t>(std::max<std::size_t>(request.cpus.size(), 1));
    if (count != nullptr && *count != given) {
      throw Error(ErrorCode::usage,
                  "the case has threads=" + std::to_string(*count) + ", but " + std::to_string(given) +
                      " CPUs were given for it",
                  "give one CPU for each thread");
    }
  }
  for (const auto& [role, path] : request.inputs) {
    const bool known = std::any_of(definition.inputs.begin(), definition.inputs.end(),
                                   [&name = role](const InputRole& input) { return input.name == name; });
    if (!known)
      throw Error(ErrorCode::usage, definition.name + " has no input '" + role + "' (" + path + ")");
  }
}

/// What a workload's author throws names the function that it came out of. Assay's own errors say enough.
template <typename Step>
auto named(const char* function, const Step& step) -> decltype(step()) {
  try {
    return step();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::worker, std::string(function) + "() threw: " + error.what());
  }
}

}  // namespace

NativeHandler::NativeHandler(std::string worker, Subject subject, const ComponentTable& table)
    : worker_(std::move(worker)), subject_(std::move(subject)), catalogue_(table) {}

NativeHandler::~NativeHandler() { forget(); }

void NativeHandler::forget() {
  collectors_.clear();
  evict_.reset();
  instance_.reset();
  pool_.reset();
  called_ = false;
  spoilt_ = false;
}

protocol::Hello NativeHandler::hello(const std::string& workload) {
  const measure::ClockFacts clock = measure::calibrate_clock();
  protocol::Hello hello;
  hello.worker = worker_;
  hello.subject = subject_;
  hello.libraries = os::libraries();
  hello.host["engine"] = measure::engine_name();
  if (!clock.monotonic) hello.host["clock"] = "CLOCK_MONOTONIC went backwards";
  // A launch runs one case, and its device is known: no driver is asked what else there is.
  hello.devices = workload.empty() ? catalogue_.devices() : std::vector<DeviceOffer>{{}};
  hello.workloads = catalogue_.workload_offers(hello.devices, workload);
  if (workload.empty()) hello.collectors = catalogue_.collector_offers();
  hello.clock_resolution_ns = clock.clock.resolution_ns;
  hello.clock_cost_ns = clock.clock.cost_ns;
  return hello;
}

protocol::Prepared NativeHandler::prepare(const protocol::PrepareRequest& request) {
  forget();
  const Definition& definition = catalogue_.definition(request.value.workload);
  check_request(request, definition);
  Params params = request.value.params;
  for (const auto& [key, value] : request.params) params[key] = value;
  const Implementation implementation =
      catalogue_.implementation(request.value.workload, request.value.implementation, request.value.device);

  Preparation preparation;
  preparation.params = resolve(definition, params);
  preparation.seed = request.seed;
  preparation.device = request.value.device;
  preparation.inputs = request.inputs;
  try {
    pool_ = std::make_unique<cpu::Pool>(request.cpus);
    preparation.pool = pool_.get();
    instance_ = named("make", [&] { return implementation.make(preparation); });
  } catch (const std::bad_alloc&) {
    forget();
    throw Error(ErrorCode::unavailable, to_string(request.value) + " does not fit into memory",
                "choose a smaller preset, or a machine with more memory");
  }

  protocol::Prepared prepared;
  prepared.work = named("work", [&] { return instance_->work(); });
  prepared.unit_of_work = definition.unit_of_work;
  const std::string accuracy = instance_->accuracy();
  prepared.accuracy = accuracy.empty() ? implementation.accuracy : accuracy;
  exact_ = std::none_of(definition.tolerances.begin(), definition.tolerances.end(),
                        [&](const Tolerance& tolerance) {
                          return tolerance.accuracy == prepared.accuracy && tolerance.rule != "exact";
                        });
  prepared.resident_bytes = instance_->resident_bytes();
  prepared.input_digest = instance_->input_digest();
  prepared.threads = pool_->size();
  prepared.placement = pool_->placement();
  prepared.isa = instance_->isa();
  if (const Timer* timer = instance_->timer()) prepared.device = timer->device();
  return prepared;
}

Instance& NativeHandler::instance() {
  if (!instance_) throw Error(ErrorCode::usage, "no case is prepared", "send prepare first");
  return *instance_;
}

std::vector<protocol::OutputReply> NativeHandler::verify(bool values) {
  Instance& prepared = instance();
  if (!called_) named("call", [&] { prepared.call(); });
  std::vector<protocol::OutputReply> replies;
  const auto output = [&] { return named("output", [&] { return prepared.output(); }); };
  const std::vector<Tensor> outputs = output();
  for (const Tensor& tensor : outputs) {
    check_size(tensor);
    protocol::OutputReply reply{.name = tensor.name,
                                .dtype = tensor.dtype,
                                .shape = tensor.shape,
                                .digest = {},
                                .path = {},
                                .data = {}};
    if (exact_ && !values && is_integer(tensor.dtype)) {
      reply.digest = digest(tensor);
    } else {
      if (os::shares_no_folder()) {
        reply.data = tensor.bytes;
      } else {
        reply.path = outputs_.path() + "/" + std::to_string(replies.size()) + ".npy";
        write_npy(reply.path, tensor);
      }
    }
    replies.push_back(std::move(reply));
  }
  named("spoil", [&] { prepared.spoil(); });
  called_ = false;
  if (!spoilt_) check_spoilt(outputs, output());
  spoilt_ = true;
  return replies;
}

/// \throws when there is no such collector or event. One that fails costs its readings, not the case's times.
OpenedCollector& NativeHandler::opened_collector(const std::string& request) {
  if (const auto known = collectors_.find(request); known != collectors_.end()) return known->second;
  const auto colon = std::min(request.find(':'), request.size());
  const std::string name = request.substr(0, colon);
  OpenedCollector opened{name, catalogue_.collector(name)};
  if (const Probe probe = opened.collector->probe(); !probe.available) {
    throw Error(ErrorCode::unavailable, "collector " + name + " is not available: " + probe.reason,
                probe.remedy);
  }
  try {
    if (const Timer* timer = instance().timer()) opened.collector->observe(timer->device());
    opened.collector->open(colon < request.size() ? split_filled(request.substr(colon + 1), ',')
                                                  : std::vector<std::string>{});
  } catch (const Error& error) {
    if (error.code == ErrorCode::usage) throw;
    opened.failure = name + " failed to open: " + error.what();
  } catch (const std::exception& error) {
    opened.failure = name + " failed to open: " + error.what();
  }
  return collectors_.emplace(request, std::move(opened)).first->second;
}

/// Together the members walk twice the last-level caches of their CPUs, and each at least 4 MiB, so that its
/// private caches go too.
std::function<void()> NativeHandler::evictor() {
  if (!evict_) {
    const std::size_t private_bytes = static_cast<std::size_t>(pool_->size()) << 22;
    evict_ = std::make_unique<measure::CacheEvictor>(
        std::max(2 * os::last_level_cache_bytes(pool_->placement()), private_bytes));
  }
  return [this] {
    pool_->run([this](int index) {
      const auto range = pool_->share(evict_->bytes(), index, 4096);
      evict_->walk(range.begin, range.end);
    });
  };
}

/// What happens between samples: caches emptied before each, and a device's own time taken after each (not in
/// an open loop, whose next request would wait for it).
void NativeHandler::pace(measure::ChunkRequest& chunk, bool cold) {
  Timer* timer = instance().timer();
  if (timer == nullptr) {
    if (cold) chunk.before_sample = evictor();
    return;
  }
  if (cold) chunk.before_sample = [timer] { timer->evict(); };
  // Calls for the device's clock are none of the case's: not where somebody counts the region.
  if (chunk.schedule_ns.empty() && !ASSAY_REGION_HEARD())
    chunk.after_sample = [timer, cold] { timer->time(cold); };
}

protocol::Measured NativeHandler::measure(const protocol::MeasureRequest& request) {
  Instance& prepared = instance();
  measure::ChunkRequest chunk_request{
      .batch = request.batch, .samples = request.samples, .schedule_ns = request.schedule_ns};
  pace(chunk_request, request.cold);
  std::vector<OpenedCollector*> asked;
  for (const auto& name : request.collectors) asked.push_back(&opened_collector(name));

  prepared.take_tracks();  // what earlier calls left
  if (Timer* timer = prepared.timer()) timer->take_tracks();
  called_ = true;
  // In the engine's loop, not around it: what the engine does before and after belongs to no call.
  Collecting collecting(asked);
  chunk_request.on_begin = [&] { collecting.start(); };
  chunk_request.on_end = [&] { collecting.stop(); };
  measure::Chunk chunk = named("call", [&] { return measure::run_chunk(prepared, chunk_request); });

  protocol::Measured measured;
  measured.origin_ns = chunk.origin_ns;
  measured.samples = std::move(chunk.samples);
  measured.tracks = prepared.take_tracks();
  if (Timer* timer = prepared.timer()) {
    for (auto& track : timer->take_tracks()) measured.tracks.push_back(std::move(track));
  }
  for (auto& track : measured.tracks) {
    for (auto& offset : track.offset_ns) offset -= chunk.origin_ns;
  }
  for (auto* opened : asked) {
    auto readings = opened->readings();
    measured.readings.insert(measured.readings.end(), readings.begin(), readings.end());
  }
  return measured;
}

}  // namespace assay::worker
