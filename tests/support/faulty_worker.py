#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The example worker with one fault: faulty_worker.py --fault=NAME [--once=FILE].

With --once the fault happens only while FILE does not exist; it is created, so that the next launch is a good one.
"""
import argparse
import os
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "workloads", "adapters"))
from example_worker import Worker  # noqa: E402

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sleep_for_ever():
    while True:
        time.sleep(1000)


def raw(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def one_gigabyte():
    block = b"x" * (1 << 20)
    for _ in range(1024):
        raw(block)


def eat_memory():
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(4096)) * (16 * 256))  # 16 MiB, touched
        time.sleep(0.005)


def start_daemons():
    """Three that leave the process group, one of them twice forked and with an empty environment."""
    subprocess.Popen(["sleep", "1000"], start_new_session=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 1000; done"], start_new_session=True,
                     stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
            os.execve("/bin/sleep", ["sleep", "1000"], {})
        os._exit(0)
    os.wait()


class FaultyWorker(Worker):
    def __init__(self, fault):
        self.fault = fault
        self.last_id = 0
        self.fresh = True

    # -- faults inside of a sample

    def prepare(self, request):
        if self.fault == "hang-prepare":
            sleep_for_ever()
        if self.fault == "daemons":
            start_daemons()
        if self.fault == "error-escape":
            from example_worker import Refusal
            raise Refusal("unavailable", "\x1b[2J\x1b]0;owned\x07 is \u202egone", "\x1b[31mred")
        if self.fault == "traceback":
            import traceback
            try:
                raise RuntimeError("out of luck")
            except RuntimeError:
                sys.stderr.write("x\n" * 10000 + traceback.format_exc())
            os._exit(1)
        reply = super().prepare(request)
        good_call = self.call
        calls = 0

        def bad_call():
            nonlocal calls
            calls += 1
            if calls >= 3:
                if self.fault == "exit-mid-sample":
                    os._exit(3)
                if self.fault == "exit-zero":
                    os._exit(0)
                if self.fault == "segfault":
                    os.kill(os.getpid(), signal.SIGSEGV)
                if self.fault == "hang":
                    sleep_for_ever()
                if self.fault == "hang-ignore-sigterm":
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    sleep_for_ever()
                if self.fault == "memory":
                    eat_memory()
                if self.fault == "memory-child":
                    if os.fork() == 0:
                        os.setsid()
                        eat_memory()
                    sleep_for_ever()
                if self.fault == "closed-output":
                    os.close(1)
                    sleep_for_ever()
                if self.fault == "closed-input":
                    os.close(0)
            if self.fault == "left-out":  # only the first call after a verification does the work, which is long
                if self.fresh:
                    self.kept = [good_call() for _ in range(20)][-1]
                self.fresh = False
                return self.kept
            return good_call()

        self.call = bad_call
        if self.fault == "nan-work":
            reply["work"]["operations"] = float("nan")
        self.is_builtin = "/builtin" in request["case"]
        if self.fault == "other-units" and self.is_builtin:
            reply["work"]["units"] *= 10
        if self.fault == "other-unit-name":
            reply["unit_of_work"] = "frames"
        if self.fault == "more-operations" and self.is_builtin:
            reply["work"]["operations"] *= 100
        if self.fault == "more-bytes":
            reply["work"]["minimum_bytes"] *= 10**6
        if self.fault == "no-units" and self.is_builtin:
            reply["work"]["units"] = 0
        if self.fault == "work-negative":
            reply["work"]["units"] = -1
        return reply

    # -- faults in what is said

    def hello(self, request):
        reply = super().hello(request)
        if self.fault == "crash-at-hello":
            sys.stderr.write("cannot load libmagic.so\n")
            os._exit(127)
        if self.fault == "version":
            reply["protocol"] = 99
        if self.fault == "escape-name":
            reply["workloads"][0]["name"] = "example.\x1b[31msum"
        if self.fault == "escape-doc":
            reply["workloads"][0]["doc"] = "\x1b]0;owned\x07"
        return reply

    def verify(self, request):
        reply = super().verify(request)
        self.fresh = True
        if self.fault == "skips-most":
            self.result = -1
        if self.fault == "wrong-result" and "digest" in reply["outputs"][0]:
            reply["outputs"][0]["digest"] = "crc32:deadbeef"
        if self.fault == "wrong-builtin" and self.is_builtin:
            self.result = self.call() + 1
            reply = super().verify(request)
        if self.fault == "wrong-digest" and "digest" in reply["outputs"][0]:
            reply["outputs"][0]["digest"] = "crc32:00c0ffee"
        if self.fault == "absent-file":
            reply["outputs"][0] = {"name": "sum", "dtype": "f64", "shape": [1], "path": "/no/such/file.npy"}
        if self.fault == "linked-file":
            link = os.path.join(os.environ["TMPDIR"], "link.npy")
            if not os.path.islink(link):
                os.symlink(__file__, link)
            reply["outputs"][0] = {"name": "sum", "dtype": "f64", "shape": [1], "path": link}
        if self.fault == "huge-shape":
            reply["outputs"][0] = {"name": "sum", "dtype": "f64", "shape": [1 << 40, 1 << 40], "data": ""}
        return reply

    def measure(self, request):
        batch = request["batch"]
        if self.fault == "no-batch":
            request = {**request, "batch": 1}
        left = self.result
        lines = super().measure(request)
        if isinstance(lines, dict):  # by file
            return lines
        if self.fault == "skips-most" and batch * request["samples"] == 1 and self.is_builtin:
            self.result = left  # a call in a batch works, one alone does not
        first = lines[0]
        if self.fault == "no-batch":
            first["batch"] = batch
        for line in lines:
            start, end = line["start"], line["end"]
            if self.fault == "tenfold":
                line["start"], line["end"] = [10 * t for t in start], [10 * t for t in end]
            if self.fault == "held-down":
                line["tracks"] = [{"metric": metric, "unit": unit, "offset": end, "value": [value] * len(end)}
                                  for metric, unit, value in (("time.device", "ns", 5), ("device.held_down", "ratio", 1))]
            if self.fault == "too-fast":
                line["end"] = [s + (e - s) // 10 for s, e in zip(start, end)]
            if self.fault == "too-fast-in-many" and request["samples"] > 5:
                line["end"] = [s + (e - s) // 100 for s, e in zip(start, end)]
            if self.fault == "open-ignored" and "scheduled" in line:
                line["start"] = list(line["scheduled"])
                line["end"] = [t + 1 for t in line["start"]]
            if self.fault == "constant":
                line["end"] = [s + 100 for s in start]
            if self.fault == "standing-clock":
                line["end"] = list(start)
            if self.fault == "overlap":
                line["end"] = [t + 10**6 for t in end]
        if self.fault == "origin":
            first["origin_ns"] = 7
        if self.fault == "nan":
            first["end"][0] = float("nan")
        if self.fault == "end-before-start":
            first["end"][0] = 0
            first["start"][0] = 5
        if self.fault == "fewer-samples":
            first["start"].pop()
            first["end"].pop()
        if self.fault == "lengths":
            first["start"].pop()
        if self.fault == "file-not-asked":
            return {"origin_ns": first["origin_ns"], "batch": first["batch"], "file": True}
        if self.fault == "other-batch":
            first["batch"] += 1
        return lines

    def send(self, line):
        is_measure = "start" in line
        if is_measure and self.fault == "garbage":
            raw(b"Loading model... 100%\n")
        if is_measure and self.fault == "binary":
            raw(bytes(range(256)) * 16 + b"\n")
        if is_measure and self.fault == "long-line":
            one_gigabyte()
        if is_measure and self.fault == "half-line":
            raw(b'{"id": 4, "start": [1, 2')
            os._exit(0)
        if is_measure and self.fault == "wrong-id":
            line = {**line, "id": line["id"] + 1}
        if is_measure and self.fault == "answers-twice":
            super_send(self, line)
        if is_measure and self.fault == "out-of-order":
            line = {**line, "id": self.last_id}
        if is_measure and self.fault == "more-for-ever":
            while True:
                super_send(self, {"id": line["id"], "more": True, "origin_ns": 0, "batch": 1})
        self.last_id = line["id"]
        super_send(self, line)


def super_send(worker, line):
    if worker.fault in ("nan", "nan-work"):
        import json
        raw(json.dumps(line).encode() + b"\n")  # as Python writes it: NaN
    else:
        Worker.send(worker, line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", default="none")
    parser.add_argument("--once")
    options = parser.parse_args()
    fault = options.fault
    if options.once:
        try:
            os.close(os.open(options.once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            fault = "none"
    if fault == "log-flood":
        sys.stderr.write("e" * (4 << 20))
    worker = FaultyWorker(fault)
    worker.serve()
    if fault == "hang-after-bye":
        sleep_for_ever()
    if fault == "talks-after-bye":
        raw(b"goodbye\n")
    if fault == "exit-status":
        sys.exit(9)


if __name__ == "__main__":
    main()
