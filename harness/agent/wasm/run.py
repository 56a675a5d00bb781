# SPDX-License-Identifier: Apache-2.0
"""Runs the agent (ports/wasm.c) in wasmtime (PyPI), with standard input and output, and tells it how long it took to load.

    python3 run.py MODULE
"""
import importlib.metadata
import json
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

engine = wasmtime.Engine()
store = wasmtime.Store(engine)
wasi = wasmtime.WasiConfig()
wasi.argv = ["agent", "wasm:wasmtime", "wasm32 in wasmtime " + importlib.metadata.version("wasmtime")]
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
before = time.perf_counter_ns()
module = wasmtime.Module(engine, code)
took["compile_ns"] = time.perf_counter_ns() - before
before = time.perf_counter_ns()
instance = linker.instantiate(store, module)
took["instantiate_ns"] = time.perf_counter_ns() - before
instance.exports(store)["_start"](store)
