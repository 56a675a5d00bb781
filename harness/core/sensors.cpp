// SPDX-License-Identifier: Apache-2.0
#include "harness/core/sensors.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace assay {

std::string sensor_root() {
  const char* root = std::getenv("ASSAY_SYSFS_ROOT");
  return root != nullptr ? root : "";
}

SensorText read_sensor_text(const std::string& path) {
  const std::string file = sensor_root() + path;
  const auto refused = [&] {
    const int error = errno;
    return SensorText{{},
                      error == EACCES || error == EPERM ? ReadingState::denied : ReadingState::unsupported,
                      path + ": " + std::strerror(error)};
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(file.c_str(), "re"), &std::fclose);
  if (!opened) return refused();
  SensorText sensor;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, opened.get()))
    sensor.text.append(buffer, got);
  if (std::ferror(opened.get()) != 0)
    return refused();  // a sensor may refuse when it is read, not when opened
  if (sensor.text.ends_with('\n')) sensor.text.pop_back();
  return sensor;
}

Reading read_sensor(const Metric& metric, const std::string& path, double scale) {
  const SensorText sensor = read_sensor_text(path);
  if (sensor.state != ReadingState::ok) return without_value(metric, sensor.state, sensor.reason);
  double value = 0;
  const auto end = sensor.text.data() + sensor.text.size();
  if (std::from_chars(sensor.text.data(), end, value).ec != std::errc{})
    return without_value(metric, ReadingState::unsupported, path + " holds no number");
  return with_value(metric, value * scale);
}

Reading without_value(const Metric& metric, ReadingState state, std::string reason) {
  Reading reading{metric.id, std::nullopt, metric.unit, state, 0, std::move(reason)};
  reading.better = metric.better;
  return reading;
}

Reading with_value(const Metric& metric, double value) {
  Reading reading{metric.id, value, metric.unit, ReadingState::ok, 1, {}};
  reading.better = metric.better;
  return reading;
}

std::vector<std::string> sensor_names(const std::string& folder, std::string_view prefix) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(sensor_root() + folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace assay
