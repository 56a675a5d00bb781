#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies to OUT the few small inputs that keep the edges a libFuzzer merge saw: cover.py CONTROL OUT [FILES].

    TARGET -merge=1 -use_counters=0 -merge_control_file=CONTROL EMPTY GROWN
"""
import os
import shutil
import sys

control, out, limit = sys.argv[1], sys.argv[2], int((sys.argv + [280])[3])
with open(control, encoding="utf-8", errors="replace") as file:
    lines = file.read().split("\n")
count = int(lines[0])
names = lines[2:2 + count]
edges = {}
for line in lines[2 + count:]:
    words = line.split()
    if len(words) > 1 and words[0] == "COV":
        edges.setdefault(int(words[1]), set()).update(map(int, words[2:]))
size = {i: os.path.getsize(names[i]) for i in edges}
seen, chosen = set(), []
while len(chosen) < limit and edges:
    best = max(edges, key=lambda i: (len(edges[i] - seen) / (size[i] + 1500), -size[i]))
    gained = edges.pop(best) - seen
    if not gained:
        break
    seen |= gained
    chosen.append(best)
os.makedirs(out, exist_ok=True)
for i in chosen:
    shutil.copy(names[i], out)
print(f"{count} inputs -> {len(chosen)} files, {sum(size[i] for i in chosen)} bytes, {len(seen)} edges")
