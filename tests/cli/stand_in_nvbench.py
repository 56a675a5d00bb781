#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speaks as much of the command line of an nvbench (CUDA) program, and writes as much of its files, as Assay uses. It
knows nothing of Assay."""
import json
import os
import struct
import sys

AXES = [{"name": "T", "type": "type", "flags": "", "values": [
            {"input_string": "I32", "is_active": True}, {"input_string": "I64", "is_active": False}]},
        {"name": "Elements{io}", "type": "int64", "flags": "pow2", "values": [
            {"input_string": "16", "value": 65536}, {"input_string": "20", "value": 1048576}]}]
GPUS = int(os.environ.get("STAND_IN_GPUS", "1"))
SECONDS = 2.0 ** -17
words = sys.argv[1:]
if words == ["--jsonlist-benches"]:
    print(json.dumps({"benchmarks": [{"name": "copy", "index": 0, "axes": AXES}, {"name": "broken", "index": 1, "axes": None}]}))
    sys.exit()
if words == ["--jsonlist-devices"]:
    assert os.environ["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    print(json.dumps({"devices": [{"id": n, "name": "Stand-in GPU", "sm_version": 900} for n in range(GPUS)]}))
    sys.exit()

options = list(zip(words[::2], words[1::2]))
path, name = dict(options)["--jsonbin"], dict(options)["--benchmark"]
assert 0 < float(dict(options)["--timeout"]) < 10
axes = [value for option, value in options if option == "--axis"]
state = {"name": "Device=0", "device": 0, "axis_values": None, "is_skipped": name == "broken", "summaries": None}
if name == "broken":
    state["skip_reason"] = "there is no data"
else:
    assert axes in (["T=I32", "Elements{io}[pow2]=16"], ["T=I32", "Elements{io}[pow2]=20"]), axes
    os.mkdir(path + "-bin")
    with open(path + "-bin/0.bin", "wb") as out:
        out.write(struct.pack("<12f", *[SECONDS * (1 + int(dict(options).get("--devices", 0)))] * 12))
    state["axis_values"] = [{"name": "T", "type": "string", "value": "I32"}]
    state["summaries"] = [
        {"tag": "nv/cold/time/cpu/mean", "hint": "duration", "data": [{"name": "value", "type": "float64", "value": "2e-05"}]},
        {"tag": "nv/cold/time/gpu/stdev/relative", "data": [{"name": "value", "type": "float64", "value": None}]},
        {"tag": "nv/json/bin:nv/cold/sample_times", "data": [
            {"name": "filename", "type": "string", "value": path + "-bin/0.bin"},
            {"name": "size", "type": "int64", "value": "12"}]},
        {"tag": "nv/mine", "name": "Mine", "hide": "it has no data"}]
with open(path, "w", encoding="utf-8") as out:
    json.dump({"meta": {"version": {"json": {"major": 1, "minor": 0, "patch": 0, "string": "1.0.0"}}}, "devices": [],
               "benchmarks": [{"name": name, "states": [state]}]}, out)
