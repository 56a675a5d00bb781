#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each fault of a worker costs one launch, is stored with its reason, leaves nothing behind, and the run goes on."""
import os
import re
import unittest

from support import CONV, EXAMPLE, FAULTY_WORKER, ROOT, CliTest, main

# What a fault ends as, and words of its reason.
CRASH, HANG, BROKEN, FALSE = "failed", "timeout", "failed", "invalid"
FAULTS = {
    "exit-mid-sample": (CRASH, "exit status 3"),
    "exit-zero": (CRASH, "exit status 0"),
    "segfault": (CRASH, "signal 11"),
    "hang": (HANG, "timed out"),
    "hang-ignore-sigterm": (HANG, "timed out"),
    "memory": (CRASH, "limit"),
    "memory-child": (CRASH, "limit"),
    "closed-output": (CRASH, "closed its output"),
    "nan-work": (BROKEN, ""),
    "no-units": (BROKEN, "work.units is not above 0"),
    "work-negative": (BROKEN, ""),
    "absent-file": (BROKEN, "/no/such/file.npy"),
    "linked-file": (BROKEN, "link.npy is not a file"),
    "file-not-asked": (BROKEN, "named none"),
    "huge-shape": (BROKEN, ""),
    "nan": (BROKEN, ""),
    "end-before-start": (FALSE, ""),
    "fewer-samples": (BROKEN, ""),
    "lengths": (BROKEN, ""),
    "other-batch": (BROKEN, ""),
    "garbage": (BROKEN, "Loading model"),
    "binary": (BROKEN, ""),
    "long-line": (BROKEN, "MiB"),
    "half-line": (CRASH, ""),
    "held-down": (BROKEN, "no sample is left: let it cool"),
    "wrong-id": (BROKEN, ""),
    "out-of-order": (BROKEN, ""),
    "answers-twice": (BROKEN, ""),
    "no-batch": (FALSE, "times are not those of the calls: a batch of "),
    "too-fast": (FALSE, "to the sample and "),
    "constant": (FALSE, "to the sample and "),
    "more-bytes": (FALSE, "TB/s, which no CPU of 1 thread does"),
    "tenfold": (FALSE, "the whole request took"),
    "overlap": (FALSE, ""),
    "origin": (FALSE, "origin_ns"),
    "other-unit-name": (BROKEN, "unit_of_work is 'frames'"),
    "hang-prepare": (HANG, "timed out: `prepare`, limit 3 s"),
    "error-escape": ("unavailable", "is"),
}
# Faults that leave good samples: the launch counts, and nothing stays behind.
HARMLESS = ("daemons", "log-flood", "none")
# They cannot say who they are, so nothing of theirs is planned.
SPEECHLESS = {"crash-at-hello": "libmagic", "version": "99", "escape-name": "", "escape-doc": None,
              "hang-after-bye": None, "talks-after-bye": None, "exit-status": None}
# A wrong result, or none to compare with: below.
WRONG = {"wrong-builtin": "expected", "wrong-digest": "expected", "other-units": "the reference's as 1000",
         "more-operations": "operations, the reference's as 1000", "skips-most": "of one call after measuring"}
ELSEWHERE = {"open-ignored": "below", "left-out": "below", "too-fast-in-many": "below",
             "standing-clock": "below", "more-for-ever": "below", "wrong-result": "usage_test.py", "closed-input": "below",
             "traceback": "below"}

# Limits that a busy machine and a sanitized build keep, who is asked for ever longer samples on trial, too.
LIMITS = {"ASSAY_MEASURE_LIMIT": "60s", "ASSAY_PREPARE_LIMIT": "60s", "ASSAY_VERIFY_LIMIT": "60s",
          "ASSAY_START_LIMIT": "60s", "ASSAY_MEMORY_LIMIT": "300 MiB"}
# What each launch of a worker that hangs takes.
HANGING = {"hang": "ASSAY_MEASURE_LIMIT", "hang-ignore-sigterm": "ASSAY_MEASURE_LIMIT",
           "more-for-ever": "ASSAY_MEASURE_LIMIT", "hang-prepare": "ASSAY_PREPARE_LIMIT"}


def limits(fault):
    return LIMITS | ({HANGING[fault]: "3s"} if fault in HANGING else {})


class Faults(CliTest):
    def run_with(self, fault, *more, code=None):
        # Whether a batch is made shows where calls are short.
        example = EXAMPLE.replace("1000", "20") if fault == "no-batch" else EXAMPLE
        return self.assay("run", example, CONV, "--worker", f"{FAULTY_WORKER} --fault={fault}", *more,
                          env=limits(fault), code=code)

    def run_false(self, case, fault):
        return self.assay("run", case, "--worker", f"{FAULTY_WORKER} --fault={fault}", env=LIMITS, code=None)

    def assert_nothing_left(self):
        self.wait_for(lambda: not self.children_left(), f"still running: {self.children_left()}", 5)

    def by_case(self):
        rows = self.query("SELECT case_key, status, reason, call_n FROM launch JOIN planned_case USING (case_row)")
        ours = [row for row in rows if row["case_key"].startswith("example")]
        return ours, [row for row in rows if not row["case_key"].startswith("example")]

    def contended(self):
        """Of the launches that count, those which others took CPUs from."""
        return self.query("SELECT launch_key FROM reading JOIN launch USING (launch_key) "
                          "WHERE metric = 'host.contended' AND value = 1 AND status = 'ok'")

    def false_times(self, run):
        """Runs it; (how it ended, its launches of ours, the others, the reason). One launch that shows it condemns the case; in
        another, others' load may hide it: what a worker waits for a CPU is taken off what it is accused of. A run of which
        no launch shows it, since all were contended, is run again."""
        for _ in range(3):
            ended = run()
            ours, others = self.by_case()
            statuses = {row["status"] for row in ours}
            if statuses != {"ok"} or not self.contended():
                break
            self.db.unlink()
        self.assertIn("invalid", statuses, ended)
        self.assertEqual(ended.code, 7, ended)
        if statuses != {"invalid"}:
            self.assertEqual(statuses, {"invalid", "ok"}, ended)
            self.assertTrue(self.contended(), ended)
        return ended, ours, others, next(row["reason"] for row in ours if row["status"] == "invalid")

    def test_every_fault_that_the_worker_has_is_listed_here(self):
        source = (ROOT / "tests/support/faulty_worker.py").read_text()
        known = set(re.findall(r'fault == "([a-z-]+)"', source)) | {"none"}
        self.assertEqual(known, set(FAULTS) | set(HARMLESS) | set(SPEECHLESS) | set(WRONG) | set(ELSEWHERE))

    def test_a_worker_that_says_nothing_usable_is_refused_before_the_run(self):
        for fault, says in SPEECHLESS.items():
            with self.subTest(fault=fault):
                ended = self.run_with(fault)
                if says is None:
                    self.assertEqual(ended.code, 0, ended)
                else:
                    self.assertEqual(ended.code, 7, ended)
                    self.assertIn(says, ended.err)
                self.assert_nothing_left()

    def test_a_worker_that_ends_badly_after_bye_keeps_its_launch_and_is_noted(self):
        for fault, says in {"exit-status": "exit status 9", "hang-after-bye": "did not end within 2 s"}.items():
            with self.subTest(fault=fault):
                ended = self.run_with(fault, code=0)
                ours, _ = self.by_case()
                self.assertEqual({row["status"] for row in ours}, {"ok"})
                rows = self.query("SELECT state, value, reason FROM reading WHERE metric = 'worker.exit'")
                self.assertEqual(len(rows), 2, "one a launch")
                self.assertEqual((rows[0]["state"], rows[0]["value"]), ("not_counted", None))
                self.assertIn(says, rows[0]["reason"])
                self.assertIn("the worker's end after bye: ", ended.out)
                codes = [warning["code"] for warning in self.assay("show", "--json").json()["warnings"]]
                self.assertEqual(codes, ["worker.exit"])
                self.db.unlink()

    def test_of_a_failed_launch_the_last_lines_of_the_log_are_shown(self):
        ended = self.run_with("traceback", code=7)
        for text in (ended.err, self.assay("show").out):
            self.assertIn("its log ends:", text)
            self.assertIn("Traceback (most recent call last)", text)
            self.assertIn("RuntimeError: out of luck", text)
        self.assertEqual(ended.err.count("Traceback"), 1, "what both launches say is said once")

    def test_faults_beside_the_measuring_cost_nothing(self):
        for fault in HARMLESS:
            with self.subTest(fault=fault):
                self.run_with(fault, code=0)
                self.assert_nothing_left()

    def test_a_wrong_result_is_never_stored_as_a_good_one_whatever_was_expected_before(self):
        self.run_with("none", code=0)  # the same program with another flag: its reference is another one's
        for fault, says in WRONG.items():
            with self.subTest(fault=fault):
                ended = self.run_with(fault, code=6)
                row = self.query("SELECT status, reason, verified FROM launch JOIN planned_case USING (case_row) "
                                 "WHERE case_key LIKE 'example%' ORDER BY launch_key DESC")[0]
                self.assertEqual((row["status"], row["verified"]), ("invalid", 0), ended)
                self.assertIn(says, row["reason"])
                self.assertIn("wrong results: 1 of 2 cases", ended.err.splitlines()[-1])

    def test_a_reply_that_never_ends_is_ended_by_its_time_or_by_its_length(self):
        ended = self.run_with("more-for-ever")
        ours, others = self.by_case()
        self.assertEqual({row["status"] for row in others}, {"ok"}, ended)
        self.assertEqual(len(ours), 2, ended)
        for row in ours:  # which of the two limits comes first depends on how fast this machine is
            self.assertIn((row["status"], "timed out" in row["reason"], "200000 lines" in row["reason"]),
                          {("timeout", True, False), ("failed", False, True)}, ended)
        self.assert_nothing_left()

    def test_a_clock_that_stands_is_found_before_batches_run_into_the_limit(self):
        ended = self.run_with("standing-clock")
        ours, others = self.by_case()
        self.assertEqual({row["status"] for row in others}, {"ok"}, ended)
        for row in ours:
            self.assertEqual(row["status"], "invalid", ended)
            self.assertRegex(row["reason"], "take 0 ns|add 0 ms to the sample")
        self.assert_nothing_left()

    def test_an_open_loop_that_does_not_wait_for_its_calls_has_false_times(self):
        case = "example.sum/builtin?load=open:500&n=20000"
        *_, reason = self.false_times(lambda: self.run_false(case, "open-ignored"))
        self.assertIn("in the open loop a call takes 1 ns", reason)
        self.assay("run", case, "--worker", f"{FAULTY_WORKER} --fault=none", env=LIMITS, code=0)

    def test_times_that_are_true_only_where_they_are_tried_are_false(self):
        *_, reason = self.false_times(lambda: self.run_false("example.sum/builtin?n=20000", "too-fast-in-many"))
        self.assertRegex(reason, "a call takes [0-9]+ ns in a sample of [0-9]+, [0-9]+ ns in those that")

    def test_an_open_loop_whose_times_are_scaled_has_false_times(self):
        self.false_times(lambda: self.run_false("example.sum/builtin?load=open:500&n=20000", "too-fast"))

    def test_work_that_is_left_out_while_measuring_shows_in_a_call_by_itself(self):
        ended, *_, reason = self.false_times(lambda: self.run_false("example.sum/builtin?n=100000", "left-out"))
        self.assertIn("one call by itself, after its result was overwritten, takes ", reason)
        self.assertIn("false times: 1 of 1 cases", ended.err)

    def test_a_worker_that_reads_no_more_is_no_worse_than_one_that_ends(self):
        ended = self.run_with("closed-input")
        ours, others = self.by_case()
        self.assertEqual({row["status"] for row in others}, {"ok"}, ended)
        self.assertTrue(all(row["status"] in ("ok", "failed") for row in ours))
        self.assert_nothing_left()


def make_test(fault, status, says):
    def test(self):
        launches = 2 if status == FALSE else 1  # a false time may be hidden in one of them
        run = lambda: self.run_with(fault, "--launches", str(launches))
        if status == FALSE:
            ended, ours, others, _ = self.false_times(run)
        else:
            ended = run()
            ours, others = self.by_case()
            self.assertEqual([row["status"] for row in ours], [status], ended)
        for row in ours:
            if row["status"] == "ok":
                continue
            self.assertIn(says, row["reason"])
            self.assertTrue(row["reason"])
            self.assertIsNone(row["call_n"], "a launch that did not end well has no times")
        self.assertEqual([row["status"] for row in others], ["ok"] * launches, "the run goes on")
        self.assertEqual(ended.code, 3 if status == "unavailable" else 7, ended)
        self.assertRegex(ended.err, f"launch [12] {status}")
        self.assertIn("conv2d", ended.out)
        self.assertEqual(self.query("SELECT state FROM run")[0]["state"], "complete")
        self.assert_nothing_left()
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "its scratch folder stays")
        self.assert_sound()
    test.__name__ = f"test_a_worker_with_the_fault_{fault.replace('-', '_')}_costs_its_launches_only"
    return test


for name, (end, words) in FAULTS.items():
    made = make_test(name, end, words)
    setattr(Faults, made.__name__, made)


def beside_hogs():
    """Before the program starts: a busy process a CPU, in its session because schedulers share by session first."""
    program = os.getpid()
    for _ in os.sched_getaffinity(0):
        if os.fork() == 0:
            while os.getppid() == program:
                pass
            os._exit(0)
    os.nice(6)


class Busy(CliTest):
    def test_honest_workers_are_not_accused_where_others_take_their_cpus(self):
        self.assay("run", "llm.gemv/simd?rows=64|128|256&dtype=q4_0|q8_0&cols=256", "vision.*/simd?preset=xs",
                   "tinyml.*/simd?preset=xs", "--launches", "5", "--max-time", "100ms",
                   env={"ASSAY_WARMUP": "300ms", "ASSAY_MIN_SAMPLES": "20"}, preexec_fn=beside_hogs)
        self.assertEqual({launch["status"] for launch in self.launches()}, {"ok"})


@unittest.skipUnless(os.path.isdir("/proc/self/task"), "no /proc here")
class Tree(CliTest):
    def test_processes_that_left_their_session_do_not_survive_the_launch(self):
        self.assay("run", EXAMPLE, "--worker", f"{FAULTY_WORKER} --fault=daemons", "--launches", "1", env=LIMITS)
        self.assertEqual(self.children_left(), [])

    def test_one_fault_among_good_launches_is_a_warning(self):
        once = self.folder / "once"
        worker = f"{FAULTY_WORKER} --fault=segfault --once={once}"
        once.touch()
        self.assay("run", EXAMPLE, "--worker", worker, env=LIMITS)  # the expected result is made
        run = self.start("run", EXAMPLE, "--worker", worker, "--launches", "4", env=LIMITS)
        self.wait_for(lambda: len(self.launches()) >= 3, "no launch of the second run")
        once.unlink()
        ended = self.finish(run)
        rows = self.query("SELECT status FROM launch JOIN planned_case USING (case_row) WHERE run_key = 2")
        lost = [row for row in rows if row["status"] == "failed"]
        self.assertEqual(len(rows), 4)
        self.assertLessEqual(len(lost), 1)
        self.assertEqual(ended.code, 0, ended)


if __name__ == "__main__":
    main()
