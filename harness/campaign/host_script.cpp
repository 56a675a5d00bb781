// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/host_script.h"

namespace assay::campaign {

std::string run_script(const Task& task, const Host& host) {
  std::string script;
  for (const auto& [name, value] : task.environment)
    script += "export " + name + "=" + shell_word(value) + "\n";
  std::string words;
  for (const auto& word : task.words) words += " " + shell_word(word);
  // Behind `--` stands a foreign program: our options go before everything else.
  const std::string ours = " --db \"$work/assay.db\" --identify --export \"$results/export\"";
  script += R"(child=
stopped=
trap 'stopped=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT HUP
if "$program" show latest --db "$work/assay.db" >/dev/null 2>&1; then
  "$program" run --resume latest)" +
            ours + R"( >/dev/null &
else
  "$program" run)" +
            ours + " --label " + shell_word("campaign=" + task.id) + " --label " +
            shell_word("host=" + host.name) + words + R"( >/dev/null &
fi
child=$!
[ -z "$stopped" ] || kill -TERM "$child"
wait "$child"
code=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
)";
  return script;
}

std::string work_script(const Task& task, const Host& host) {
  std::string place = host.folder.substr(host.folder.rfind('/') + 1);
  return "umask 077\nwork=${TMPDIR:-/tmp}/assay-campaign-" + task.id + "-" + place + R"(
mkdir "$work" 2>/dev/null
if [ ! -d "$work" ] || [ -h "$work" ] || [ ! -O "$work" ] || [ ! -w "$work" ]; then
  echo "assay: $work cannot be made, or is somebody else's: is the disk full?" >&2
  exit 4
fi
)";
}

std::string unpack_script(const std::string& unpack) {
  return "mkdir -p \"$work/program\" && " + unpack + R"( | tar -xzf - -C "$work/program" || exit 4
for program in "$work"/program/bin/assay "$work"/program/*/bin/assay; do
  [ ! -x "$program" ] || break
done
)";
}

}  // namespace assay::campaign
