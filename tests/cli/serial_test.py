#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board on a serial line: the agent of this host behind a pseudo-terminal whose bytes are flipped, lost and made up.
Whatever the line does, a run ends with right results or says why it has none."""
import os
import pathlib
import pty
import random
import re
import select
import shutil
import signal
import subprocess
import threading
import time
import tty
import unittest

from support import ASSAY, CliTest, main

AGENT = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-agent-uart"
CASES = ("tinyml.conv2d_int8/scalar?preset=xs", "tinyml.kws/scalar?preset=xs")
ONE = CASES[:1]


def clean(data):
    return data


class Noise:
    """Of each `every` bytes about one is flipped, one is lost, and one is made up; the same ones for a seed."""

    def __init__(self, seed, every):
        self.random, self.every = random.Random(seed), every

    def __call__(self, data):
        out = bytearray()
        for byte in data:
            dice = self.random.randrange(self.every)
            if dice == 0:
                byte ^= 1 << self.random.randrange(8)
            if dice == 1:
                continue
            if dice == 2:
                out.append(self.random.randrange(256))
            out.append(byte)
        return bytes(out)


class Line:
    """A pseudo-terminal with an agent at its far end. `to_host` and `to_board` are functions of the bytes that pass."""

    def __init__(self, to_host=clean, to_board=clean):
        self.master, self.slave = pty.openpty()  # the slave stays open, so that the line outlives a launch
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.to_host, self.to_board = to_host, to_board
        self.ended, self.wake = os.pipe()
        self.agent = None
        self.power_on()
        self.thread = threading.Thread(target=self.pass_on)
        self.thread.start()

    def power_on(self):
        if self.agent:
            self.agent.kill()
            self.agent.communicate()
        self.agent = subprocess.Popen([AGENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def pass_on(self):
        while True:
            ready, _, _ = select.select([self.master, self.agent.stdout, self.ended], [], [])
            if self.ended in ready:
                return
            if self.master in ready:
                self.agent.stdin.write(self.to_board(os.read(self.master, 4096)))
            if self.agent.stdout in ready:
                data = self.to_host(self.agent.stdout.read(4096))
                if data == "reset":
                    self.power_on()
                elif data:
                    os.write(self.master, data)

    def close(self):
        os.write(self.wake, b"x")
        self.thread.join()
        self.agent.kill()
        self.agent.communicate()
        for descriptor in (self.master, self.slave, self.ended, self.wake):
            os.close(descriptor)


class Meter:
    """A logger whose file gets rows of 3 V at 0.2 A, 100 a second. Rows that it is late with have the times that
    they should have had, so that a busy machine is no gap. Its clock is `ahead` of this host's."""

    def __init__(self, path, ahead=0.0):
        self.ended = threading.Event()
        self.file = open(path, "w", buffering=1)
        self.file.write("time_s,voltage_v,current_a,note\n")
        self.at = time.time()
        self.ahead = ahead
        self.thread = threading.Thread(target=self.log)
        self.thread.start()

    def log(self):
        while not self.ended.wait(0.05):
            while self.at < time.time():
                self.file.write(f"{self.at + self.ahead:.6f},3.0,0.2,x\n")
                self.at += 0.01

    def close(self):
        self.ended.set()
        self.thread.join()
        self.file.close()


class From:
    """Lets all pass until `word` comes by, then does `then` to that and to what follows, or to that alone."""

    def __init__(self, word, then, once=False):
        self.word, self.then, self.once, self.seen = word, then, once, False

    def __call__(self, data):
        if self.word in data and not self.seen:
            self.seen = True
            return self.then(data)
        return self.then(data) if self.seen and not self.once else data


@unittest.skipUnless(AGENT.exists(), "the agent of tests is not built")
class Serial(CliTest):
    def line(self, more="", **ways):
        line = Line(**ways)
        self.addCleanup(line.close)
        (self.work / "assay.toml").write_text(f'[[serial]]\nname = "desk"\nport = "{line.port}"\nspeed = 4000000\n{more}')
        return line

    def metered(self, table='meter = "power.csv"\n', **clock):
        """The energy of one launch beside a meter that logs into the file that the board's table names."""
        self.line(table)
        if clock:
            meter = Meter(self.work / "power.csv", **clock)
            self.addCleanup(meter.close)
        self.assay("run", *ONE, "--device", "serial:desk", "--launches", "1", "--quiet",
                   env={"ASSAY_MAX_TIME": "200ms", "ASSAY_WARMUP": "200ms"})
        result, = self.results().values()
        self.assertEqual((result["status"], result["verified"]), ("ok", True))
        return self.metric(result, "meter.energy")

    def measured(self, *cases, **how):
        self.assay("run", *cases, "--device", "serial:desk", "--quiet", **how)
        return self.results()

    def assert_right(self, results, count):
        self.assertEqual([(r["status"], r["verified"], r["device"]) for r in results.values()], [("ok", True, "serial:desk")] * count)
        self.assertTrue(all(self.metric(r, "time.wall.p50")["value"] > 0 for r in results.values()))

    def logs(self):
        return " ".join((launch["log"] or b"").decode() for launch in self.launches())

    def metric(self, result, name):
        found = [m for m in result["metrics"] if m["id"] == name]
        return found[0] if found else None

    def test_a_board_is_verified_and_timed_and_nothing_of_this_machine_is_told_of_it(self):
        self.line()
        results = self.measured(*CASES)
        self.assert_right(results, 2)
        for result in results.values():
            self.assertIn((self.metric(result, "memory.peak_rss") or {"value": None})["value"], (None,))
        self.assertEqual(self.query("SELECT DISTINCT state FROM v_readings WHERE metric LIKE 'host.%'"), [{"state": "unsupported"}])

    def test_energy_is_the_meters_power_times_the_calls_own_time(self):
        energy = self.metered(ahead=0)
        self.assertEqual((energy["state"], energy["unit"], energy["better"], energy["n"]), ("ok", "J", "lower", 1))
        result, = self.results().values()
        call_s = self.metric(result, "time.wall.p50")["value"] * 1e-9
        self.assertTrue(0.2 < energy["value"] / (0.6 * call_s) < 50, (energy, call_s))  # other calls, a busy machine
        shown = self.assay("show").out
        self.assertRegex(shown, r"energy +launches")
        self.assertRegex(shown, r"[0-9] [um]J")

    def test_a_meter_of_another_time_or_without_a_file_costs_the_energy_alone_and_says_why(self):
        energy = self.metered(ahead=3600)
        self.assertEqual((energy["state"], energy["value"]), ("not_counted", None))
        first, _, calls = map(float, re.search(r"are of ([0-9.]+) to ([0-9.]+), the calls of ([0-9.]+) to", energy["reason"]).groups())
        self.assertAlmostEqual(first - calls, 3600, delta=30)
        (self.work / "power.csv").unlink()
        self.assertIn("not_counted: ", self.assay("show").out)
        energy = self.metered()
        self.assertEqual((energy["state"], energy["value"]), ("not_counted", None))
        self.assertIn(f"{self.work}/power.csv: No such file", energy["reason"])
        energy = self.metered(table="")
        self.assertEqual(energy["state"], "unsupported")
        self.assertIn('meter = "FILE.csv"', energy["reason"])

    def test_flipped_lost_and_added_bytes_cost_time_and_no_result(self):
        self.line(to_host=Noise(1, 3000), to_board=Noise(2, 3000))
        self.assert_right(self.measured(*CASES), 2)
        self.assertIn("broken frames came", self.logs())

    def test_noise_and_old_frames_before_a_launch_are_no_answer(self):
        line = self.line()
        os.write(line.master, b"boot 1.2\r\n\x01\x01A00\x01A00002{}00000000\n\x01A0000" + bytes(range(256)))
        line.agent.stdin.write(b"\x01Q00005hello00000000\n\x01O00")
        self.assert_right(self.measured(*ONE), 1)

    def test_a_frame_that_is_cut_off_is_sent_again(self):
        self.line(to_host=From(b'"workloads"', lambda data: data[:len(data) // 2], once=True),
                  to_board=From(b'"prepare"', lambda data: data[:len(data) // 2], once=True))
        self.assert_right(self.measured(*ONE), 1)

    def test_a_launch_that_was_given_up_in_the_middle_leaves_nothing_to_the_next(self):
        line = self.line(to_host=From(b'"outputs"', lambda data: b""))
        self.assay("run", *ONE, "--device", "serial:desk", "--launches", "1", "--quiet", code=7,
                   env={"ASSAY_MEASURE_LIMIT": "1s", "ASSAY_PREPARE_LIMIT": "1s", "ASSAY_VERIFY_LIMIT": "1s"})
        line.to_host = clean
        self.assert_right(self.measured(*ONE), 1)

    def test_a_board_that_hangs_is_a_lost_launch_that_says_so(self):
        self.line(to_host=From(b'"outputs"', lambda data: b""))
        ended = self.assay("run", *ONE, "--device", "serial:desk", "--launches", "1", code=7,
                           env={"ASSAY_MEASURE_LIMIT": "1s", "ASSAY_PREPARE_LIMIT": "1s", "ASSAY_VERIFY_LIMIT": "1s"})
        self.assertIn("has said nothing for", ended.err)

    def test_a_board_that_was_reset_is_a_lost_launch_that_says_so(self):
        self.line(to_host=From(b'"outputs"', lambda data: "reset", once=True))
        ended = self.assay("run", *ONE, "--device", "serial:desk")
        self.assertIn("started anew", self.logs())
        self.assertIn("1 of 2", ended.out)

    def test_a_port_where_nobody_answers_is_refused_with_what_came(self):
        line = self.line(to_host=lambda data: b"", to_board=lambda data: b"")
        ended = self.assay("run", *ONE, "--device", "serial:desk", code=3, env={"ASSAY_START_LIMIT": "1s"})
        self.assertIn("nothing came from it", ended.err)
        line.agent.send_signal(signal.SIGKILL)

    def test_a_port_that_is_none_or_in_use_is_refused_with_what_to_do(self):
        line = self.line()
        (self.work / "none").write_text("")
        for port, said in (("/nonexistent", "cannot be opened"), (str(self.work / "none"), "is no serial port")):
            (self.work / "assay.toml").write_text(f'[[serial]]\nname = "desk"\nport = "{port}"\n')
            ended = self.assay("run", *ONE, "--device", "serial:desk", code=3)
            self.assertIn(said, ended.err)
        ended = self.assay("run", *ONE, "--device", "serial:other", code=3)
        self.assertIn("known: serial:desk", ended.err)
        line.to_host = clean

    def test_settings_of_a_board_are_checked_where_they_stand(self):
        for text, said in (('name = "a b"\nport = "/dev/x"', "letters"), ('name = "a"', "needs"),
                           ('name = "a"\nport = "x"', "path"), ('name = "a"\nport = "/x"\nspeed = "fast"', "number"),
                           ('name = "a"\nport = "/x"\nbaud = 1', "not a key"),
                           ('name = "a"\nport = "/x"\nmeter = 1', "CSV"),
                           ('name = "a"\nport = "/x"\nmeter = "p.csv"\nemulated = true', "no supply")):
            (self.work / "assay.toml").write_text("[[serial]]\n" + text + "\n")
            ended = self.assay("list", "devices", code=2)
            self.assertIn(said, ended.err)


BOARDS = {"microbit": ["qemu-system-arm", "-M", "microbit"], "mps2-an386": ["qemu-system-arm", "-M", "mps2-an386"],
          "rv32-virt": ["qemu-system-riscv32", "-M", "virt", "-bios", "none"], "sifive_e": ["qemu-system-riscv32", "-M", "sifive_e"]}
IMAGES = pathlib.Path(ASSAY).parents[1] / "share/assay/boards/serial"
MODEL = pathlib.Path(__file__).resolve().parents[1] / "fuzz/corpus/model/small.tflite"
HERE = {name: command for name, command in BOARDS.items()
        if (IMAGES / f"{name}-scalar.elf").exists() and shutil.which(command[0])}


@unittest.skipUnless(HERE, "no cross compiler or no emulator is installed")
class Emulated(CliTest):
    """Firmware on the UART of an emulated board: its driver, its clock, the frames, the kernels."""

    def run_on(self, name, image, *selection):
        """The one result of `selection` on the board, started with the image."""
        board = subprocess.Popen([*HERE[name], "-nodefaults", "-nographic", "-monitor", "none", "-serial", "pty", "-kernel", image],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = re.search("/dev/pts/[0-9]+", board.stdout.readline()).group()
            (self.work / "assay.toml").write_text(f'[[serial]]\nname = "{name}"\nport = "{port}"\nemulated = true\n')
            self.assay("run", *selection, "--device", f"serial:{name}", "--launches", "1", "--quiet", timeout=120)
        finally:
            board.kill()
            board.communicate()
        result, = self.results().values()
        self.assertEqual((result["status"], result["verified"], result["fidelity"]), ("ok", True, "functional"))
        sizes = {m["id"]: m["value"] for m in result["metrics"] if m["unit"] == "byte"}
        self.assertGreater(sizes["board.flash"], 20000)
        self.assertTrue(300 < sizes["board.stack"] < 16384, sizes)
        self.assertGreater(sizes["board.ram"], sizes["board.stack"] + 1000)
        self.assertRegex(self.assay("show").out, r"fits in \(flash/RAM\)")
        for metric in ("time.wall.p50", "board.cycles"):
            told = next(m for m in result["metrics"] if m["id"] == metric)
            self.assertEqual((told["value"], told["reason"]), (None, "an emulator's time is no time"))
        return result

    def test_firmware_answers_over_a_uart_and_computes_what_the_host_does(self):
        for name in HERE:  # one at a time: a board that waits for bytes takes a whole CPU
            with self.subTest(board=name):
                self.run_on(name, IMAGES / f"{name}-scalar.elf", *ONE)

    def test_a_compiled_model_is_flashed_and_computes_there_what_it_does_here(self):
        name = "mps2-an386" if "mps2-an386" in HERE else sorted(HERE)[0]
        made = self.assay("model", "compile", MODEL, "--board", f"serial:{name}", "--json").json()["images"]
        self.assertEqual([set(row) for row in made], [{"image"}])
        result = self.run_on(name, self.work / made[0]["image"], "tinyml.model", "--input", f"tinyml={MODEL}")
        self.assertEqual(result["workload"], "tinyml.model")
        self.assertIn("input", result["params"])


main()
