# SPDX-License-Identifier: Apache-2.0
"""Runs the agent (ports/wasm.c) in wasmtime (PyPI), with standard input and output, and tells it how long it took to load.

    python3 run.py MODULE

Where ASSAY_WASM_FUEL names a file (collectors/fuel), each instruction takes a unit of fuel, and the file gets a line that names the
engine and one with all that was taken for each end of a region.
"""
import importlib.metadata
import json
import os
import sys
import time


def answer_absent():
    """There is the device, and why it cannot be used."""
    probe = {"available": False, "reason": "this python3 has no module wasmtime",
             "remedy": "pip install wasmtime, in the environment whose python3 is first on PATH"}
    for line in sys.stdin:
        asked = json.loads(line)
        reply = {"id": asked["id"]}
        if asked["op"] == "hello":
            reply |= {"protocol": 1, "worker": "assay-agent",
                      "devices": [{"name": "wasm:wasmtime", "fidelity": "hardware", "probe": probe}], "workloads": []}
        elif asked["op"] != "bye":
            reply["error"] = {"code": "unavailable", "message": probe["reason"], "remedy": probe["remedy"]}
        print(json.dumps(reply), flush=True)
        if asked["op"] == "bye":
            return


try:
    import wasmtime
except ImportError:
    answer_absent()
    sys.exit(0)

version = importlib.metadata.version("wasmtime")
config = wasmtime.Config()
FUEL = 2**63
counts = None
if "ASSAY_WASM_FUEL" in os.environ:
    counts = open(os.environ["ASSAY_WASM_FUEL"], "w", encoding="ascii")
    print("fuel of wasmtime", version, file=counts)
    config.consume_fuel = True
engine = wasmtime.Engine(config)
store = wasmtime.Store(engine)
if counts:
    store.set_fuel(FUEL)
wasi = wasmtime.WasiConfig()
wasi.argv = ["agent", "wasm:wasmtime", f"wasm32 in wasmtime {version}"]
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
store.set_wasi(wasi)
with open(sys.argv[1], "rb") as file:
    code = file.read()
took = {"compile_ns": 0, "instantiate_ns": 0, "module_bytes": len(code)}
linker = wasmtime.Linker(engine)
linker.define_wasi()
for name in took:
    linker.define_func("assay", name, wasmtime.FuncType([], [wasmtime.ValType.i64()]), lambda name=name: took[name])


def at_region():
    if counts:
        print(FUEL - store.get_fuel(), file=counts, flush=True)


for end in ("region_enter", "region_leave"):
    linker.define_func("assay", end, wasmtime.FuncType([], []), at_region)
before = time.perf_counter_ns()
module = wasmtime.Module(engine, code)
took["compile_ns"] = time.perf_counter_ns() - before
before = time.perf_counter_ns()
instance = linker.instantiate(store, module)
took["instantiate_ns"] = time.perf_counter_ns() - before
instance.exports(store)["_start"](store)
