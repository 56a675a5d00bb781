#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A performance gate for any CI system: what is checked out here against where it branched off, side by side.
#
#     BUILD='make' sh gate.sh ./build/benchmarks [ARGUMENT...]
#
# BUILD    how a tree is built, from its top: a command line for sh (needed)
# BASE     what to compare with (the merge base with origin/main, or with main)
# OUT      the folder for gate.json, gate.xml (JUnit) and gate.md (assay-gate)
# DB       where the launches are kept (the host's own database: on a runner that stays, `assay calibrate` and `assay ack` count)
# ASSAY    the program (assay)
# Other options of `assay gate` go into OPTIONS: OPTIONS='--budget 10m'. Ends as `assay gate` does: 0 passed, 1 something is slower,
# 5 the gate is dead.
set -eu

if [ "$#" -eq 0 ] || [ -z "${BUILD:-}" ]; then
  sed -n '3,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
assay=${ASSAY:-assay}
out=${OUT:-assay-gate}

merge_base() {
  for main in origin/main origin/master main master; do
    if git rev-parse --verify --quiet "$main^{commit}" > /dev/null; then
      git merge-base "$main" HEAD && return
    fi
  done
  echo "gate.sh: no merge base: is this a shallow clone? (git fetch --unshallow, or set BASE)" >&2
  return 5
}
base=${BASE:-$(merge_base)}
commit_of() {
  if ! git rev-parse --verify --quiet "$1^{commit}"; then
    echo "gate.sh: BASE=$1 is no commit here: fetch it (git fetch --unshallow, git fetch origin), or name another" >&2
    return 5
  fi
}
commit=$(commit_of "$base")
if [ "$commit" = "$(git rev-parse HEAD)" ]; then
  base=HEAD~1 # on the main branch itself: against the commit before
  commit=$(commit_of "$base")
fi

mkdir -p "$out"
status=0
# shellcheck disable=SC2086 # OPTIONS is several words
"$assay" gate --against "rev:$base" --build "$BUILD" --out "$out/gate.json" --junit "$out/gate.xml" --markdown "$out/gate.md" \
  ${DB:+--db "$DB"} ${OPTIONS:-} -- "$@" || status=$?
exit "$status"
