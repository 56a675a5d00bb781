// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <set>

#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"
#include "harness/protocol/reply.h"

namespace assay::protocol {

namespace {

constexpr std::size_t max_code_files = 1000;

// ---- out

Json to_json(const Probe& probe) {
  if (probe.available) return {{"available", true}};
  return {{"available", false}, {"reason", probe.reason}, {"remedy", probe.remedy}};
}

Json to_json(const Value& value) {
  return std::visit([](const auto& v) { return Json(v); }, value);
}

Json to_json(const WorkloadOffer& offer) {
  const Definition& d = offer.definition;
  Json json{{"name", d.name},
            {"v", d.version},
            {"doc", d.doc},
            {"operations", d.operations_formula},
            {"bytes", d.bytes_formula},
            {"parameters", Json::array()},
            {"presets", Json::array()},
            {"inputs", Json::array()},
            {"tolerances", Json::array()},
            {"implementations", Json::array()}};
  if (!d.unit_of_work.empty()) json["unit_of_work"] = d.unit_of_work;  // an absent workload may have none
  for (const auto& p : d.parameters) {
    Json row{{"name", p.name}, {"default", to_json(p.default_value)}, {"doc", p.doc}};
    for (const auto& choice : p.choices) row["choices"].push_back(to_json(choice));
    if (p.of_input) row["of_input"] = true;
    json["parameters"].push_back(row);
  }
  for (const auto& p : d.presets) {
    json["presets"].push_back({{"name", p.name}, {"params", protocol::to_json(p.params)}});
  }
  for (const auto& i : d.inputs) {
    json["inputs"].push_back({{"name", i.name}, {"kind", i.kind}, {"doc", i.doc}, {"required", i.required}});
  }
  for (const auto& t : d.tolerances) {
    json["tolerances"].push_back(
        {{"accuracy", t.accuracy}, {"rule", t.rule}, {"limit", t.limit}, {"floor", t.floor}});
    if (t.mean > 0) json["tolerances"].back()["mean"] = t.mean;
  }
  for (const auto& i : offer.implementations) {
    json["implementations"].push_back({{"name", i.name},
                                       {"device", i.device},
                                       {"accuracy", i.accuracy},
                                       {"doc", i.doc},
                                       {"probe", to_json(i.probe)}});
    if (!i.binary.empty()) json["implementations"].back()["binary"] = i.binary;
  }
  if (!offer.probe.available) json["probe"] = to_json(offer.probe);
  if (offer.unverified) json["unverified"] = true;
  if (offer.own_batch) json["own_batch"] = true;
  return json;
}

Json to_json(const CollectorOffer& offer) {
  Json json{{"name", offer.name}, {"probe", to_json(offer.probe)}, {"metrics", Json::array()}};
  for (const auto& m : offer.metrics) {
    json["metrics"].push_back(
        {{"id", m.id}, {"unit", m.unit}, {"better", to_string(m.better)}, {"doc", m.doc}});
    if (m.over != Over::unit) json["metrics"].back()["over"] = to_string(m.over);
  }
  return json;
}

// ---- in

Probe decode_probe(const Field& owner) {
  const auto field = owner.find("probe");
  if (!field || field->at("available").boolean()) return Probe::present();
  Probe probe = Probe::absent(field->text_or("reason", ""), field->text_or("remedy", ""));
  if (probe.reason.empty()) field->fail("says that it is absent without a reason");
  return probe;
}

Parameter decode_parameter(const Field& field) {
  Parameter parameter;
  parameter.name = field.at("name").name();
  if (is_reserved_key(parameter.name)) field.at("name").fail("is '" + parameter.name + "', a reserved key");
  parameter.default_value = field.at("default").value();
  parameter.doc = field.text_or("doc", "");
  if (const auto of_input = field.find("of_input")) parameter.of_input = of_input->boolean();
  bool has_default = false;
  for (const auto& choice : field.items_or_none("choices", 256)) {
    parameter.choices.push_back(choice.value());
    if (parameter.choices.back().index() != parameter.default_value.index()) {
      choice.fail("is of another type than the default");
    }
    has_default = has_default || parameter.choices.back() == parameter.default_value;
  }
  if (!parameter.choices.empty() && !has_default) field.at("default").fail("is not one of the choices");
  return parameter;
}

Preset decode_preset(const Field& field, const Definition& definition) {
  Preset preset;
  preset.name = field.at("name").name();
  const Field params = field.at("params");
  preset.params = params.params();
  try {
    resolve(definition, preset.params);
  } catch (const Error& error) {
    params.fail(std::string("does not fit: ") + error.what());
  }
  return preset;
}

Tolerance decode_tolerance(const Field& field) {
  Tolerance tolerance;
  tolerance.accuracy = field.at("accuracy").name();
  const Field rule = field.at("rule");
  tolerance.rule = rule.name();
  const auto& name = tolerance.rule;
  if (name != "exact" && name != "abs" && name != "rel" && name != "rel_l2" && name != "rel_rms") {
    rule.fail("is '" + name + "', expected exact, abs, rel, rel_l2 or rel_rms");
  }
  if (const auto limit = field.find("limit")) tolerance.limit = limit->real(0, 1e300);
  if (tolerance.rule.starts_with("rel") && tolerance.limit >= 1)
    field.at("limit").fail("is 1 or more: a result of zeros would agree");
  if (const auto floor = field.find("floor")) tolerance.floor = floor->real(0, 1e300);
  if (const auto mean = field.find("mean")) {
    tolerance.mean = mean->real(0, 1e300);
    if (name != "abs") mean->fail("is of the rule abs alone");
  }
  return tolerance;
}

InputRole decode_role(const Field& field) {
  InputRole role;
  role.name = field.at("name").name();
  role.kind = field.at("kind").name();
  if (role.kind != "image" && role.kind != "column" && role.kind != "model") {
    field.at("kind").fail("is '" + role.kind + "', expected image, column or model");
  }
  role.doc = field.text_or("doc", "");
  if (const auto required = field.find("required")) role.required = required->boolean();
  return role;
}

template <typename Rows, typename Name>
void refuse_twins(const Field& field, const Rows& rows, Name name) {
  std::set<std::string> seen;
  for (const auto& row : rows) {
    if (!seen.insert(name(row)).second) field.fail("has '" + name(row) + "' twice");
  }
}

Definition decode_definition(const Field& field, bool absent) {
  Definition d;
  d.name = field.at("name").name();
  if (d.name.find('.') == std::string::npos || d.name.find_first_of("/?@&=%*") < d.name.find('.')) {
    field.at("name").fail("is '" + d.name + "', expected family.name");
  }
  if (const auto version = field.find("v")) d.version = static_cast<int>(version->integer(1, 1'000'000));
  d.doc = field.text_or("doc", "");
  if (absent && !field.find("unit_of_work")) return d;
  d.unit_of_work = field.at("unit_of_work").name();
  d.operations_formula = field.text_or("operations", "");
  d.bytes_formula = field.text_or("bytes", "");
  for (const auto& item : field.items_or_none("parameters", 64))
    d.parameters.push_back(decode_parameter(item));
  for (const auto& item : field.items_or_none("presets", 64)) d.presets.push_back(decode_preset(item, d));
  for (const auto& item : field.items_or_none("inputs", 64)) d.inputs.push_back(decode_role(item));
  for (const auto& item : field.items_or_none("tolerances", 64))
    d.tolerances.push_back(decode_tolerance(item));
  refuse_twins(field, d.parameters, [](const auto& row) { return row.name; });
  refuse_twins(field, d.presets, [](const auto& row) { return row.name; });
  refuse_twins(field, d.inputs, [](const auto& row) { return row.name; });
  refuse_twins(field, d.tolerances, [](const auto& row) { return row.accuracy; });
  return d;
}

WorkloadOffer decode_workload(const Field& field) {
  const Probe probe = decode_probe(field);
  WorkloadOffer offer{decode_definition(field, !probe.available), {}, probe};
  if (!probe.available) return offer;
  if (const auto unverified = field.find("unverified")) offer.unverified = unverified->boolean();
  if (const auto own = field.find("own_batch")) offer.own_batch = own->boolean();
  if (offer.own_batch && !offer.unverified)
    field.at("own_batch").fail("is true, which only a workload that is `unverified` may say");
  for (const auto& item : field.at("implementations").items(256)) {
    ImplementationOffer row;
    row.name = item.at("name").name();
    row.device = item.name_or("device", "cpu");
    row.accuracy = item.name_or("accuracy", "exact");
    row.doc = item.text_or("doc", "");
    row.probe = decode_probe(item);
    row.binary = item.text_or("binary", "");
    bool known = row.accuracy == "exact";
    for (const auto& tolerance : offer.definition.tolerances)
      known = known || tolerance.accuracy == row.accuracy;
    if (!known)
      item.at("accuracy").fail("is '" + row.accuracy + "', which no tolerance of the workload names");
    offer.implementations.push_back(std::move(row));
  }
  refuse_twins(field, offer.implementations, [](const auto& row) { return row.name + "@" + row.device; });
  return offer;
}

Over decode_over(const Field& field) {
  try {
    return parse_over(field.name());
  } catch (const Error& error) {
    if (error.code == ErrorCode::protocol) throw;
    field.fail(std::string(": ") + error.what() + ": " + error.remedy);
  }
}

CollectorOffer decode_collector(const Field& field) {
  CollectorOffer offer;
  offer.name = field.at("name").name();
  offer.probe = decode_probe(field);
  for (const auto& item : field.items_or_none("metrics", 4096)) {
    Metric metric;
    metric.id = item.at("id").name();
    if (is_own_metric(metric.id)) item.at("id").fail("is '" + metric.id + "', which is Assay's own to give");
    metric.unit = item.at("unit").name();
    const std::string better = item.name_or("better", "neither");
    if (better != "lower" && better != "higher" && better != "neither") {
      item.at("better").fail("is '" + better + "', expected lower, higher or neither");
    }
    metric.better = parse_better(better);
    metric.doc = item.text_or("doc", "");
    if (const auto over = item.find("over")) metric.over = decode_over(*over);
    offer.metrics.push_back(std::move(metric));
  }
  return offer;
}

DeviceOffer decode_offer(const Field& field) { return {decode_device(field), decode_probe(field)}; }

}  // namespace

Json to_json(const Device& device) {
  return {{"name", device.name}, {"fidelity", device.fidelity}, {"fingerprint", device.fingerprint}};
}

Device decode_device(const Field& field) {
  Device device;
  device.name = field.at("name").name();
  device.fidelity = field.name_or("fidelity", "hardware");
  if (device.fidelity != "hardware" && device.fidelity != "software" && device.fidelity != "functional") {
    field.at("fidelity").fail("is '" + device.fidelity + "', expected hardware, software or functional");
  }
  if (const auto fingerprint = field.find("fingerprint")) device.fingerprint = fingerprint->facts();
  return device;
}

namespace {

void decode_identity(const Field& line, Hello& into) {
  into.protocol = static_cast<int>(line.at("protocol").integer(0, 1'000'000));
  into.worker = line.at("worker").name();
  into.subject.name = into.worker;
  if (const auto subject = line.find("subject")) {
    into.subject.name = subject->name_or("name", into.worker);
    into.subject.version = subject->text_or("version", "");
    into.subject.revision = subject->text_or("revision", "");
    into.subject.compiler = subject->text_or("compiler", "");
    into.subject.binary = subject->text_or("binary", "");
    if (const auto libraries = subject->find("libraries")) into.libraries = libraries->facts();
    if (const auto code = subject->find("code")) {
      for (const auto& file : code->items(max_code_files)) into.code_files.push_back(file.text());
    }
  }
  if (const auto host = line.find("host")) into.host = host->facts();
  if (const auto files = line.find("files")) into.files = files->boolean();
  if (const auto clock = line.find("clock")) {
    into.clock_resolution_ns = clock->at("resolution_ns").real(0, 1e12);
    into.clock_cost_ns = clock->at("cost_ns").real(0, 1e12);
  }
}

void check_whole(const Hello& hello) {
  const Json none;
  const Field all(none, "hello");
  refuse_twins(all, hello.workloads, [](const auto& row) { return row.definition.name; });
  refuse_twins(all, hello.collectors, [](const auto& row) { return row.name; });
  refuse_twins(all, hello.devices, [](const auto& row) { return row.device.name; });
  std::set<std::string> devices;
  for (const auto& offer : hello.devices) {
    if (offer.probe.available) devices.insert(offer.device.name);
  }
  for (const auto& workload : hello.workloads) {
    for (const auto& row : workload.implementations) {
      if (row.probe.available && !devices.contains(row.device)) {
        all.fail(workload.definition.name + "/" + row.name + " is on device '" + row.device +
                 "', which is not among its devices");
      }
    }
  }
}

}  // namespace

void encode_reply(std::int64_t id, const Hello& hello, const Sink& sink) {
  Json line{{"id", id},
            {"protocol", hello.protocol},
            {"worker", hello.worker},
            {"subject",
             {{"name", hello.subject.name},
              {"version", hello.subject.version},
              {"revision", hello.subject.revision},
              {"compiler", hello.subject.compiler},
              {"binary", hello.subject.binary}}},
            {"host", hello.host},
            {"files", hello.files},
            {"clock", {{"resolution_ns", hello.clock_resolution_ns}, {"cost_ns", hello.clock_cost_ns}}},
            {"devices", Json::array()}};
  if (!hello.libraries.empty()) line["subject"]["libraries"] = hello.libraries;
  if (!hello.code_files.empty()) line["subject"]["code"] = hello.code_files;
  for (const auto& offer : hello.devices) {
    Json row = to_json(offer.device);
    if (!offer.probe.available) row["probe"] = to_json(offer.probe);
    line["devices"].push_back(std::move(row));
  }
  std::size_t bytes = dump_line(line).size();
  const auto add = [&](const char* list, Json row) {
    const std::size_t more = dump_line(row).size();
    if (bytes + more > soft_line_bytes) {
      line["more"] = true;
      sink(dump_line(line));
      line = Json{{"id", id}};
      bytes = 0;
    }
    bytes += more;
    line[list].push_back(std::move(row));
  };
  for (const auto& workload : hello.workloads) add("workloads", to_json(workload));
  for (const auto& collector : hello.collectors) add("collectors", to_json(collector));
  sink(dump_line(line));
}

bool decode_reply(std::string_view text, Progress& progress, Hello& into) {
  const ReplyLine reply(text, progress);
  const Field& line = reply.field();
  if (progress.lines == 1) decode_identity(line, into);
  for (const auto& item : line.items_or_none("devices", 64)) into.devices.push_back(decode_offer(item));
  for (const auto& item : line.items_or_none("workloads", 4096))
    into.workloads.push_back(decode_workload(item));
  for (const auto& item : line.items_or_none("collectors", 256))
    into.collectors.push_back(decode_collector(item));
  if (into.devices.size() > 64 || into.workloads.size() > 4096 || into.collectors.size() > 256) {
    line.fail("hello offers more than 4096 workloads, 256 collectors or 64 devices");
  }
  if (!reply.more()) {
    if (into.devices.empty()) into.devices.push_back({});
    check_whole(into);
  }
  return reply.more();
}

}  // namespace assay::protocol
