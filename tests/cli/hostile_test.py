#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes from workers, arguments, files and databases reach neither SQL nor a terminal unescaped.

The `assay` of support.py looks at every byte that the program prints; here it is given reason to.
"""
import os
import pty
import re
import shlex
import subprocess

from support import ASSAY, CONV, EXAMPLE, EXAMPLE_WORKER, ODD_WORKER, UNSAFE, CliTest, main

TEXTS = {
    "escape": "\x1b[2J\x1b]0;owned\x07red",
    "c1": "\u009b31m",
    "sql": "'; DROP TABLE run; --\" OR 1=1",
    "lines": "one\ntwo\r\n\x08\x08three\x7f",
    "turned": "abc\u202edcba\u2066\u200f",
    "long": "x" * 10_000,
    "format": "{} {0} %s %n $(touch owned) `touch owned`",
    "comma": 'a,"b"\t;|',
}
# What costs more to start, or looks everywhere: what can stand in one text does.
BLENDS = {"escapes": "".join(TEXTS[name] for name in ("escape", "c1", "turned", "sql", "format", "comma")),
                "lines": TEXTS["lines"], "long": TEXTS["long"]}
# What is kept as it is, all in one worker; what may be refused, and so hide the others, each in one of its own.
KEPT = "subject.version,subject.compiler,doc,implementation.doc,isa"
PLACES = (KEPT, "worker", "subject.name", "unit_of_work", "implementation.name", "probe", "parameter", "preset", "fingerprint",
          "collector", "refusal", "input_digest", "accuracy", "log", "path", "digest", "reading", "reason", "name")


class Hostile(CliTest):
    def look_everywhere(self, *more):
        for command in (["show"], ["list", "runs"], ["list", "hosts"], ["export"], ["export", "--format", "google_benchmark"],
                        ["show", "--json"], ["db", "check"], ["db", "stats"], ["compare", "latest", "latest"],
                        ["compare", "latest", "latest", "--json"], ["report", "run", "--markdown", "-"],
                        ["report", "run", "--html", "-"], *more):
            if self.run_ids():
                self.assay(*command)
        if self.run_ids():
            for command in (["show"], ["export", "--format", "csv"], ["export", "--format", "assay"], ["export"],
                            ["list", "runs"]):
                shown = self.on_terminal(*command)
                self.assertIsNone(UNSAFE.search(shown), f"{command}: {shown!r}")
        self.assertEqual([row["name"] for row in self.query("SELECT name FROM sqlite_master WHERE name = 'run'")],
                         ["run"])
        self.assertEqual(list(self.work.glob("owned")), [])

    def on_terminal(self, *arguments):
        leader, follower = pty.openpty()
        process = subprocess.Popen([ASSAY, *arguments], env={**self.env, "TERM": "dumb"}, cwd=self.work,
                                   stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 65536):
                shown += part
        except OSError:
            pass
        os.close(leader)
        process.wait(30)
        return shown.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r\n", "\n")

    def worker(self, place, text):
        escaped = "".join(f"\\x{byte:02x}" for byte in text.encode())
        return f"{ODD_WORKER} {place} {shlex.quote(escaped)}"

    def test_labels_of_every_kind_are_kept_to_the_byte_and_shown_escaped(self):
        for name, text in TEXTS.items():
            if "\n" in text and name != "lines":
                continue
            self.run_conv("--launches", "1", "--label", f"odd={text}", "--label", text.replace("=", ""))
            self.assertEqual(self.query("SELECT value FROM label WHERE name = 'odd' ORDER BY run_key DESC")[0]["value"],
                             text)
            self.assertIn(self.run_ids()[0][:8], self.assay("show", f"odd={text}").out)
        self.look_everywhere()
        self.assert_sound()

    def test_arguments_of_every_kind_are_answered_escaped(self):
        self.run_conv()
        for text in TEXTS.values():
            for arguments in (["show", text], ["run", text], ["run", CONV, "--suite", text], ["list", text], [text],
                              ["export", "--format", text], ["compare", text],
                              ["run", CONV, "--device", text], ["run", CONV, "--cpus", text],
                              ["run", CONV, "--launches", text], ["run", CONV, "--input", text],
                              ["run", CONV, "--input", "vision=" + text], ["run", CONV, "--collect", text],
                              ["completion", text], ["import", text], ["show", "--db", text], ["run", "--resume", text],
                              ["compare", "latest", "--across", text]):
                with self.subTest(arguments=[a[:40] for a in arguments]):
                    ended = self.assay(*arguments, code=None)
                    self.assertIn(ended.code, (2, 3, 4), ended)
                    self.assertNotIn("internal fault", ended.err)
        self.assertEqual(len(self.run_ids()), 1)
        self.assert_sound()

    def test_worker_commands_of_every_kind_are_answered_escaped(self):
        for text in TEXTS.values():
            ended = self.assay("run", EXAMPLE, "--worker", text, code=None)
            self.assertIn(ended.code, (2, 3, 4, 7), ended)

    def test_settings_of_every_kind_are_answered_escaped(self):
        for text in TEXTS.values():
            if "\n" not in text:
                self.assay("config", "--show-origin", env={"ASSAY_CPUS": text})
            quoted = "".join(f"\\u{ord(c):04x}" for c in text)
            for toml in (f'["{quoted}"]\nx = 1\n', f'[run]\n"{quoted}" = 1\n', f'[run]\ncpus = "{quoted}"\n',
                         f'[[worker]]\nname = "{quoted}"\ncommand = ["{quoted}"]\n'):
                (self.work / "assay.toml").write_text(toml)
                for command in (["config", "--show-origin"], ["run", CONV], ["doctor"], ["list", "workloads"]):
                    self.assertIn(self.assay(*command, code=None).code, (0, 2, 3), toml)
            (self.work / "assay.toml").unlink()

    def test_a_database_that_was_tampered_with_is_shown_escaped(self):
        self.assay("run", EXAMPLE, "--worker", EXAMPLE_WORKER, "--label", "x")
        for text in BLENDS.values():
            self.query("UPDATE run SET command = ?, git_revision = ?, suite = ?, host_name = ?, assay_version = ?", [text] * 5)
            self.query("UPDATE label SET value = ?", [text])
            self.query("UPDATE launch SET reason = ?, unit_of_work = ?, isa = ?, output_digest = ?", [text] * 4)
            self.query("UPDATE subject SET name = ?, version = ?", [text] * 2)
            self.query("UPDATE reading SET reason = ?, unit = ?", [text] * 2)
            self.query("UPDATE planned_case SET worker = ?", [text])
            for status in ("ok", "failed"):
                self.query("UPDATE launch SET status = ?", [status])
                self.look_everywhere()
            self.query("UPDATE planned_case SET workload = ?, case_key = ?", [text, text])
            for command in (["show"], ["export"], ["list", "runs"], ["compare", "latest", "latest"], ["run", "--resume"]):
                self.assertIn(self.assay(*command, code=None).code, (0, 2, 3), command)
            self.query("UPDATE planned_case SET workload = 'example.sum', case_key = 'example.sum/builtin?n=1000@cpu'")


def make_test(place):
    def test(self):
        for name, text in BLENDS.items():
            with self.subTest(text=name):
                ended = self.assay("run", "example.sum", "--worker", self.worker(place, text), "--launches", "1",
                                   code=None)
                self.assertIn(ended.code, (0,) if place == KEPT else (0, 2, 3, 6, 7), ended)
                self.assertNotIn("internal fault", ended.err)
        for kind in ("workloads", "implementations", "collectors"):
            self.assay("list", kind, "--worker", self.worker(place, TEXTS["escape"]), code=None)
        self.assay("worker", "check", *shlex.split(self.worker(place, TEXTS["turned"])), code=None)
        self.assay("run", "example.sum", "--worker", self.worker(place, TEXTS["escape"]), "--dry-run", code=None)
        self.look_everywhere()
    test.__name__ = f"test_hostile_text_from_a_worker_as_its_{re.sub('[.,]', '_', place)}_is_shown_escaped"
    return test


for where in PLACES:
    made = make_test(where)
    setattr(Hostile, made.__name__, made)


if __name__ == "__main__":
    main()
