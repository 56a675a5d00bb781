#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where the history of measurements lives between runners that keep nothing: as one file a run in an orphan branch.
#
#     assay run --suite quick --db run.db && assay export latest --format assay -o RUN.json --db run.db
#     sh history.sh push RUN.json [FILE...]      adds files to the branch; who pushes at the same time is waited out
#     sh history.sh pull FOLDER                  the branch's files into a folder, for 'assay history --from FOLDER'
#
# Files keep their base names: give each run's its own (RUN.json: the run's UUID, or the commit and the job). What
# 'assay ack ID --reason WHY --from FOLDER -o ACK.json' writes is pushed like a run, and 'assay gate --from FOLDER' counts it.
#
# REMOTE   where the branch is (origin)      BRANCH   its name (assay-history)      TRIES   pushes before it gives up (20)
# The checkout, its index and its branches stay as they are.
set -eu

remote=${REMOTE:-origin}
branch=${BRANCH:-assay-history}
tries=${TRIES:-20}
ref=refs/heads/$branch
ours=refs/assay/history # fetched to: FETCH_HEAD is others' too

usage() {
  sed -n '3,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# Fetches the branch. Fails where the remote does not answer; there may be no such branch yet.
fetch() {
  git update-ref -d "$ours"
  heads=$(git ls-remote "$remote" "$ref") || return
  if [ -n "$heads" ]; then
    git fetch --quiet --no-tags "$remote" "+$ref:$ours"
  fi
}

has_history() { git rev-parse --verify --quiet "$ours" > /dev/null; }

push() {
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  export GIT_INDEX_FILE="$tmp/index" GIT_AUTHOR_NAME=assay GIT_AUTHOR_EMAIL=assay@localhost GIT_COMMITTER_NAME=assay \
    GIT_COMMITTER_EMAIL=assay@localhost
  try=0
  while [ "$try" -lt "$tries" ]; do
    try=$((try + 1))
    fetch || return
    rm -f "$GIT_INDEX_FILE"
    parent=
    if has_history; then
      parent=$(git rev-parse "$ours")
      git read-tree "$parent"
    fi
    for file in "$@"; do
      blob=$(git hash-object -w --no-filters -- "$file")
      git update-index --add --cacheinfo "100644,$blob,$(basename "$file")"
    done
    tree=$(git write-tree)
    if [ -n "$parent" ] && [ "$tree" = "$(git rev-parse "$parent^{tree}")" ]; then
      return # it is there already
    fi
    commit=$(echo "history: $# more" | git commit-tree "$tree" ${parent:+-p "$parent"})
    git push --quiet "$remote" "$commit:$ref" 2> "$tmp/log" && return
    # Somebody was faster: theirs is taken along.
    sleep "$((try < 5 ? 1 : 3))"
  done
  cat "$tmp/log" >&2
  echo "history.sh: not pushed to $remote $branch after $tries tries: may this job write there?" >&2
  return 1
}

pull() {
  mkdir -p "$1"
  fetch || return
  if has_history; then
    git archive "$ours" | tar -x -C "$1"
  else
    echo "history.sh: $remote has no branch $branch yet" >&2
  fi
}

[ "$#" -ge 2 ] || usage
verb=$1
shift
case $verb in
  push) push "$@" ;;
  pull) pull "$1" ;;
  *) usage ;;
esac
