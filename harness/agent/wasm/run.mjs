// SPDX-License-Identifier: Apache-2.0
// Runs the agent (ports/wasm.c) in node, with standard input and output, and tells it how long it took to load.
//     node run.mjs MODULE
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const bytes = readFileSync(process.argv[2]);
const wasi = new WASI({ version: 'preview1', args: ['agent', 'wasm:node', `wasm32 in node ${process.version}`], returnOnExit: true });
let compiled = 0n;
let instantiated = 0n;
const before = process.hrtime.bigint();
const module = new WebAssembly.Module(bytes);
compiled = process.hrtime.bigint() - before;
const instance = new WebAssembly.Instance(module, {
  wasi_snapshot_preview1: wasi.wasiImport,
  assay: { compile_ns: () => compiled, instantiate_ns: () => instantiated, module_bytes: () => BigInt(bytes.length),
    region_enter: () => {}, region_leave: () => {} },
});
instantiated = process.hrtime.bigint() - before - compiled;
process.exitCode = wasi.start(instance);
