#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The example worker with one hostile text in one place, or in several: odd_worker.py PLACE[,PLACE...] TEXT, TEXT written
with \\x escapes.

At the place `levels` it sleeps instead of computing, TEXT nanoseconds and more: within a launch calls differ by a per
mille, between launches by up to ten times. At the place `collectors` it has a collector `odd`, and writes into the file TEXT whether
it runs under a tool and which collectors each measuring asks for; with the place `gpu` its device is one. At the place `unsettled` its calls take ever longer, and it
writes the file TEXT when it is asked to measure.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "workloads", "adapters"))
from example_worker import Refusal, Worker  # noqa: E402

PLACES = sys.argv[1].split(",")
TEXT = sys.argv[2].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "surrogateescape")


def is_at(*places):
    return any(place in PLACES for place in places)


class OddWorker(Worker):
    def hello(self, request):
        reply = super().hello(request)
        offer = reply["workloads"][0]
        if is_at("files"):
            reply["files"] = TEXT == "true"
        for place in PLACES:
            if place == "worker":
                reply[place] = TEXT
            if place.startswith("subject."):
                reply["subject"][place.split(".")[1]] = TEXT
            if place in ("name", "doc", "unit_of_work"):
                offer[place] = TEXT
            if place.startswith("implementation."):
                offer["implementations"].append({"name": "odd", "device": "cpu", "accuracy": "float", "doc": "",
                                                 place.split(".")[1]: TEXT})
        if is_at("probe"):
            offer["implementations"].append({"name": "odd", "device": "cpu", "accuracy": "float",
                                             "probe": {"available": False, "reason": TEXT, "remedy": TEXT}})
        if is_at("parameter"):
            offer["parameters"].append({"name": "odd", "default": TEXT, "doc": TEXT, "choices": [TEXT, "other"]})
        if is_at("preset"):
            offer["presets"].append({"name": TEXT, "params": {"n": 10}})
        if is_at("fingerprint"):
            reply["devices"][0]["fingerprint"] = {TEXT: TEXT, "model": TEXT}
        if is_at("gpu"):
            reply["devices"].append({"name": "cuda:0", "fidelity": "software"})
            for row in offer["implementations"]:
                row["device"] = row["device"] if row["name"] == "reference" else "cuda:0"
        if is_at("collectors"):
            reply["collectors"] = [{"name": "odd", "available": True, "metrics": []}]
        if is_at("collector"):
            reply["collectors"] = [{"name": TEXT, "available": False, "reason": TEXT, "remedy": TEXT, "metrics": []}]
        if is_at("reading", "reason"):
            reply["collectors"] = [{"name": "odd", "metrics": [{"id": name, "unit": "ns"}
                                                               for name in {TEXT if is_at("reading") else "odd.thing"}]}]
        return reply

    def prepare(self, request):
        if is_at("refusal"):
            raise Refusal("unavailable", TEXT, TEXT)
        reply = super().prepare(request)
        for place in ("isa", "input_digest", "accuracy"):
            if is_at(place):
                reply[place] = TEXT
        if is_at("log"):
            os.write(2, TEXT.encode("utf-8", "surrogateescape") + b"\n")
            os._exit(3)
        return reply

    def verify(self, request):
        reply = super().verify(request)
        if is_at("path"):
            reply["outputs"][0].pop("digest", None)
            reply["outputs"][0]["path"] = "/nowhere/" + TEXT
        if is_at("digest"):
            reply["outputs"][0]["digest"] = TEXT
        return reply

    def measure(self, request):
        if is_at("levels"):
            return self.invent(request, float(TEXT) * self.level)
        if is_at("unsettled"):
            with open(TEXT, "w", encoding="utf-8") as file:
                file.write("measuring")
            return self.invent(request, 1000, 1.01)
        if is_at("collectors"):
            asked = " ".join(request.pop("collectors", [])) + (" at once" if is_at("gpu") and set(request.get("schedule", [])) == {0} else "")
            with open(TEXT, "a", encoding="utf-8") as file:
                file.write(f"{'tool' if 'LD_BIND_NOW' in os.environ else 'alone'}: {asked}\n")
        lines = super().measure(request)
        if is_at("reading"):
            lines[0]["readings"] = [{"metric": TEXT, "value": 1.0, "unit": TEXT, "state": "ok", "coverage": 1,
                                     "reason": TEXT}]
        if is_at("reason"):
            lines[0]["readings"] = [{"metric": "odd.thing", "value": None, "unit": "ns", "state": "not_counted",
                                     "coverage": 0, "reason": TEXT}]
        return lines

    samples = 0
    level = 10 ** random.random()

    def invent(self, request, call_ns, growth=1):
        """Each sample takes as long as it is told to, or longer on a busy machine."""
        starts, ends = [], []
        origin = time.perf_counter_ns()
        for _ in range(request["samples"]):
            starts.append(time.perf_counter_ns() - origin)
            ends.append(starts[-1] + int(call_ns * growth**min(self.samples, 1500) * request["batch"] * random.uniform(1, 1.001)))
            self.samples += 1
            while (left_ns := ends[-1] + origin - time.perf_counter_ns()) > 0:
                time.sleep(left_ns * 1e-9)
        lines = [{"start": starts[at:at + 4096], "end": ends[at:at + 4096]} for at in range(0, len(starts), 4096)]
        lines[0].update({"origin_ns": origin, "batch": request["batch"]})
        return lines


OddWorker().serve()
