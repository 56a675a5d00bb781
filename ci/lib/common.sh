# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts in ci/: steps with elapsed time, errors that say what to do. Sets `root` and changes into it.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root" || exit 4
started_at=$SECONDS

# note TEXT: a progress line on standard error, with the time since the script began.
note() { printf '[%3d s] %s\n' "$((SECONDS - started_at))" "$*" >&2; }

# fail TEXT [REMEDY]: says what went wrong and what to do, and ends.
fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  what to do: %s\n' "$2" >&2
  exit "${3:-1}"
}

# as_root COMMAND...: runs it as root, through sudo where needed.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "this needs root, and there is no sudo" "as root: $*" 3
  fi
}

# watch_build TITLE LOG: every 20 s, how far ninja has come. Ends with the shell that it is killed by.
watch_build() {
  local done_so_far
  while sleep 20 </dev/null >/dev/null 2>&1; do
    done_so_far="$(grep -oE '^\[[0-9]+/[0-9]+\]' "$2" | tail -n 1 || true)"
    [ -z "$done_so_far" ] || note "$1: $done_so_far"
  done
}

# step TEXT COMMAND...: runs the command quietly; its output goes into a log that is shown when it fails.
step() {
  local title="$1" log watcher status=0 began=$SECONDS
  shift
  mkdir -p build/log
  log="build/log/$(printf '%s' "$title" | tr -cs '[:alnum:]' '-').log"
  note "$title ..."
  watch_build "$title" "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  if [ "$status" = 0 ]; then
    note "$title: done in $((SECONDS - began)) s"
  else
    tail -n 100 "$log" >&2
    note "$title: FAILED after $((SECONDS - began)) s; the whole log is $log"
    return "$status"
  fi
}

# Compilers share a cache with any other checkout of this repository.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR="$root" CCACHE_SLOPPINESS=time_macros,pch_defines
jobs="${ASSAY_JOBS:-$(nproc)}"
