#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What machine code a case executes: known again in another layout, and another when anything of it changes."""
import pathlib
import re
import shutil
import subprocess
import unittest

from support import ASSAY, CONV, CliTest, main

ASSAY_CODE = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-code"
COMPILER = shutil.which("g++") or shutil.which("clang++")
SOURCES = {
    "main": """namespace assay { using F = int (*)(int); F implementation_a(); F implementation_b(); F collector_c();
               struct T { F a, b, c; }; T worker_table() { return {implementation_a(), implementation_b(), collector_c()}; } }
               int main(int n, char**) { auto t = assay::worker_table(); return t.a(n) + t.b(n) + t.c(n); }""",
    "a": """#ifdef MOVED
            int unrelated(int x) { return x * x + 3; }
            const char* unrelated_text() { return "text"; }
            #endif
            int callee(int); extern const double constants[];
            static int helper(int x) { return x - HELPER; }
            static int kernel(int x) { const char* s = "a text"; return callee(helper(x)) + int(constants[x & 3]) + s[x & 3]; }
            #ifndef MOVED
            int unrelated(int x) { return x * x + 3; }
            #endif
            namespace assay { using F = int (*)(int); F implementation_a() { return &kernel; } }""",
    "b": """static int helper(int x) { return x - B; }
            static int kernel(int x) { return helper(x) * B; }
            namespace assay { using F = int (*)(int); F implementation_b() { return &kernel; } }""",
    "c": """static int count(int x) { return x + COLLECTOR; }
            namespace assay { using F = int (*)(int); F collector_c() { return &count; } }""",
    "d": """int callee(int x) { return x / CALLEE; }
            extern const double constants[]; const double constants[] = {1.5, 2.5, 3.5, CONSTANT};""",
}
SPECIFICATION = "common collector_c\ncase a implementation_a\ncase b implementation_b\n"


@unittest.skipUnless(COMPILER and ASSAY_CODE.exists(), "no compiler, or no assay-code")
class Code(CliTest):
    def build(self, name, *flags, order="abcd", archive=True, **constants):
        """The cases' hashes and the program's bytes, built in a folder of that name."""
        tree = self.work / name
        tree.mkdir()
        values = {"HELPER": "1", "B": "7", "COLLECTOR": "2", "CALLEE": "3", "CONSTANT": "4.5", **constants}
        run = lambda *words: subprocess.run(words, cwd=tree, check=True, capture_output=True, text=True, env=self.env)
        for part, text in SOURCES.items():
            (tree / (part + ".cpp")).write_text(text)
            run(COMPILER, "-O2", "-g", "-fno-inline", "-ffunction-sections", *flags, *(f"-D{key}={value}" for key, value in values.items()),
                "-c", tree / (part + ".cpp"))
        inputs = [part + ".o" for part in order]
        if archive:
            run("ar", "cr", "d.a", "d.o")
            inputs = [file for file in inputs if file != "d.o"] + ["d.a"]
        try:
            run(COMPILER, *(flag for flag in flags if flag == "-flto"), "-Wl,--build-id=sha1", "-Wl,--dependency-file=p.d", "-o", "p", "main.o", *inputs)
        except subprocess.CalledProcessError as error:
            if "dependency-file" not in error.stderr:
                raise
            self.skipTest("this linker does not list what it reads: " + error.stderr)
        (tree / "spec").write_text(SPECIFICATION)
        self.said = run(ASSAY_CODE, "p", "p.d", "spec", ".").stderr
        lines = (tree / "p.code").read_text().splitlines() if (tree / "p.code").exists() else [""]
        return dict(line.split() for line in lines[1:]), (tree / "p").read_bytes()

    def test_another_layout_is_the_same_code_in_another_program(self):
        code, program = self.build("one")
        self.assertEqual(set(code), {"a", "b"})
        for name, other in (("moved", self.build("moved", "-DMOVED")),
                            ("linked in another order", self.build("order", order="dcba", archive=False))):
            self.assertNotEqual(other[1], program, name)
            self.assertEqual(other[0], code, name)

    def test_a_change_of_anything_that_a_case_reaches_is_another_code_of_that_case_alone(self):
        code, _ = self.build("one")
        for changed, (cases, value) in {"HELPER": ("a", "5"), "CALLEE": ("a", "5"), "CONSTANT": ("a", "4.6"), "B": ("b", "9"),
                                        "COLLECTOR": ("ab", "3")}.items():
            other, _ = self.build(changed, **{changed: value})
            self.assertEqual({case for case in code if other[case] != code[case]}, set(cases), changed)

    def test_code_that_is_made_when_linked_is_not_known(self):
        code, _ = self.build("lto", "-flto")
        self.assertEqual(code, {})
        self.assertIn("is not known", self.said)


WORKER = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-worker-native"


@unittest.skipUnless(WORKER.with_name(WORKER.name + ".code").exists(), "this linker, or -flto, leaves the worker's code unknown")
class SameCode(CliTest):
    def side(self, name, change=lambda text: text):
        """A worker whose file is another one, and what is said of its code."""
        folder = self.work / name
        folder.mkdir()
        shutil.copy(WORKER, folder / "worker")
        with open(folder / "worker", "ab") as file:
            file.write(name.encode())
        (folder / "worker.code").write_text(change(WORKER.with_name(WORKER.name + ".code").read_text()))
        return folder / "worker"

    def reason(self, base, new):
        ended = self.assay("ab", CONV, "--as", "worker", "--most-launches", "12", "--max-time", "20ms", "--no-rerun", "--json",
                           "--", base, "--", new, code=None, timeout=300)
        reason, = [verdict["reason"] for result in ended.json()["results"] for verdict in result.get("verdicts", [])
                   if verdict["rule"] == "paired"]
        return reason

    def test_it_is_said_beside_the_verdict_where_both_sides_have_it(self):
        base = self.side("base")
        said = "both sides execute the same machine code"
        self.assertIn(said, self.reason(base, self.side("new")))
        other = lambda text: re.sub(r"(?m)^(tinyml.conv2d_int8(?:/simd)?) \w", r"\1 x", text)
        self.assertNotIn(said, self.reason(base, self.side("other code", other)))
        stale = lambda text: text.replace("assay-code-1 ", "assay-code-1 0", 1)  # of another build
        self.assertNotIn(said, self.reason(base, self.side("stale", stale)))


if __name__ == "__main__":
    main()
