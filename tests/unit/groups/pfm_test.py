#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The code of every raw x86 event in collectors/groups is what libpfm4 makes of the name beside it.

Skipped (77) where libpfm4 is not installed: ci/setup.
"""
import ctypes
import os
import pathlib
import sys
import tomllib
import unittest

GROUPS = pathlib.Path(__file__).resolve().parents[3] / "collectors/groups"
# Where one folder serves CPUs that libpfm4 tells apart, all must agree.
ALSO = {"icl": ["icl", "icx"]}
# Pseudo-events of Linux for Intel's PERF_METRICS register (arch/x86/include/asm/perf_event.h): no library knows them.
TOPDOWN = {0x8000 + (n << 8) for n in range(8)}
FLAGS = 0x53 << 16  # user, kernel, interrupt, enable: perf_event_attr sets these by other means

try:
    os.environ["LIBPFM_ENCODE_INACTIVE"] = "1"
    PFM = ctypes.CDLL("libpfm.so.4")
    PFM.pfm_strerror.restype = ctypes.c_char_p
except OSError as error:
    print(f"skipped: {error}: ci/setup installs libpfm4")
    sys.exit(77)


class Argument(ctypes.Structure):  # pfm_pmu_encode_arg_t
    _fields_ = [("codes", ctypes.POINTER(ctypes.c_uint64)), ("fstr", ctypes.POINTER(ctypes.c_char_p)),
                ("size", ctypes.c_size_t), ("count", ctypes.c_int), ("idx", ctypes.c_int)]


def encoded(name):
    argument = Argument(size=ctypes.sizeof(Argument))
    text = ctypes.c_char_p()
    argument.fstr = ctypes.pointer(text)
    user = 0x8
    result = PFM.pfm_get_os_event_encoding(name.encode(), user, 0, ctypes.byref(argument))
    if result != 0:
        raise AssertionError(f"{name}: {PFM.pfm_strerror(result).decode()}")
    return argument.codes[0] & ~FLAGS


def raw_events():
    for path in sorted(GROUPS.glob("*/*.toml")):
        for name, event in tomllib.loads(path.read_text()).get("event", {}).items():
            if "code" in event:
                yield path.relative_to(GROUPS), name, event


class Pfm(unittest.TestCase):
    def test_every_x86_code_is_that_of_its_name(self):
        checked = 0
        for path, name, event in raw_events():
            code = int(event["code"], 16)
            if path.parts[0].startswith(("cortex", "neoverse")):
                self.assertNotIn("pfm", event, f"{path}: {name}")
                continue
            if code in TOPDOWN and path.parts[0] in ("icelake", "sapphire-rapids"):
                continue
            pmu, _, rest = event["pfm"].partition("::")
            for one in ALSO.get(pmu, [pmu]):
                with self.subTest(f"{path}: {name} on {one}"):
                    self.assertEqual(hex(code), hex(encoded(f"{one}::{rest}")))
                    checked += 1
        self.assertGreater(checked, 80)


if __name__ == "__main__":
    assert PFM.pfm_initialize() == 0
    unittest.main()
