# SPDX-License-Identifier: Apache-2.0
"""assay-hw-gpu ends in the time that it is given: it is run here in a tree whose `assay` is a stand-in that writes down
how it was called, says that there is a GPU, and takes its time; and whose gpu_peers.py may never end.

    python3 tests/hw/gpu/budget_test.py build/release/libexec/assay/assay-hw-gpu
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)

ASSAY = """#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/../calls"
case "$*" in
  "list devices"*) cat "$here/../devices.json" ;;
  "list collectors"*) cat "$here/../collectors.json" ;;
  *--dry-run*) cat "$here/../plan.json" ;;
  *--suite*) cat "$here/../results.json"; exit "$(cat "$here/../status")" ;;
  *) sleep "$(cat "$here/../pause")"; cat "$here/../counts.json" ;;
esac
"""


def fma(rounds, ns, status="ok", kernels_ns=None):
    metrics = {"time.wall.p50": 1.01 * ns, "time.device.p50": ns, "throughput.bytes": 1e3, "throughput.operations": 1e12}
    metrics.update({} if kernels_ns is None else {"cupti.kernel_time": kernels_ns})
    return {"case": f"roof.fma/cuda?rounds={rounds}@cuda:0", "workload": "roof.fma", "implementation": "cuda",
            "device": "cuda:0", "params": {"rounds": rounds}, "status": status, "verified": status == "ok" or None,
            "reason": "" if status == "ok" else "the budget of 1 s was spent",
            "metrics": [{"id": name, "value": value} for name, value in metrics.items()]}


class Budget(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("bin", "libexec/assay", "share/assay/hw"):
            (self.root / folder).mkdir(parents=True)
        shutil.copy(PROGRAM, self.root / "libexec/assay/assay-hw-gpu")
        (self.root / "bin/assay").write_text(ASSAY)
        (self.root / "bin/assay").chmod(0o755)
        (self.root / "share/assay/hw/gpu_peers.py").write_text("print('{}')")
        (self.root / "pause").write_text("0")
        self.write("devices.json", {"devices": [{"device": "cuda:0", "here": "yes", "fingerprint": "model=x uuid=y"}]})
        self.cupti("yes")
        self.write("plan.json", {"refused": []})
        self.counts([{**fma(4096, 1e6, kernels_ns=1e6), "workload": "roof.mem"}])
        self.results([fma(1, 1e6), fma(2, 2e6)])

    def write(self, name, document):
        (self.root / name).write_text(json.dumps(document))

    def cupti(self, here):
        self.write("collectors.json", {"collectors": [{"collector": "cupti", "here": here}]})

    def counts(self, rows):
        self.write("counts.json", {"results": rows})

    def results(self, rows, status=0):
        self.write("results.json", {"assay_version": "1", "results": rows})
        (self.root / "status").write_text(str(status))

    def run_it(self, *arguments):
        done = subprocess.run([self.root / "libexec/assay/assay-hw-gpu", *arguments], capture_output=True, text=True,
                              timeout=240, check=False)
        calls = self.root / "calls"
        return done, calls.read_text().splitlines() if calls.exists() else []

    def test_each_part_has_a_share_of_the_time_and_the_suite_what_is_left(self):
        (self.root / "share/assay/hw/gpu_peers.py").write_text("import time\ntime.sleep(1000)\n")
        (self.root / "pause").write_text("2")
        done, calls = self.run_it("--budget", "20")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        counts, suite = [int(re.search(r"--budget (\d+)s", call).group(1)) for call in calls if "--budget" in call]
        self.assertIn("--collect cupti", calls[2])
        self.assertIn("--dry-run", calls[3])
        self.assertIn("--suite gpu", calls[4])
        self.assertEqual(counts, 3)
        self.assertLessEqual(suite, 20 - 2 - 2)  # what PyTorch and the counted launches took
        self.assertGreaterEqual(suite, 1)
        self.assertIn("PyTorch: it took more than 2 s", done.stdout)
        self.assertIn("2 cases verified, 0 absent, 0 failures", done.stdout)

    def test_a_case_that_this_machine_cannot_run_is_a_row_with_its_reason(self):
        self.write("plan.json", {"refused": [{"case": "llm.gemv/cublas@cuda:0", "reason": "there is no libcublas", "remedy": ""}]})
        done, _ = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"llm.gemv/cublas@cuda:0 +absent .*there is no libcublas")
        self.assertIn("2 cases verified, 1 absent, 0 failures", done.stdout)

    def test_each_gpu_has_seven_minutes(self):
        gpus = [{"device": f"{kind}:{n}", "here": "yes", "fingerprint": f"model=x uuid={n}"} for n in (0, 1) for kind in ("cuda", "vulkan")]
        self.write("devices.json", {"devices": gpus})
        _, calls = self.run_it()
        counts = next(int(re.search(r"--budget (\d+)s", call).group(1)) for call in calls if "--collect" in call)
        self.assertEqual(counts, 2 * 420 // 6)

    def test_a_case_that_the_time_does_not_reach_has_failed(self):
        self.results([fma(1, 1e6), fma(2, 2e6), fma(4, 4e6, "skipped")])
        done, _ = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("FAILED  roof.fma/cuda?rounds=4@cuda:0: the budget of 1 s was spent", done.stdout)

    def test_without_cupti_nothing_is_counted_and_with_it_silence_has_failed(self):
        self.cupti("no: CUPTI is not here")
        done, calls = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("note    CUPTI is absent: CUPTI is not here", done.stdout)
        self.assertEqual([call for call in calls if "--collect" in call], [])
        self.cupti("yes")
        (self.root / "counts.json").write_text("")
        done, _ = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("FAILED  CUPTI counted nothing: 'assay run' ended with 0 and no results", done.stdout)

    def bare(self, script):
        program = self.root / "libexec/assay/assay-hw-cublas"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)

    def test_a_bare_cublas_is_held_against_its_rows_or_is_a_note_and_one_that_breaks_has_failed(self):
        self.cupti("no: CUPTI is not here")
        gemv = {**fma(1, 1e5), "case": "llm.gemv/cublas@cuda:0", "workload": "llm.gemv", "implementation": "cublas", "params": {}}
        self.results([fma(1, 1e6), fma(2, 2e6), gemv])
        for script, code, said in (
                ("echo '{\"llm.gemv/cublas@cuda:0\": 99500.0}'", 0, r"ok +llm.gemv/cublas@cuda:0: its time over a bare call's: 1.005"),
                ("echo '{\"llm.gemv/cublas@cuda:0\": 90000.0}'", 1, r"FAILED +llm.gemv/cublas@cuda:0: its time over a bare call's"),
                ("echo '{\"absent\": \"no libcublas\"}'", 0, r"note +no bare cuBLAS: no libcublas"),
                ("exec sleep 100", 0, r"note +no bare cuBLAS: it took more than 1 s"),
                ("echo '{'; exit 1", 1, r"FAILED +assay-hw-cublas ended with 1")):
            self.bare(script)
            done, _ = self.run_it("--budget", "10")
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertRegex(done.stdout, said)
        (self.root / "libexec/assay/assay-hw-cublas").unlink()
        done, _ = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("no bare cuBLAS: this build has no assay-hw-cublas", done.stdout)

    def test_a_cpu_that_stands_in_for_a_gpu_is_not_in_the_suite(self):
        self.cupti("no: CUPTI is not here")
        (self.root / "share/assay/suites").mkdir()
        (self.root / "share/assay/suites/gpu.toml").write_text('[[case]]\nselect = "*/vulkan@vulkan:*"\n')
        self.write("devices.json", {"devices": [
            {"device": "cuda:0", "here": "yes", "fidelity": "hardware"},
            {"device": "vulkan:0", "here": "yes", "fidelity": "software"}]})
        done, calls = self.run_it("--budget", "10")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        suite = pathlib.Path(re.search(r"--suite (\S+)", calls[-1]).group(1))
        self.assertEqual(suite.suffix, ".toml")
        self.assertFalse(suite.exists())  # it was ours, and is gone
        self.assertRegex(done.stdout, r"vulkan:0 +left out")

    def test_without_a_gpu_nothing_is_run(self):
        self.write("devices.json", {"devices": [{"device": "cuda:0", "here": "no: no driver"}]})
        done, calls = self.run_it()
        self.assertEqual(done.returncode, 77)
        self.assertEqual(len(calls), 1)

    def test_a_time_that_is_none_is_refused(self):
        for text in ("", "9", "-20", "5m", "20s", "1e3", "99999999999999"):
            done, calls = self.run_it("--budget", text)
            self.assertEqual((done.returncode, calls), (2, []), text)
            self.assertIn("whole seconds", done.stderr)


if __name__ == "__main__":
    unittest.main()
