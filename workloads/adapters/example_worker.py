#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An Assay worker in plain Python: a pattern to copy. The rules are in harness/protocol/README.md.

It offers one workload, example.sum: the sum of n seeded numbers, computed by a loop (reference) and by sum() (builtin).

    assay worker check python3 workloads/adapters/example_worker.py
    assay run 'example.sum' --worker 'python3 workloads/adapters/example_worker.py'
"""
import array
import ast
import atexit
import base64
import hashlib
import json
import os
import platform
import struct
import sys
import tempfile
import time
import zlib

PROTOCOL = 1
MAX_LINE = 1 << 20
MAX_VALUES = 4096  # on one line
MASK = (1 << 64) - 1


class Refusal(Exception):
    """What is answered as `error`; the worker goes on."""

    def __init__(self, code, message, remedy=""):
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


# ---- rules that all workers share: seeded input, digest, .npy

def fnv1a64(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def seed_u64(key, i):
    """Element i of a stream; key = seed ^ fnv1a64(name)."""
    x = (key + (i + 1) * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def seed_below(key, i, n):
    return ((seed_u64(key, i) >> 32) * n) >> 32


def seed_unit(key, i):
    return (seed_u64(key, i) >> 40) / 16777216.0


def digest(dtype, shape, data):
    head = "%s[%s]" % (dtype, ",".join(str(extent) for extent in shape))
    return "crc32:%08x" % zlib.crc32(data, zlib.crc32(head.encode()))


def write_npy(path, descr, shape, data):
    extents = "".join("%d," % extent for extent in shape)
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" % (descr, extents)
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def write_times(path, rows):
    """i64[rows, n]: the samples of a measure that go by file."""
    times = array.array("q", [time for row in rows for time in row])
    if sys.byteorder == "big":
        times.byteswap()
    write_npy(path, "<i8", [len(rows), len(rows[0])], times.tobytes())


def read_times(path, n):
    """i64[n]: the schedule of an open loop that comes by file."""
    with open(path, "rb") as file:
        if file.read(8) != b"\x93NUMPY\x01\x00":
            raise ValueError("%s is not a .npy file of format 1.0" % path)
        header = ast.literal_eval(file.read(*struct.unpack("<H", file.read(2))).decode())
        times = array.array("q", file.read())
    if header != {"descr": "<i8", "fortran_order": False, "shape": (n,)} or len(times) != n:
        raise ValueError("%s does not hold %d times" % (path, n))
    if sys.byteorder == "big":
        times.byteswap()
    return times.tolist()


# ---- the workload

def sum_by_loop(values):
    total = 0
    for value in values:
        total += value
    return total


IMPLEMENTATIONS = {"reference": (sum_by_loop, "a loop, one addition after the other"),
                   "builtin": (sum, "Python's own sum()")}


class Worker:
    """One method for each operation. A reply is a dictionary, or a list of them for a reply of several lines."""

    def hello(self, request):
        low, high = request["protocol"]
        if not low <= PROTOCOL <= high:
            raise Refusal("protocol", "this worker speaks protocol %d, offered were %d to %d" % (PROTOCOL, low, high),
                          "use a worker and an assay of the same version")
        with open(os.path.abspath(__file__), "rb") as file:
            binary = hashlib.sha256(file.read()).hexdigest()
        clock = time.get_clock_info("perf_counter")
        begin = time.perf_counter_ns()
        for _ in range(1000):
            time.perf_counter_ns()
        cost = (time.perf_counter_ns() - begin) / 1000
        return {
            "protocol": PROTOCOL,
            "worker": "example",
            "files": True,
            "subject": {"name": "example", "version": "1", "binary": binary,
                        "compiler": "%s %s" % (platform.python_implementation(), platform.python_version())},
            "clock": {"resolution_ns": clock.resolution * 1e9, "cost_ns": cost},
            "devices": [{"name": "cpu", "fidelity": "hardware"}],
            "workloads": [{
                "name": "example.sum",
                "v": 1,
                "doc": "The sum of n seeded numbers: integers from 0 to 999, or reals in [0, 1) that are multiples of "
                       "2^-24, so that every order of additions gives the same sum.",
                "unit_of_work": "elements",
                "operations": "n",
                "bytes": "8 * n",
                "parameters": [
                    {"name": "n", "default": 100000, "doc": "how many numbers"},
                    {"name": "dtype", "default": "i64", "doc": "their type", "choices": ["i64", "f64"]},
                ],
                "presets": [{"name": "xs", "params": {"n": 1000}}],
                "tolerances": [{"accuracy": "float", "rule": "rel", "limit": 1e-12, "floor": 1e-30}],
                "implementations": [{"name": name, "device": "cpu", "accuracy": "float", "doc": doc}
                                    for name, (_, doc) in IMPLEMENTATIONS.items()],
            }],
        }

    def prepare(self, request):
        """Everything that is not to be measured: input, memory, threads, one call."""
        self.call = None
        name, _, rest = request["case"].partition("/")
        implementation = rest.partition("@")[0].partition("?")[0]
        if name != "example.sum" or implementation not in IMPLEMENTATIONS:
            raise Refusal("unavailable", "this worker has no '%s/%s'" % (name, implementation),
                          "it has example.sum/" + " and example.sum/".join(IMPLEMENTATIONS))
        n, self.dtype = request["params"].get("n"), request["params"].get("dtype")
        if type(n) is not int or not 1 <= n <= 100_000_000 or self.dtype not in ("i64", "f64"):
            raise Refusal("usage", "n must be an integer from 1 to 100000000, dtype i64 or f64",
                          "choose another value")
        if request.get("inputs"):
            raise Refusal("unavailable", "example.sum takes no input files", "leave --input out")

        placement = []
        if request.get("cpus") and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, request["cpus"][:1])
            placement = sorted(os.sched_getaffinity(0))

        key = int(request["seed"]) ^ fnv1a64("v")
        if self.dtype == "i64":
            values = [seed_below(key, i, 1000) for i in range(n)]
            data = struct.pack("<%dq" % n, *values)
        else:
            values = [seed_unit(key, i) for i in range(n)]
            data = struct.pack("<%dd" % n, *values)
        function = IMPLEMENTATIONS[implementation][0]
        self.call = lambda: function(values)
        self.result = self.call()
        return {
            "work": {"operations": n, "minimum_bytes": 8 * n, "units": n},
            "unit_of_work": "elements",
            "accuracy": "float",
            "resident_bytes": sys.getsizeof(values) + n * sys.getsizeof(values[0]),
            "input_digest": digest(self.dtype, [n], data),
            "threads": 1,
            "placement": placement,
            "isa": "python",
        }

    def verify(self, request):
        """The result of the last call: integers as their digest unless values are asked for, the rest as a file."""
        self.need_prepared("verify")
        if self.result is None:
            self.result = self.call()
        output = {"name": "sum", "dtype": self.dtype, "shape": [1]}
        if self.dtype == "i64" and not request.get("values"):
            output["digest"] = digest("i64", [1], struct.pack("<q", self.result))
        elif os.environ.get("ASSAY_FILES") == "none":  # Assay is on another machine: all goes in lines
            code = "<q" if self.dtype == "i64" else "<d"
            output["data"] = base64.b64encode(struct.pack(code, self.result)).decode()
        else:
            path = os.path.join(tempfile.gettempdir(), "example-sum-%d.npy" % os.getpid())  # honours TMPDIR
            descr, code = ("<i8", "<q") if self.dtype == "i64" else ("<f8", "<d")
            write_npy(path, descr, [1], struct.pack(code, self.result))
            atexit.register(lambda: os.path.exists(path) and os.remove(path))
            output["path"] = path
        self.result = None  # what is verified next is of calls to come
        return {"outputs": [output]}

    def measure(self, request):
        self.need_prepared("measure")
        batch, samples, schedule = request["batch"], request["samples"], request.get("schedule")
        if request.get("schedule_file"):
            schedule = read_times(request["schedule_file"], samples)
        if request.get("cold"):
            raise Refusal("unsupported", "this worker cannot evict caches", "leave cache=cold out")
        if request.get("collectors"):
            raise Refusal("unavailable", "this worker has no collectors", "leave --collect out")
        starts, ends = [0] * samples, [0] * samples  # nothing grows while the clock runs
        calls, clock, call = range(batch), time.perf_counter_ns, self.call
        origin = clock()
        for i in range(samples):
            if schedule:
                self.wait_until(origin + schedule[i])
            start = clock()
            for _ in calls:
                result = call()
            end = clock()
            starts[i], ends[i] = start - origin, end - origin
        self.result = result

        if request.get("file") and samples > MAX_VALUES:
            write_times(request["file"], [starts, ends] + ([schedule] if schedule else []))
            return {"origin_ns": origin, "batch": batch, "file": True}
        lines = []
        for at in range(0, samples, MAX_VALUES):
            line = {"start": starts[at:at + MAX_VALUES], "end": ends[at:at + MAX_VALUES]}
            if schedule:
                line["scheduled"] = schedule[at:at + MAX_VALUES]
            lines.append(line)
        lines[0].update({"origin_ns": origin, "batch": batch})
        return lines

    @staticmethod
    def wait_until(due):
        """Sleeps for most of the time and spins for the rest: a sleep may end late, never early."""
        while True:
            left = due - time.perf_counter_ns()
            if left <= 0:
                return
            if left > 2_000_000:
                time.sleep((left - 1_000_000) / 1e9)

    def need_prepared(self, op):
        if getattr(self, "call", None) is None:
            raise Refusal("protocol", op + " was asked before a case was prepared", "prepare first")

    # ---- the loop

    def answer(self, request):
        operations = {"hello": self.hello, "prepare": self.prepare, "verify": self.verify, "measure": self.measure}
        op = request.get("op")
        if op not in operations:
            raise Refusal("unsupported", "this worker has no operation '%s'" % op,
                          "it has %s and bye" % ", ".join(operations))
        try:
            return operations[op](request)
        except (KeyError, TypeError, ValueError) as error:
            raise Refusal("protocol", "%s: %s: %s" % (op, type(error).__name__, error))

    def send(self, line):
        sys.stdout.buffer.write(json.dumps(line, allow_nan=False).encode() + b"\n")
        sys.stdout.buffer.flush()

    def serve(self):
        while True:
            line = sys.stdin.buffer.readline(MAX_LINE + 1)
            if not line:
                return
            identifier = 0
            try:
                if len(line) > MAX_LINE:
                    while line and not line.endswith(b"\n"):
                        line = sys.stdin.buffer.readline(MAX_LINE)
                    raise Refusal("protocol", "the request is longer than 1 MiB")
                try:
                    request = json.loads(line)
                except ValueError as error:
                    raise Refusal("protocol", "the request is not JSON: %s" % error)
                if not isinstance(request, dict) or type(request.get("id")) is not int:
                    raise Refusal("protocol", "the request has no id")
                identifier = request["id"]
                if request.get("op") == "bye":
                    self.send({"id": identifier})
                    return
                reply = self.answer(request)
                lines = reply if isinstance(reply, list) else [reply]
                for i, part in enumerate(lines):
                    more = {"more": True} if i + 1 < len(lines) else {}
                    self.send({"id": identifier, **part, **more})
            except Refusal as refusal:
                self.send({"id": identifier, "error": {"code": refusal.code, "message": refusal.message,
                                                       "remedy": refusal.remedy}})


if __name__ == "__main__":
    Worker().serve()
