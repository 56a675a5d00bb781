# SPDX-License-Identifier: Apache-2.0
"""What CI trusts: failures fail, what was left out is counted, parts that did not run now keep their result."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

JUNIT = """<testsuite>
<testcase name="good" status="run"><system-out>skipped: one.test: needs root
1 skipped</system-out></testcase>
<testcase name="bad" status="fail"><failure message="no"/><system-out>skipped: not counted twice
1 != 2</system-out></testcase>
<testcase name="away" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
<testcase name="unbuilt" status="notrun"><skipped message="Unable to find executable: x"/></testcase>
</testsuite>"""


def summary(folder, *options):
    return subprocess.run([sys.executable, pathlib.Path(__file__).with_name("summary.py"), folder, *options],
                          capture_output=True, text=True)


class Summary(unittest.TestCase):
    def setUp(self):
        self.held = tempfile.TemporaryDirectory()
        self.addCleanup(self.held.cleanup)
        self.folder = pathlib.Path(self.held.name)

    def part(self, name, checks="", junit=None, again=None):
        (self.folder / f"{name}.checks").write_text(checks)
        (self.folder / f"{name}.seconds").write_text("3\n")
        if junit:
            (self.folder / f"{name}.xml").write_text(junit)
        if again:
            (self.folder / f"{name}.again.xml").write_text(again)

    def test_failures_and_what_was_left_out_are_counted(self):
        self.part("release", junit=JUNIT)
        self.part("checks", "ok\tlayers\nskip\tformat\n")
        ended = summary(self.folder)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stdout.splitlines()[-1], "2 passed, 2 failed, 3 skipped")
        self.assertIn("FAILED: release: unbuilt", ended.stdout)
        self.assertIn("FAILED: release: bad\n    skipped: not counted twice\n    1 != 2\n", ended.stdout)

    def test_a_test_that_passes_when_it_runs_again_is_named_with_what_it_printed_before(self):
        again = '<testsuite><testcase name="bad" status="{}"/></testsuite>'
        self.part("release", "ok\tx\n", JUNIT, again.format("run"))
        ended = summary(self.folder)
        self.assertEqual(ended.stdout.splitlines()[-1], "3 passed, 1 failed, 2 skipped")  # `unbuilt` still fails
        self.assertIn("unsteady: release: bad\n    skipped: not counted twice\n    1 != 2\n", ended.stdout)
        self.part("release", "ok\tx\n", JUNIT, again.format("fail"))
        ended = summary(self.folder)
        self.assertEqual(ended.stdout.splitlines()[-1], "2 passed, 2 failed, 2 skipped")
        self.assertNotIn("unsteady", ended.stdout)

    def test_nothing_that_passed_is_no_success(self):
        self.part("checks", "skip\tformat\n")
        self.assertEqual(summary(self.folder).returncode, 1)

    def test_a_part_that_did_not_run_now_keeps_its_result(self):
        record = self.folder / "full.json"
        record.write_text(json.dumps({"fuzz": {"revision": "old"}}))
        self.part("checks", "ok\tlayers\n")
        ended = summary(self.folder, "--json", record, "--revision", "new")
        self.assertEqual(ended.returncode, 0)
        parts = json.loads(record.read_text())
        self.assertEqual([parts["fuzz"]["revision"], parts["checks"]["revision"]], ["old", "new"])


if __name__ == "__main__":
    unittest.main()
