#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The freestanding C11 rows, compiled for wasm32 without a C library, give the digests that the native tests pin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
for tool in clang wasm-ld node; do
  command -v "$tool" >/dev/null || { echo "1 skipped: there is no $tool (apt-get install clang lld nodejs)"; exit 77; }
done
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
clang --target=wasm32 -std=c11 -O2 -ffreestanding -nostdlib -Wall -Wextra -Werror -Wl,--no-entry -I. \
  tests/unit/workloads/tinyml_wasm.c workloads/tinyml/kernels/*.c workloads/tinyml/*/problem.c -o "$folder/rows.wasm"
seen="$(node -e '
  const bytes = require("fs").readFileSync(process.argv[1]);
  const { digest } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const hex = (row, i) => "crc32:" + (digest(row, i) >>> 0).toString(16).padStart(8, "0");
  console.log(hex(0, 0), hex(1, 0), hex(1, 1));' "$folder/rows.wasm")"
status=0
for digest in $seen; do
  if grep -qrF "\"$digest\"" tests/unit/workloads/tinyml_conv2d_int8_test.cpp tests/unit/workloads/tinyml_kws_test.cpp; then
    echo "wasm32 gives $digest, as pinned"
  else
    echo "wasm32 gives $digest, which no native test pins"
    status=1
  fi
done
exit "$status"
