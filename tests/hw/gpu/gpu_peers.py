# SPDX-License-Identifier: Apache-2.0
"""PyTorch's device times (ns) of work that GPU cases of the suite do, on cuda:0 as Assay numbers it, as JSON: case -> time.

Median of 15 readings by events, each over as many calls as take about 1 ms, queued behind a long kernel so that
launching is not timed. Inputs are random: none of these speeds depends on the values.
"""
import json
import os
import sys

os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # before torch starts CUDA

try:
    import torch
    if not torch.cuda.is_available():
        raise ImportError("no CUDA device")
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)

torch.backends.cuda.matmul.allow_tf32 = False


def time_ns(call):
    for _ in range(5):
        call()
    torch.cuda.synchronize()
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def reading(calls):
        torch.cuda._sleep(3_000_000)  # cycles: the queue fills behind it
        begin.record()
        for _ in range(calls):
            call()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1e6 / calls

    calls = max(1, min(200, int(1e6 / max(reading(1), 1000.0))))
    return sorted(reading(calls) for _ in range(15))[7]


def gemv(rows, cols):
    w = torch.randn(rows, cols, device="cuda")
    x = torch.randn(cols, device="cuda")
    y = torch.empty(rows, device="cuda")
    return time_ns(lambda: torch.mv(w, x, out=y))


def memory(kind, size):
    n = size // 4 // (2 if kind == "copy" else 3)
    b, c, a = (torch.rand(n, device="cuda") for _ in range(3))
    if kind == "copy":
        return time_ns(lambda: a.copy_(b))  # cudaMemcpyAsync, device to device
    return time_ns(lambda: torch.add(b, c, alpha=3.0, out=a))


def transfer(direction, pinned, size):
    host = torch.empty(size, dtype=torch.uint8, pin_memory=pinned)
    device = torch.empty(size, dtype=torch.uint8, device="cuda")
    if direction == "to_device":
        return time_ns(lambda: device.copy_(host, non_blocking=True))
    return time_ns(lambda: host.copy_(device, non_blocking=True))


LARGE = 512 << 20
times = {
    f"roof.mem/cuda?bytes={LARGE}&kind=copy": memory("copy", LARGE),
    f"roof.mem/cuda?bytes={LARGE}&kind=triad": memory("triad", LARGE),
    "roof.transfer/cuda": transfer("to_device", True, 64 << 20),
    "roof.transfer/cuda?direction=to_host": transfer("to_host", True, 64 << 20),
}
for rows, cols in ((4096, 14336), (8192, 14336)):
    ns = gemv(rows, cols)
    shape = f"cols={cols}" + (f"&rows={rows}" if rows != 4096 else "")
    times[f"llm.gemv/cublas?{shape}"] = ns
    if rows == 4096:  # the suite has the other cold
        times[f"llm.gemv/cuda?{shape}"] = ns
print(json.dumps({f"{case}@cuda:0": ns for case, ns in times.items()}))
