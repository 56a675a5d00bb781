#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`--collect allocations`: of a call whose allocations are known, of one without any, of a whole program."""
import pathlib
import subprocess
import unittest

from support import ASSAY, COUNTED_WORKER, CliTest, main

LIBRARY = pathlib.Path(ASSAY).parent.parent / "libexec/assay/assay-allocations.so"
ROUNDED = 104  # what glibc gives to who asks for 100 bytes, on 64 bits


@unittest.skipUnless(LIBRARY.exists(), "a sanitizer has a malloc of its own")
class Allocations(CliTest):
    def counted(self, *words):
        self.assay("run", "--launches", "1", "--collect", "allocations", *words)
        result, = self.assay("show", "--json").json()["results"]
        return {m["id"].removeprefix("allocations."): m for m in result["metrics"] if m["id"].startswith("allocations.")}

    def test_a_call_of_known_allocations_has_them_to_the_byte(self):
        for blocks in (1, 1000):
            counted = self.counted(f"counted.allocations/own?n={blocks}", "--worker", COUNTED_WORKER)
            self.assertEqual({name: (m["value"], m["unit"]) for name, m in counted.items()},
                             {"count": (blocks, "count"), "bytes": (100 * blocks, "byte"),
                              "peak.max": (ROUNDED * blocks, "byte")})

    def test_a_steady_call_allocates_nothing_and_that_is_zero_and_not_missing(self):
        counted = self.counted("counted.loop/own", "--worker", COUNTED_WORKER)
        self.assertEqual({name: (m["value"], m["state"]) for name, m in counted.items()},
                         {"count": (0, "ok"), "bytes": (0, "ok"), "peak.max": (0, "ok")})

    def test_a_program_is_counted_with_what_it_starts_and_keeps_its_own_environment(self):
        source = self.work / "program.c"
        source.write_text('#include <stdlib.h>\n#include <unistd.h>\n#include <sys/wait.h>\n'
                          'int main(void) { for (int i = 0; i < 7; ++i) { void* volatile p = malloc(1000); free(p); }\n'
                          'if (fork() == 0) { void* volatile p = realloc(calloc(3, 50), 5000); free(p); exit(0); }\n'
                          'wait(NULL); return 0; }\n')
        subprocess.run(["cc", "-O0", "-o", self.work / "program", source], check=True)
        counted = self.counted("--", str(self.work / "program"))
        self.assertEqual((counted["count"]["value"], counted["bytes"]["value"]), (7 + 2, 7 * 1000 + 150 + 5000))
        self.assertGreaterEqual(counted["peak.max"]["value"], 5000)

    def test_what_cannot_be_counted_says_why(self):
        program = self.work / "fixed.c"
        program.write_text("int main(void) { return 0; }\n")
        subprocess.run(["cc", "-static", "-o", self.work / "fixed", program], check=True)
        counted = self.counted("--", str(self.work / "fixed"))
        self.assertEqual({(m["value"], m["state"]) for m in counted.values()}, {(None, "not_counted")})
        self.assertIn("linked statically", counted["count"]["reason"])
        self.assertIn("no event 'bytes'", self.assay("run", "counted.loop/own", "--worker", COUNTED_WORKER,
                                                     "--collect", "allocations:bytes", code=2).err)


if __name__ == "__main__":
    main()
