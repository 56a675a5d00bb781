#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports as people make and open them: every form, private names, hostile texts, and a real browser where there is one."""
import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

from history_test import Toy
from report_hardware_test import Hosts
from support import CONV, CliTest, main

CHROMIUM = shutil.which("chromium")
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">' onload='x &lt;b&gt;"


def texts_replaced(value, text, key=""):
    """Every text of a report's JSON but for the words that its schema knows."""
    if isinstance(value, dict):
        return {k: texts_replaced(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [texts_replaced(v, text, key) for v in value]
    if isinstance(value, str) and key not in ("schema", "type", "tone", "scale", "role", "shape", "kind", "unit"):
        return text
    return value


class Reports(CliTest):
    def report(self, *words, **how):
        return self.assay("report", *words, **how)

    def read(self, name):
        return (self.work / name).read_text(encoding="utf-8")

    def test_a_run_is_a_page_by_default_and_the_answer_says_where(self):
        run = self.run_conv()
        ended = self.report("run")
        self.assertIn("The one case was measured, and every result was verified.", ended.out)
        self.assertIn(f"The report is assay-run-{run[:8]}.html", ended.out)
        page = self.read(f"assay-run-{run[:8]}.html")
        self.assertTrue(page.startswith("<!doctype html>"))
        self.assertIn("tinyml.conv2d_int8/simd", page)
        self.assertIn("<svg", page)
        self.assertIn(f"assay report run {run[:8]}", page)

    def test_several_forms_come_at_once_and_again_from_the_json_byte_for_byte(self):
        self.run_conv()
        forms = ("--html", "r.html", "--markdown", "r.md", "--csv", "r.csv")
        self.report("run", *forms, "--json", "r.json")
        self.report("--from", "r.json", *(word.replace("r.", "again.") for word in forms), "--json", "again.json")
        for form in ("html", "md", "csv", "json"):
            self.assertEqual(self.read(f"r.{form}"), self.read(f"again.{form}"), form)
        self.report("run", "--html", "twice.html")
        self.assertEqual(self.read("r.html"), self.read("twice.html"), "equal input gives equal bytes")
        report = json.loads(self.read("r.json"))
        self.assertEqual((report["schema"], report["schema_version"], report["kind"]), ("assay.report", 1, "run"))
        values = [row for row in csv.DictReader(io.StringIO(self.read("r.csv"))) if row["column"] == "median"]
        self.assertEqual(len(values), 1)
        self.assertEqual(values[0]["unit"], "ns")
        self.assertGreater(float(values[0]["value"]), 0)
        self.assertTrue(self.read("r.md").startswith("## 1 case on "))

    def test_a_form_on_standard_output_stands_there_alone(self):
        self.run_conv()
        ended = self.report("run", "--json", "-")
        self.assertEqual(ended.json()["schema"], "assay.report")
        self.assertIn("every result was verified", ended.err)
        self.assertEqual(self.assay("--json", "report", "run").json(), ended.json())
        self.assertEqual(list(self.work.iterdir()), [])

    def test_the_policy_allows_the_page_s_own_style_and_script(self):
        self.run_conv()
        page = self.report("run", "--html", "-").out
        for element in ("style", "script"):
            (text,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.S)
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            self.assertIn(f"{element}-src 'sha256-{digest}'", page)
        self.assertNotRegex(page.replace("http://www.w3.org/2000/svg", ""), r"https?:|src=|<link|@import")

    def test_names_of_hosts_and_home_folders_stay_here(self):
        host = socket.gethostname()
        home = self.folder / "home"
        (home / "secret").mkdir()
        self.run_conv("--label", f"at={home}/secret")
        for form in ("--html", "--markdown", "--csv", "--json"):
            text = self.report("run", form, "-").out
            self.assertNotIn(str(home), text)
            self.assertIsNone(re.search(rf"\b{re.escape(host)}\b", text), form)
        named = self.report("run", "--markdown", "-", "--identify").out
        self.assertIn(re.sub(r"[-_.]", lambda m: m.group() if m.group() in "-." else "&#95;", host), named)

    def test_two_runs_are_compared_with_what_differs_around_them(self):
        first, second = self.run_conv(), self.run_conv("--launches", "3")
        ended = self.report("compare", "--html", "c.html", "--json", "c.json")
        self.assertRegex(ended.out, "No case is shown to be slower or faster, of 1|1 case is|0 cases are slower, 1 faster")
        report = json.loads(self.read("c.json"))
        self.assertEqual(report["title"], f"{second[:8]} against {first[:8]}")
        differs = {row[0]["text"]: [cell.get("text") for cell in row[1:]] for row in report["environment"][0]["rows"]}
        self.assertEqual(differs["run launches"], ["2", "3"])
        self.assertIn(f"assay report compare {first[:8]} {second[:8]}", report["reproduce"][0]["lines"])
        self.assertIn("nothing to compare", self.report("compare", "latest", "--across", "implementation").out)

    def test_a_history_is_a_picture_for_each_series(self):
        self.run_conv(), self.run_conv()
        self.report("history", "--metric", "time.wall.p50", "--html", "h.html", "--json", "h.json",
                    env={"SOURCE_DATE_EPOCH": "1800000000"})
        report = json.loads(self.read("h.json"))
        self.assertEqual(report["answer"], "Nothing that is open got worse, in 1 series.")
        self.assertIn("<svg", self.read("h.html"))
        ended = self.report("history", "llm.*", code=3)
        self.assertIn("no stored result matches", ended.err)
        self.report("history", code=2, env={"SOURCE_DATE_EPOCH": "soon"})

    def test_a_gate_s_answer_becomes_a_page(self):
        run = self.run_conv()
        self.assay("gate", "--against", f"run:{run}", "--run", run, "--no-rerun", "--out", "g.json", code=None)
        ended = self.report("gate", "g.json", "--html", "g.html", "--markdown", "g.md")
        self.assertIn("The report is g.html, g.md", ended.out)
        self.assertIn(f"run:{run}", self.read("g.html"))
        self.assertTrue(self.read("g.md").startswith("## Performance gate "))
        self.report("gate", "nothing.json", code=2)
        (self.work / "bad.json").write_text('{"schema_version": 1, ')
        self.assertIn("bad.json", self.report("gate", "bad.json", code=2).err)

    def test_what_is_asked_wrongly_is_answered_with_what_to_do(self):
        self.run_conv()
        self.assertIn("run, compare, history, gate or hardware", self.report(code=2).err)
        self.assertIn("two forms", self.report("run", "--html", "-", "--csv", "-", code=2).err)
        self.assertIn("another one is asked for", self.report("run", "--from", "r.json", code=2).err)
        self.assertIn("there is no folder", self.report("run", "--html", "no/such/r.html", code=2).err)
        self.report("run", "llm.*", code=2)
        self.report("run", "latest", "llm.*", code=3)
        before = self.db.read_bytes()
        self.report("run", "--html", self.db, code=2)
        self.assertEqual(self.db.read_bytes(), before)
        for text, says in (("", "no JSON at byte"), ("[]", '"schema"'),
                           ('{"schema": "assay.report", "schema_version": 9}', "version 9"),
                           ('{"schema": "assay.report", "schema_version": 1, "sections": [{"title": 1}]}', "sections[0].title")):
            (self.work / "odd.json").write_text(text)
            self.assertIn(says, self.report("--from", "odd.json", code=2).err)

    def test_hostile_texts_are_text_in_every_form(self):
        self.run_conv()
        report = self.report("run", "--json", "-").json()
        for text in (HOSTILE, "\x1b[2J\u202e\x07" + "x" * 10_000, "=HYPERLINK(\"x\")", "@everyone [x](http://evil) ![i](y) `|`"):
            (self.work / "odd.json").write_text(json.dumps(texts_replaced(report, text)))
            page = self.report("--from", "odd.json", "--html", "-").out
            self.assertEqual(page.count("<script"), 1)
            self.assertEqual(page.count("<img"), 0)
            markdown = self.report("--from", "odd.json", "--markdown", "-").out
            self.assertNotIn("<script", re.sub(r"(?m)^    .*$", "", markdown))  # but for indented code
            for row in csv.reader(io.StringIO(self.report("--from", "odd.json", "--csv", "c.csv") and self.read("c.csv"))):
                self.assertFalse([cell for cell in row if cell[:1] in "=@" and cell[:1]], row)


class Histories(Toy):
    commits = 20

    def test_a_regression_is_named_with_its_commit_and_nobody_s_name(self):
        self.take_template()
        ids = self.write_runs(self.work / "runs", lambda place: 1.5 if place > 12 else 1.0)
        words = ("report", "history", "--from", "runs", "--metric", "time.wall.p50")
        self.assay(*words, "--html", "h.html", "--json", "h.json", "--markdown", "h.md")
        report = json.loads((self.work / "h.json").read_text())
        self.assertEqual(report["answer"], "1 regression is open, in 1 series.")
        (table,) = [block for block in report["sections"][0]["blocks"] if block["type"] == "table"]
        self.assertEqual(len(table["rows"]), 1)
        self.assertIn(ids[12][:8], json.dumps(table["rows"][0]))
        for name in ("h.html", "h.json", "h.md"):
            self.assertNotIn("Lovelace", (self.work / name).read_text())
        self.assertIn("Ada Lovelace", self.assay(*words, "--identify", "--html", "-").out)
        (regression,) = self.regressions("--from", "runs", "--metric", "time.wall.p50")
        self.assay("ack", regression["id"], "--from", "runs", "--reason", "worth it", "--until", "2027-03-31", "-o", "runs/ack.json",
                   code=None)
        # Whether a decision has run out is asked of SOURCE_DATE_EPOCH.
        for seconds, answer in (("1798000000", "Nothing that is open got worse"), ("1900000000", "1 regression is open")):
            self.assertIn(answer, self.assay(*words, "--html", "h2.html", env={"SOURCE_DATE_EPOCH": seconds}).out)


class Chromium:
    """A browser that people use."""

    def chromium(self, *words):
        ended = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
             f"--user-data-dir={self.folder / 'profile'}", *words],
            cwd=self.work, env={**os.environ, "HOME": self.env["HOME"]}, capture_output=True, text=True, timeout=300)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("Content Security Policy", ended.stderr)
        return ended.stdout

    def dom(self, name):
        return self.chromium("--dump-dom", (self.work / name).as_uri())


@unittest.skipUnless(CHROMIUM, "no chromium")
class Browser(Chromium, CliTest):
    def setUp(self):
        super().setUp()
        self.run_conv()
        self.page = self.assay("report", "run", "--html", "r.html", "--json", "r.json") and (self.work / "r.html").read_text()

    def test_the_page_s_script_runs_and_no_other(self):
        self.assertIn('<button id="theme" type="button">Colours: auto</button>', self.dom("r.html"))
        report = json.loads((self.work / "r.json").read_text())
        (self.work / "odd.json").write_text(json.dumps(texts_replaced(report, HOSTILE)))
        self.assay("report", "--from", "odd.json", "--html", "odd.html")
        dom = self.dom("odd.html")
        self.assertIn('<button id="theme"', dom)
        self.assertEqual(dom.count("<script"), 1)
        self.assertNotIn("<img", dom)
        self.assertNotIn("<title>owned</title>", dom)

    def test_tables_sort_colours_change_and_the_page_prints(self):
        table = ('<table id=t><caption>t</caption><thead><tr><th scope=col>n</th></tr></thead><tbody><tr><td data-v=30>30'
                 '<tr><td data-v=4>4<tr><td class=a>-<tr><td data-v=200>200</tbody></table>')
        # The policy would let no other script in: it is taken out of this copy.
        steps = ("<script>const b = document.querySelector('#t button'); const cells = () => [...document.querySelectorAll('#t td')]"
                 ".map(c => c.textContent.trim()).join(' '); b.click(); const up = cells(); b.click(); const down = cells();"
                 "const t = document.querySelector('#theme'); const ground = () => getComputedStyle(document.body).backgroundColor;"
                 "const first = ground(); t.click(); t.click();"
                 "document.title = [up, down, document.querySelector('#t th').getAttribute('aria-sort'), first, ground(),"
                 "document.documentElement.dataset.theme].join('|');</script>")
        page = re.sub("<meta http-equiv=Content-Security-Policy[^>]*>", "", self.page)
        page = page.replace("<footer>", table + "<footer>").replace("</body>", steps + "</body>")
        (self.work / "steps.html").write_text(page)
        title = re.search("<title>(.*?)</title>", self.dom("steps.html"))  # the page's is the first
        self.assertEqual(title.group(1), "4 30 200 -|200 30 4 -|descending|rgb(255, 255, 255)|rgb(18, 22, 28)|dark")
        self.chromium("--no-pdf-header-footer", f"--print-to-pdf={self.work / 'r.pdf'}", (self.work / "r.html").as_uri())
        self.assertTrue((self.work / "r.pdf").read_bytes().startswith(b"%PDF"))


@unittest.skipUnless(CHROMIUM, "no chromium")
class HardwareInABrowser(Chromium, Hosts):
    def test_a_page_of_hosts_with_hostile_names_shows_them_as_text(self):
        a = self.host("a", {1000: 2.0, 2000: 3.0})
        b = self.host(HOSTILE, {1000: 1.0, 2000: 2.0}, path=self.work / "b.json")
        self.assay("report", "hardware", str(a), str(b), "--html", "r.html")
        dom = self.dom("r.html")
        self.assertIn('<button id="theme"', dom)  # its script runs, and no other
        self.assertEqual(dom.count("<script"), 1)
        self.assertNotIn("<img", dom)
        self.assertNotIn("<title>owned</title>", dom)
        self.assertIn("&lt;script&gt;document.title='owned'", dom)
        self.chromium("--no-pdf-header-footer", f"--print-to-pdf={self.work / 'r.pdf'}", (self.work / "r.html").as_uri())
        self.assertTrue((self.work / "r.pdf").read_bytes().startswith(b"%PDF"))


if __name__ == "__main__":
    main()
