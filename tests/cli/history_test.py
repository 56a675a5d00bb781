#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""History, regressions and what people decide about them, in a toy repository: one measured run, copied as exports."""
import copy
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import unittest
import uuid

from support import CONV, CliTest, main

CASE = "roof.chain"
HOSTILE = "\x1b[31mred\x1b[0m '; rm -rf ~; $(reboot) \u202e\U0001f4a3 " + "x" * 600


class Toy(CliTest):
    """A repository with commits; `self.template` is an export of one run there."""

    commits = 30

    def setUp(self):
        super().setUp()
        self.repository = self.folder / "repository"
        self.repository.mkdir()
        self.env.update(GIT_CONFIG_GLOBAL=str(self.folder / "gitconfig"), GIT_CONFIG_NOSYSTEM="1",
                        GIT_AUTHOR_DATE="2026-01-01T12:00:00Z", GIT_COMMITTER_DATE="2026-01-01T12:00:00Z")
        (self.folder / "gitconfig").write_text("[user]\nname = Ada Lovelace\nemail = ada@example.org\n"
                                               "[init]\ndefaultBranch = main\n[protocol \"file\"]\nallow = always\n")
        self.git("init", "-q")
        for n in range(1, self.commits + 1):
            self.commit(f"Change {n}")

    def git(self, *words, cwd=None):
        return subprocess.run(["git", *words], cwd=cwd or self.repository, env=self.env, check=True, text=True,
                              capture_output=True).stdout.strip()

    def commit(self, subject):
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def ids(self):
        return self.git("rev-list", "--first-parent", "--reverse", "HEAD").split()

    def measure(self, *more, cwd=None, **how):
        self.assay("run", CASE, "--quiet", "--launches", "2", *more, cwd=cwd or self.repository, **how)
        return self.query("SELECT * FROM run LEFT JOIN run_commit USING (run_key) ORDER BY run_key DESC LIMIT 1")[0]

    def take_template(self):
        self.measure()
        text = self.assay("export", "--format", "assay", "--identify").out
        self.template = [json.loads(line) for line in text.splitlines()]
        self.db.unlink()
        self.random = random.Random(1)

    def export(self, commit, factor=1.0, place=None, line=(), hours=0, edit=None):
        """An export of a run at that commit, `factor` times as long as the template's, with 1 % noise."""
        lines = copy.deepcopy(self.template)
        run = lines[0]["run"]
        run["id"] = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        run["started_utc_ms"] += hours * 3_600_000
        run["ended_utc_ms"] = run["started_utc_ms"] + 1000
        run["commit"].update(id=commit, place=place, line=list(line), parents=list(line)[:1],
                             subject=f"Change {place}", committed_utc_ms=1_760_000_000_000 + hours * 3_600_000)
        factor *= 1 + self.random.gauss(0, 0.01)
        for one in lines[1:]:
            launch = one["launch"]
            launch["id"] = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            samples = launch["samples"]
            begin, samples["start_ns"], samples["end_ns"] = 1000, [], []
            for _ in range(20):
                samples["start_ns"].append(begin)
                begin += int(500_000 * samples["batch"] * factor * (1 + self.random.gauss(0, 0.002)))
                samples["end_ns"].append(begin)
                begin += 50
            samples["warmup"], samples["scheduled_ns"] = 2, []
            launch["spans"] = []
        if edit is not None:
            edit(lines)
        return "".join(json.dumps(line) + "\n" for line in lines)

    def write_runs(self, folder, factor_of, edit=None):
        """One file a commit of main; `factor_of(place)`."""
        folder.mkdir()
        ids = self.ids()
        for place, commit in enumerate(ids, 1):
            line = ids[max(0, place - 51):place - 1][::-1]
            text = self.export(commit, factor_of(place), place, line, place,
                               None if edit is None else lambda lines, place=place: edit(place, lines))
            (folder / f"{place:03}.json").write_text(text)
        return ids

    def regressions(self, *more, **how):
        return self.assay("regressions", "--json", *more, **how).json()["regressions"]

    def history(self, *more, **how):
        return self.assay("history", *more, "--json", **how).json()


class Commits(Toy):
    commits = 3

    def test_a_run_knows_the_commit_of_the_folder_it_was_started_in(self):
        self.git("checkout", "-q", "-b", "side", "HEAD~1")
        side = self.commit("On the side")
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge side\n\nA body", "side")
        stored = self.measure()
        self.assertEqual(stored["commit_id"], self.git("rev-parse", "HEAD"))
        self.assertEqual(json.loads(stored["parents_json"]), [self.git("rev-parse", "HEAD^1"), side])
        self.assertEqual((stored["author"], stored["subject"]), ("Ada Lovelace", "Merge side"))
        self.assertEqual(stored["committed_utc_ms"], 1_767_268_800_000)
        self.assertEqual(stored["place"], 4, "the merge's first parent is the third of main")
        self.assertEqual(json.loads(stored["line_json"]), self.ids()[-2::-1])
        self.assertEqual(stored["changed"], 0)
        (self.repository / "below").mkdir()
        self.assertEqual(self.measure(cwd=self.repository / "below")["place"], 4)

    def test_changed_files_and_a_detached_head_are_told(self):
        (self.repository / "file").write_text("a")
        self.git("add", "file")
        self.git("commit", "-q", "-m", "A file")
        self.git("checkout", "-q", "--detach")
        stored = self.measure()
        self.assertEqual((stored["place"], stored["changed"]), (4, 0))
        (self.repository / "other").write_text("untracked files change nothing that was committed")
        self.assertEqual(self.measure()["changed"], 0)
        (self.repository / "file").write_text("b")
        stored = self.measure()
        self.assertEqual((stored["place"], stored["changed"]), (4, 1))
        self.assertEqual(stored["git_revision"], self.git("rev-parse", "HEAD") + "-dirty")

    def test_a_shallow_clone_does_not_claim_a_place(self):
        clone = self.folder / "clone"
        self.git("clone", "-q", "--depth", "2", "file://" + str(self.repository), str(clone))
        stored = self.measure(cwd=clone)
        self.assertEqual(stored["commit_id"], self.ids()[-1])
        self.assertIsNone(stored["place"])
        self.assertEqual(json.loads(stored["line_json"]), [self.ids()[-2]])
        self.assertEqual(json.loads(stored["parents_json"]), [self.ids()[-2]])
        self.assertEqual(self.history()["warnings"][0]["code"], "shallow")

    def test_without_git_or_a_repository_runs_are_measured_all_the_same(self):
        self.assertIsNone(self.measure(cwd=self.work)["commit_id"])
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "python3").symlink_to(shutil.which("python3"))
        ended = self.assay("run", CASE, "--launches", "1", cwd=self.repository, env={"PATH": str(tools)})
        self.assertIn("git cannot be started", ended.err)
        self.assertIn("apt-get install git", ended.err)
        document = self.history()
        self.assertEqual(document["warnings"][0]["code"], "no_commit")
        self.assertEqual([point["commit"] for point in document["series"][0]["points"]], [None, None])
        self.assertIn("run ", self.assay("history").out)

    def test_a_repository_that_git_does_not_answer_for_is_told_with_gits_own_words(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.git("init", "-q", cwd=empty)
        ended = self.assay("run", CASE, "--launches", "1", cwd=empty)
        self.assertIn("the commit is not known", ended.err)
        self.assertIsNone(self.query("SELECT commit_id FROM v_runs")[0]["commit_id"])
        (empty / ".git/HEAD").write_bytes(b"\xff\x1b[31mnonsense")
        self.assay("run", CASE, "--launches", "1", cwd=empty)

    def test_a_hostile_commit_and_a_hostile_hook_do_nothing(self):
        mark = self.folder / "mark"
        hook = self.repository / "hook.sh"
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
        self.git("config", "core.fsmonitor", str(hook))
        self.git("-c", "core.fsmonitor=false", "-c", "user.name=\x1b]0;title\x07 <x> $(id)", "commit", "-q",
                 "--allow-empty", "-m", HOSTILE)
        stored = self.measure()
        self.assertFalse(mark.exists(), "a program of the repository was started")
        self.assertTrue(stored["subject"].startswith("\x1b[31mred"))
        self.assertLessEqual(len(stored["subject"].encode()), 500)
        text = self.assay("history").out  # assay() looks for what is unsafe
        self.assertIn("\\x1b[31mred", text)
        self.history(), self.regressions(), self.assay("export", "--format", "assay")
        self.assertEqual(self.query("SELECT count(*) AS n FROM v_runs WHERE commit_subject LIKE '%reboot%'")[0]["n"], 1)

    def test_names_of_people_leave_only_when_asked(self):
        self.measure()
        for command in (["export", "--format", "assay"], ["history", "--json"], ["regressions", "--json"]):
            self.assertNotIn("Lovelace", self.assay(*command).out)
        self.assertIn("Lovelace", self.assay("export", "--format", "assay", "--identify").out)
        self.assertIn("Lovelace", self.assay("history", "--json", "--identify").out)
        self.assertIn("Lovelace", self.assay("history").out, "one's own terminal is no export")


class Story(Toy):
    def setUp(self):
        super().setUp()
        self.take_template()
        self.runs = self.folder / "runs"

    def test_a_slowdown_is_found_acknowledged_and_opened_again(self):
        ids = self.write_runs(self.runs, lambda place: 1.1 if place >= 20 else 1.0)
        self.assay("import", *sorted(self.runs.glob("*.json")))
        text = self.assay("history", CASE).out
        self.assertIn("worse 0.9", text)
        self.assertIn(ids[19][:8], text)
        self.assertIn("Ada Lovelace", text)
        found = self.regressions()
        self.assertEqual(len(found), 1)
        one = found[0]
        self.assertEqual((one["commit"]["id"], one["state"], one["cause"]), (ids[19], "open", ""))
        self.assertAlmostEqual(one["ratio"], 1 / 1.1, delta=0.02)
        self.assertEqual(self.regressions("--from", self.runs)[0]["id"], one["id"], "the same in another database")

        table = self.assay("regressions").out
        for word in (one["id"], ids[19][:8], "Change 20", "open", f"assay ack {one['id']}"):
            self.assertIn(word, table)
        day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%Y-%m-%d")
        said = self.assay("ack", one["id"][:6], "--reason", "exact\x1b[0m results", "--until", day,
                          cwd=self.repository).out
        self.assertIn(one["id"], said)
        self.assertEqual(self.regressions(), [])
        self.assertIn("1 others", self.assay("regressions").out)
        again = self.regressions("--all", "--identify")[0]
        self.assertEqual((again["state"], again["event"]["person"]), ("acknowledged", "Ada Lovelace"))
        self.assertEqual(self.regressions("--all")[0]["event"]["person"][:7], "person-")
        self.assertEqual(self.regressions("--from", self.runs), [], "decisions are the database's, whatever is read")
        self.assertIn("acknowledged by Ada Lovelace until " + day, self.assay("history", CASE).out)

        self.query("UPDATE triage_event SET until_utc_ms = 5")
        self.assertEqual(self.regressions()[0]["state"], "open")
        self.assertIn("open again, was acknowledged", self.assay("history", CASE).out)
        self.assay("ignore", one["id"], "--reason", "the runner's", "--by", "Bob")
        self.assertEqual(self.regressions(), [])
        self.assay("reopen", one["id"])
        self.assertEqual(self.regressions()[0]["state"], "open")
        kinds = [row["kind"] for row in self.query("SELECT kind FROM v_triage ORDER BY at_utc_ms, event_id")]
        self.assertEqual(sorted(kinds), ["acknowledged", "ignored", "reopened"], "nothing was replaced")

        other = self.folder / "other.db"
        self.assay("db", "merge", self.db, "--db", other)
        self.assertEqual(self.regressions("--all", "--db", other), self.regressions("--all"))
        newest = self.folder / "newest.json"
        self.assay("export", "latest", "--format", "assay", "-o", newest)
        self.assay("import", newest, "--db", self.folder / "third.db")
        self.assertEqual(len(self.query("SELECT * FROM v_triage", db=self.folder / "third.db")), 3)
        self.assert_sound()

    def test_a_change_that_comes_with_another_kernel_is_not_put_on_the_code(self):
        def kernel(place, lines):
            lines[0]["run"]["host"]["environment"]["kernel"] = "Linux 6.1" if place < 15 else "Linux 6.9"
        self.write_runs(self.runs, lambda place: 1.1 if place >= 15 else 1.0, kernel)
        self.assertEqual(self.regressions("--from", self.runs), [])
        one = self.regressions("--from", self.runs, "--all")[0]
        self.assertEqual((one["cause"], one["state"]), ("environment", "environment"))
        self.assertEqual([(m["key"], m["before"], m["after"]) for m in one["marks"]],
                         [("kernel", "Linux 6.1", "Linux 6.9")])
        self.assertIn("not put on the code: it comes with another environment (kernel: Linux 6.1 -> Linux 6.9)",
                      self.assay("history", CASE, "--from", self.runs).out)

    def test_a_database_with_hostile_names_prints_nothing_unsafe(self):
        def facts(place, lines):
            for one in lines[1:]:
                one["launch"]["device"]["fingerprint"]["driver\x1b]0;x\x07"] = "\x1b[31m" if place < 15 else "\u202e"
        self.write_runs(self.runs, lambda place: 1.1 if place >= 15 else 1.0, facts)
        self.assay("import", *sorted(self.runs.glob("*.json")))
        self.query("UPDATE run_commit SET commit_id = char(27) || '[31m' || substr(commit_id, 6), author = char(27) || 'c', "
                   "subject = char(7) || char(8238), line_json = '[]', parents_json = '[]'")
        self.query("UPDATE subject SET name = char(27) || '[2J'")
        self.query("INSERT INTO triage_event SELECT '1', regression_id, series, '', '', 0, 'ignored', '', NULL, '' FROM "
                   "(SELECT char(27) AS regression_id, char(27) AS series)")
        self.assertIn("worse", self.assay("history", CASE).out)
        one = self.regressions("--all")[0]
        self.assertEqual(one["cause"], "environment")
        self.assay("regressions", "--all")
        self.assay("ack", one["id"], "--reason", "\x1b[31m", "--by", "\x1b[0m")
        self.assay("regressions", "--all"), self.assay("history", CASE), self.assay("reopen", one["id"])
        self.assertEqual(self.regressions()[0]["state"], "open", "people may know better than the marks")

    def test_a_folder_with_broken_files_is_read_and_they_are_named(self):
        self.write_runs(self.runs, lambda place: 1.0)
        whole = (self.runs / "005.json").read_text()
        (self.runs / "005.json").write_text(whole[:len(whole) // 2])
        (self.runs / "006.json").write_text("{}\n")
        (self.runs / "\x1b[31m.json").write_bytes(b"\0" * 100)
        os.mkfifo(self.runs / "pipe.json")
        ended = self.assay("history", CASE, "--from", self.runs)
        for name in ("005.json", "006.json", "\\x1b[31m.json"):
            self.assertIn(name, ended.err)
        self.assertEqual(len(self.history("--from", self.runs)["series"][0]["points"]), self.commits - 2)
        self.assertFalse(self.db.exists(), "reading stores nothing")
        self.assay("history", "--from", self.runs / "006.json", code=2)
        self.assay("history", "--from", self.folder / "nowhere", code=2)
        (self.folder / "void").mkdir()
        self.assertEqual(self.history("--from", self.folder / "void")["series"], [])

    def test_branches_are_told_from_main(self):
        ids = self.write_runs(self.runs, lambda place: 1.0)
        for place in (26, 27, 28):  # a pull request that left main behind 25 commits, twice as slow
            line = [f"{n:040x}" for n in range(place - 1, 25, -1)] + ids[24::-1]
            (self.runs / f"pull{place}.json").write_text(self.export(f"{place:040x}", 2.0, place, line[:50], place))
        document = self.history("--from", self.runs)
        self.assertEqual(document["series"][0]["line"], ids[-1])
        self.assertEqual(len(document["series"][0]["points"]), self.commits)
        self.assertEqual(document["series"][0]["changes"], [])
        self.assertEqual([w["code"] for w in document["warnings"]], ["off_line"])
        pull = self.history("--from", self.runs, "--line", f"{28:040x}")["series"][0]
        self.assertEqual(len(pull["points"]), 28)
        self.assertEqual(pull["changes"][0]["commit"], f"{26:040x}")
        self.assay("history", "--from", self.runs, "--line", "abcdef", code=3)

    def test_what_to_show_can_be_chosen(self):
        self.write_runs(self.runs, lambda place: 1.0)
        self.assertEqual(len(self.history("--from", self.runs, "--last", "7")["series"][0]["points"]), 7)
        self.assertIn("10 earlier points", self.assay("history", "--from", self.runs).out)
        host = self.template[0]["run"]["host"]["name"]
        self.assertEqual(len(self.history("--from", self.runs, "--host", host)["series"]), 1)
        series = self.history("--from", self.runs, "--metric", "time.wall.*", "--metric", "memory.peak_rss")["series"]
        self.assertIn("memory.peak_rss", {one["metric"] for one in series})
        for nothing in (["llm.*"], ["--metric", "no.such"], ["--device", "cuda:7", CASE]):
            ended = self.assay("history", *nothing, "--from", self.runs, code=3)
            self.assertIn("no stored result matches", ended.err)
        table = self.assay("history", "--from", self.runs, "--metric", "*").out
        self.assertIn("throughput.", table)
        self.assertIn("series. Name one case for its picture", table)
        for wrong in (["--last", "0"], ["--last", "x"]):
            self.assay("history", "--from", self.runs, *wrong, code=2)

    def test_what_is_said_about_nothing_is_refused(self):
        self.write_runs(self.runs, lambda place: 1.1 if place >= 20 else 1.0)
        one = self.regressions("--from", self.runs)[0]["id"]
        for words, says in ((["ack", one, "--from", self.runs], "--reason"),
                            (["ack", "0123456789", "--reason", "x", "--from", self.runs], "there is no regression"),
                            (["ack", one[:2], "--reason", "x", "--from", self.runs], "4 characters"),
                            (["ack", one, "--reason", "x", "--until", "2020-01-01", "--from", self.runs], "passed"),
                            (["ack", one, "--reason", "x", "--until", "soon", "--from", self.runs], "2026-12-31"),
                            (["ack", one, "--reason", "x", "--until", "2027-02-30", "--from", self.runs], "no day"),
                            (["reopen", one, "--reason", "", "--from", self.runs], "value")):
            with self.subTest(words=words):
                self.assertIn(says, self.assay(*words, code=2).err)
        self.assertFalse(self.db.exists(), "nothing was decided")
        self.assay("ack", one, "--reason", "x", "--from", self.runs, "--by", "Ada", "-o", self.runs / "ack.json")
        self.assertFalse(self.db.exists())
        self.assertNotIn("Ada", (self.runs / "ack.json").read_text())
        self.assertEqual(self.regressions("--from", self.runs), [], "a file beside the runs says so to everybody")
        self.assay("import", self.runs / "ack.json", "--db", self.folder / "fourth.db")
        self.assertEqual(len(self.query("SELECT * FROM v_triage", db=self.folder / "fourth.db")), 1)
        (self.runs / "ack.json").unlink()
        self.assay("ack", one, "--reason", "x", "--from", self.runs)
        self.assertEqual(self.regressions("--from", self.runs), [])


class Words(CliTest):
    def test_every_command_has_an_example_and_its_place_in_the_man_page(self):
        man = self.assay("completion", "man").out
        for command in ("history", "regressions", "ack", "ignore", "reopen"):
            text = self.assay(command, "--help").out
            self.assertIn(f"Example:  assay {command} ", text)
            self.assertIn(f".SS {command}\n", man)
            self.assertIn("  " + command, self.assay("--help").out)
        self.assertIn("regressions", self.assay("completion", "bash").out)
        self.assertIn("open", self.assay("explain", "acknowledged").out)

    def test_without_a_database_history_says_what_makes_one(self):
        ended = self.assay("history", code=None)
        self.assertIn("assay run", ended.err)
        self.assertNotEqual(ended.code, 4)

    def test_an_older_database_is_not_read_half(self):
        self.run_conv()
        self.query("PRAGMA user_version = 4")
        self.assertIn("assay db migrate", self.assay("history", CONV, code=2).err)


if __name__ == "__main__":
    main()
