// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/ssh/far_script.h"

#include <algorithm>

#include "harness/transport/ssh/shell_word.h"

namespace assay::transport {

// (`grep ''` prints each line behind its file's name where it is given two files or more.)
const char* const facts_script = R"sh(cpu=/sys/devices/system/cpu
echo "@name:$(uname -n)"
echo "@kernel:$(uname -s) $(uname -r)"
echo "@architecture:$(uname -m)"
echo "@libc:$(getconf GNU_LIBC_VERSION 2>/dev/null)"
grep -s Cpus_allowed_list /proc/self/status | sed 's/.*:[^0-9]*/@allowed:/'
grep -s '^cpu' /dev/null /proc/stat
grep -s '' /dev/null /proc/cpuinfo /proc/meminfo /proc/loadavg /etc/os-release /proc/pressure/cpu /proc/pressure/memory \
  /proc/pressure/io /proc/sys/kernel/randomize_va_space /proc/sys/kernel/perf_event_paranoid \
  /proc/sys/kernel/numa_balancing $cpu/online $cpu/possible $cpu/present $cpu/smt/control $cpu/cpufreq/boost \
  $cpu/intel_pstate/no_turbo $cpu/cpu0/cpufreq/scaling_governor $cpu/cpu0/cpufreq/scaling_driver \
  $cpu/cpu[0-9]*/online $cpu/cpu[0-9]*/cpu_capacity $cpu/cpu[0-9]*/cpufreq/cpuinfo_max_freq \
  $cpu/cpu[0-9]*/cpufreq/base_frequency $cpu/cpu[0-9]*/topology/* $cpu/cpu[0-9]*/cache/index*/level \
  $cpu/cpu[0-9]*/cache/index*/type $cpu/cpu[0-9]*/cache/index*/size $cpu/cpu[0-9]*/cache/index*/shared_cpu_map \
  $cpu/cpu[0-9]*/cache/index*/coherency_line_size $cpu/cpu[0-9]*/cache/index*/number_of_sets \
  $cpu/cpu[0-9]*/cache/index*/physical_line_partition $cpu/cpu[0-9]*/cache/index*/ways_of_associativity \
  /sys/devices/system/node/online /sys/devices/system/node/node[0-9]*/cpumap /sys/devices/system/node/node[0-9]*/meminfo \
  /sys/devices/system/node/node[0-9]*/distance /sys/devices/system/clocksource/clocksource0/current_clocksource \
  /sys/fs/cgroup/cpu.max /sys/kernel/mm/transparent_hugepage/enabled /sys/class/thermal/thermal_zone*/temp \
  /sys/hypervisor/type
)sh";

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string far_script(const Command& command, const std::vector<Copied>& copied, const std::string& mark,
                       bool facts) {
  std::string script = "mark=" + shell_word(mark) + R"sh(
say() { echo "$mark $1"; }
work=${TMPDIR:-/tmp}/$mark
worker= watch=
signal_all() {
  for file in $(grep -ls "ASSAY_LAUNCH_MARK=$mark" /proc/[0-9]*/environ 2>/dev/null); do
    file=${file%/environ}
    kill -s "$1" "${file#/proc/}" 2>/dev/null
  done
  [ -z "$worker" ] || kill -s "$1" "$worker" 2>/dev/null
}
tidy() {
  trap '' TERM INT HUP
  [ -z "$watch" ] || kill "$watch" 2>/dev/null
  signal_all KILL
  signal_all KILL
  rm -rf "$work"
}
trap : PIPE
trap 'exit 143' TERM INT HUP
umask 077
mkdir "$work" || { say folder; exit 4; }
trap tidy EXIT
exec 3<&0
say hello
)sh";
  for (const auto& name : command.unset) script += "unset " + name + "\n";
  for (const auto& [name, value] : command.environment)
    script += "export " + name + "=" + shell_word(value) + "\n";
  std::string words;
  for (std::size_t i = 0; i < command.argv.size(); ++i) {
    const auto file =
        std::find_if(copied.begin(), copied.end(), [&](const Copied& one) { return one.word == i; });
    if (file == copied.end()) {
      words += " " + shell_word(command.argv[i]);
      continue;
    }
    const std::string place = "\"$work\"/" + std::to_string(i) + "/" + shell_word(file->name);
    words += " " + place;
    script += "mkdir \"$work\"/" + std::to_string(i) + "\nsay file\nhead -c " +
              std::to_string(file->bytes + 1) + " <&3 | head -c " + std::to_string(file->bytes) + " >" +
              place + " && chmod 700 " + place + "\n";
  }
  script += "set --" + words + "\n";
  if (facts) {
    script += "say facts\n" + std::string(facts_script) +
              R"sh(hash() { [ ! -f "$1" ] || echo "@sha256:$(sha256sum 2>/dev/null <"$1")"; }
hash "$(command -v "$1")"
( shift; for word in "$@"; do hash "$word"; done )
)sh";
  }
  script += R"sh(command -v "$1" >/dev/null 2>&1 || { say missing; exit 127; }
mkfifo "$work/in" && exec 4<>"$work/in" || { say folder; exit 4; }
export TMPDIR="$work" ASSAY_FILES=none
apart=
command -v setsid >/dev/null 2>&1 && apart=setsid
say start
ASSAY_LAUNCH_MARK=$mark $apart "$@" <"$work/in" 3<&- 4>&- &
worker=$!
( cat <&3 >&4
  exec 4>&-
  sleep 2
  signal_all TERM
  sleep 1
  signal_all KILL ) >/dev/null 2>&1 &
watch=$!
exec 4>&-
wait "$worker"
code=$?
worker=
exit "$code"
)sh";
  return script;
}

}  // namespace assay::transport
