#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kernels as WebAssembly, in node and (where this Python has it) in wasmtime: right, timed, and with what loading took."""
import importlib.util
import os
import pathlib
import shutil
import sys
import unittest

from support import ASSAY, CliTest, main

MODULES = pathlib.Path(ASSAY).parents[1] / "share/assay/wasm"
BUILT = (MODULES / "agent-simd128.wasm").exists()
CASES = ("tinyml.conv2d_int8/*?preset=xs", "tinyml.kws/*?preset=xs")
LOADING = {"wasm.compile", "wasm.instantiate", "wasm.module", "wasm.memory"}


@unittest.skipUnless(BUILT, "no clang or no wasm-ld is installed")
class Wasm(CliTest):
    def check(self, engine):
        self.assay("run", *CASES, "--device", f"wasm:{engine}", "--launches", "1", "--quiet",
                   env={"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"})
        results = self.results()
        self.assertEqual(sorted((r["workload"], r["implementation"], r["status"], r["verified"]) for r in results.values()),
                         [(w, i, "ok", True) for w in ("tinyml.conv2d_int8", "tinyml.kws") for i in ("scalar", "simd128")])
        for result in results.values():
            values = {m["id"]: m["value"] for m in result["metrics"]}
            self.assertGreater(values["time.wall.p50"], 0)
            module = MODULES / f"agent-{result['implementation']}.wasm"
            self.assertEqual(values["wasm.module"], module.stat().st_size)
            self.assertTrue(all(values[metric] > 0 for metric in LOADING), values)

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_node_computes_what_the_host_does_and_says_what_loading_took(self):
        self.check("node")

    @unittest.skipUnless(importlib.util.find_spec("wasmtime"), "this Python has no wasmtime")
    def test_wasmtime_computes_what_the_host_does_and_says_what_loading_took(self):
        self.check("wasmtime")

    @unittest.skipUnless(importlib.util.find_spec("wasmtime"), "this Python has no wasmtime")
    def test_instructions_of_a_call_are_the_same_in_every_launch_and_those_of_vectors_are_fewer(self):
        counted = []
        for _ in range(3):
            self.assay("run", CASES[0], "--device", "wasm:wasmtime", "--launches", "1", "--collect", "fuel", "--quiet",
                       env={"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"})
            counted.append({r["implementation"]: {m["id"]: m["value"] for m in r["metrics"]}["fuel.instructions"]
                            for r in self.results().values()})
        self.assertEqual(counted[0], counted[1])
        self.assertEqual(counted[0], counted[2])
        macs = 8 * 8 * 16 * 16
        self.assertGreater(counted[0]["scalar"], macs)
        self.assertLess(counted[0]["simd128"], counted[0]["scalar"])

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_fuel_of_another_engine_is_not_counted_and_says_why(self):
        self.assay("run", CASES[0], "--device", "wasm:node", "--launches", "1", "--collect", "fuel", "--quiet")
        for result in self.results().values():
            fuel, = (m for m in result["metrics"] if m["id"] == "fuel.instructions")
            self.assertEqual((fuel["value"], fuel["state"]), (None, "not_counted"))
            self.assertIn("wasm:wasmtime", fuel["reason"])

    def test_an_engine_that_is_not_here_says_what_installs_it(self):
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "python3").write_text(f"#!/bin/sh\nexec {shutil.which('python3')} -I -S \"$@\"\n")  # without packages
        (tools / "python3").chmod(0o755)
        ended = self.assay("run", CASES[0], "--device", "wasm:wasmtime", code=3, env={"PATH": f"{tools}:{os.environ['PATH']}"})
        self.assertIn("pip install wasmtime", ended.err)
        ended = self.assay("run", CASES[0], "--device", "wasm:node", code=3, env={"PATH": str(tools)})
        self.assertIn("apt-get install nodejs", ended.err)
        ended = self.assay("run", CASES[0], "--device", "wasm:none", code=3)
        self.assertIn("known: wasm:node, wasm:wasmtime", ended.err)


main()
