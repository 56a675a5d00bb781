#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay report hardware`: which machine for this work, from exports of machines that do not exist."""
import copy
import csv
import io
import json
import pathlib
import random
import resource
import shutil
import subprocess
import time
import unittest
import uuid

from support import ASSAY, EXAMPLE_WORKER, CliTest, main

HOSTILE = "\x1b[31mred\x1b[0m \u202e<script>" + "x" * 300
TEMPLATE = []  # lines of one export of a run of two cases, made once


class Hosts(CliTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(1)
        if not TEMPLATE:
            self.assay("run", "example.sum/builtin?n=1000", "--worker", EXAMPLE_WORKER, "--launches", "1", "--quiet",
                       "--export", str(self.work / "template.json"))
            TEMPLATE.extend(json.loads(line) for line in (self.work / "template.json").read_text().splitlines())
            self.db.unlink()

    def host(self, name, times_ms, launches=6, noise=0.01, edit=None, model="CPU", path=None, samples=60):
        """An export of a host whose cases, n=KEY, take that long; its path."""
        lines = copy.deepcopy(TEMPLATE)
        head, run = lines[0], lines[0]["run"]
        model_launch = lines[1]["launch"]
        run["id"] = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        run["labels"] = {"host": name} if name else {}
        run["host"]["host_class"]["cpu.model"] = model
        run["settings"]["launches"] = launches
        planned = run["plan"][0]
        run["plan"], made = [], []
        for ordinal, (n, ms) in enumerate(times_ms.items()):
            case = {**planned, "ordinal": ordinal, "launches": launches, "case": f"example.sum/builtin?n={n}@cpu",
                    "params": {**planned["params"], "n": n}}
            run["plan"].append(case)
            for index in range(launches):
                launch = copy.deepcopy(model_launch)
                launch.update(id=str(uuid.UUID(int=self.random.getrandbits(128), version=4)), case_ordinal=ordinal,
                              index=index, units=float(n), spans=[], readings=[], hot_spots=[], log="")
                length = ms * 1e6 * (1 + self.random.gauss(0, noise))
                begin, start, end = 1000, [], []
                for _ in range(samples):
                    start.append(begin)
                    begin += int(length * (1 + self.random.gauss(0, 0.002)))
                    end.append(begin)
                    begin += 50
                launch["samples"] = {**launch["samples"], "batch": 1, "start_ns": start, "end_ns": end, "scheduled_ns": [],
                                     "warmup": 0}
                made.append({"launch": launch})
        head["launches"] = len(made)
        lines = [head, *made]
        if edit:
            edit(lines)
        head["launches"] = len(lines) - 1
        path = path or self.work / f"{name or 'nameless'}.json"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    def write(self, name, text):
        path = self.work / name
        path.write_text(text)
        return str(path)

    def require(self, *requirements):
        return self.write("require.toml", "".join(
            "[[require]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in one.items())
            for one in requirements))

    def report(self, *words, code=0, **how):
        return self.assay("report", "hardware", *map(str, words), code=code, **how)

    def answer(self, *words, code=0):
        document = self.report(*words, "--answer", "-", code=code).json()
        self.assertEqual((document["schema_version"], document["command"]), (1, "report hardware"))
        return document


def speed(limit, **more):
    return {"name": "in time", "task": "example.sum?n=1000", "metric": "latency", "percentile": 50,
            "at_most": limit, **more}


class Answers(Hosts):
    def test_the_faster_host_is_first_with_its_ratio_and_interval(self):
        a = self.host("slow", {1000: 2.0, 2000: 4.0}, model="Old")
        b = self.host("fast", {1000: 1.0, 2000: 1.0}, model="New")
        document = self.answer(a, b)
        first, second = document["ranking"]["order"]
        self.assertEqual((first["host"], second["host"]), ("fast", "slow"))
        self.assertAlmostEqual(first["ratio"], 8 ** 0.5, delta=0.1)
        low, high = first["interval"]
        self.assertTrue(low < first["ratio"] < high, first["interval"])
        self.assertLess(high - low, 0.3)
        self.assertEqual(first["count"], 2)
        self.assertEqual(first["most"]["task"], "example.sum?n=2000")
        self.assertEqual(first["place_chances"]["both"][0], 1)
        self.assertEqual(document["differences"]["cpu.model"], ["Old", "New"])
        other = self.answer(a, b, "--reference", "fast")
        self.assertAlmostEqual(other["ranking"]["order"][1]["ratio"], 1 / first["ratio"], places=9)
        page = self.report(a, b).out
        self.assertTrue(page.startswith("By speed fast is first over 2 tasks"), page)
        self.assertIn("cpu.model", page)

    def test_requirements_pass_and_fail_and_the_exit_code_says_so(self):
        a, b = self.host("slow", {1000: 2.0}), self.host("fast", {1000: 1.0})
        need = self.require(speed("1.5ms"))
        document = self.answer(a, b, "--require", need, code=1)
        self.assertEqual([host["fit"] for host in document["hosts"]], ["fail", "pass"])
        page = self.report(a, b, "--require", need, code=1).out
        self.assertTrue(page.startswith("slow fails 'in time' (2.0"), page)
        self.assertIn("fast meets the requirement", page)
        self.report(a, b, "--require", self.require(speed("3ms")), code=0)

    def test_a_limit_within_the_noise_is_undecided_and_says_how_many_launches_decide(self):
        a = self.host("noisy", {1000: 1.0}, noise=0.3)
        document = self.answer(a, "--require", self.require(speed("1.02ms")))
        (host,) = document["requirements"][0]["hosts"]
        self.assertEqual(host["fit"], "undecided")
        self.assertIn("launches", host["tasks"][0]["reason"])
        few = self.host("few", {1000: 1.0}, launches=3)
        (host,) = self.answer(few, "--require", self.require(speed("9ms")))["requirements"][0]["hosts"]
        self.assertEqual((host["fit"], host["tasks"][0]["more_launches"]), ("undecided", 2))

    def test_what_was_not_measured_is_no_pass_and_nothing_judged_ends_with_5(self):
        a = self.host("a", {1000: 1.0})
        need = self.require(speed("9ms", task="llm.decode"))
        document = self.answer(a, "--require", need, code=5)
        self.assertEqual(document["hosts"][0]["fit"], "not_measured")
        tail = self.require(speed("9ms", percentile=99))
        (host,) = self.answer(self.host("b", {1000: 1.0}, samples=20), "--require", tail, code=5)["requirements"][0]["hosts"]
        self.assertEqual(host["tasks"][0]["more_samples"], 299 - 6 * 20)
        (host,) = self.answer(a, "--require", tail)["requirements"][0]["hosts"]
        self.assertEqual(host["fit"], "pass")  # 360 samples of all launches together
        self.report(a, code=5)  # one host, and nothing is asked of it

    def test_memory_is_a_requirement(self):
        def bloat(lines):
            lines[3]["launch"]["peak_rss_bytes"] = 3 << 30
        a, b = self.host("lean", {1000: 1.0}), self.host("fat", {1000: 1.0}, edit=bloat)
        need = self.require({"name": "fits", "task": "example.sum", "metric": "memory", "at_most": "2GiB"})
        self.assertEqual([h["fit"] for h in self.answer(a, b, "--require", need, code=1)["hosts"]], ["pass", "fail"])

    def test_only_tasks_that_all_hosts_have_count_and_the_others_are_named(self):
        a, b = self.host("a", {1000: 2.0, 2000: 1.0}), self.host("b", {1000: 1.0})
        document = self.answer(a, b)
        self.assertEqual(document["ranking"]["order"][0]["count"], 1)
        (left,) = document["ranking"]["left_out"]
        self.assertEqual(left["task"], "example.sum?n=2000")
        self.assertIn("b: it was not measured there", left["reason"])
        none = self.answer(self.host("c", {1000: 2.0}), self.host("d", {5000: 2.0}), code=5)
        self.assertIsNone(none["ranking"]["order"])
        self.assertIn("no task was measured on all hosts", none["ranking"]["reason"])

    def test_prices_make_cost_and_a_front_and_old_ones_are_told(self):
        a, b = self.host("slow", {1000: 2.0}), self.host("fast", {1000: 1.0})
        def price(host, amount, date="2026-11-01", currency="EUR"):
            return (f"[[price]]\nhost = '{host}'\namount = {amount}\ncurrency = '{currency}'\nper = 'hour'\n"
                    f"date = {date}\nsource = 'offer'\n")
        def front(text):
            prices = self.write("prices.toml", text)
            return self.answer(a, b, "--prices", prices)
        document = front(price("slow", 1) + price("fast", 3, "2020-01-01"))
        self.assertEqual([h["front"] for h in document["price_front"]["hosts"]], ["front", "front"])
        costs = {e["host"]: e["cost_of_a_million"] for e in document["efficiency"]}
        self.assertAlmostEqual(costs["slow"], 1 / (1000 / 2e-3 * 3600) * 1e6, delta=costs["slow"] * 0.02)
        self.assertIn("old_price", [c["code"] for c in document["caveats"]])
        document = front(price("slow", 3) + price("fast", 3))
        (slow,) = [h for h in document["price_front"]["hosts"] if h["host"] == "slow"]
        self.assertEqual((slow["front"], slow["by"]), ("dominated", ["fast"]))
        document = front(price("slow", 3) + price("fast", 3, currency="USD"))
        self.assertIn("currencies", document["price_front"]["reason"])
        document = front(price("slow", 3))
        self.assertIn("no_price", [c["code"] for c in document["caveats"]])
        cheap = self.require({"name": "cheap", "metric": "price", "at_most": "2 EUR/h"})
        prices = self.write("prices.toml", price("slow", 1) + price("fast", 3))
        document = self.answer(a, b, "--prices", prices, "--require", cheap, code=1)
        self.assertEqual([h["fit"] for h in document["hosts"]], ["pass", "fail"])
        self.assertIn("is on the front", self.report(a, b, "--prices", prices).out)

    def test_weights_flip_the_order_where_the_page_says(self):
        a, b = self.host("a", {1000: 1.0, 2000: 3.0}), self.host("b", {1000: 2.0, 2000: 1.0})
        def weights(share):
            return self.write("weights.toml", f"[[weight]]\nname = 'small'\nselect = 'example.sum?n=1000'\nweight = {share}\n"
                              f"[[weight]]\nname = 'large'\nselect = 'example.sum?n=2000'\nweight = {1 - share}\n")
        ranking = self.answer(a, b, "--weights", weights(0.5))["ranking"]
        self.assertEqual(ranking["order"][0]["host"], "b")
        (flip,) = ranking["flips"]
        self.assertEqual(flip["host"], "a")
        then = flip["then"] if flip["group"] == "small" else 1 - flip["then"]
        for share, winner in ((then - 0.02, "b"), (then + 0.02, "a")):
            self.assertEqual(self.answer(a, b, "--weights", weights(share))["ranking"]["order"][0]["host"], winner)
        self.assertIn("comes before b where", self.report(a, b, "--weights", weights(0.5)).out)

    def test_emulated_and_unverified_results_stand_for_no_host(self):
        def emulate(lines):
            for line in lines[1:]:
                line["launch"]["device"]["fidelity"] = "functional"
        def unverified(lines):
            for line in lines[1:]:
                line["launch"]["verified"] = None
        a = self.host("a", {1000: 1.0})
        emulated = self.host("emulated", {1000: 0.1}, edit=emulate)
        document = self.answer(a, emulated, code=5)
        self.assertIn("left_out_devices", [c["code"] for c in document["caveats"]])
        self.report(a, emulated, "--represent", "same-implementation", code=5)
        foreign = self.host("foreign", {1000: 0.5}, edit=unverified)
        self.report(a, foreign, code=5)
        document = self.answer(a, foreign, "--represent", "same-implementation")
        self.assertEqual(document["ranking"]["order"][0]["host"], "foreign")
        self.assertIn("unverified", [c["code"] for c in document["caveats"]])

    def test_caveats_are_raised_by_themselves(self):
        def edit(lines):
            lines[0]["run"]["host"]["environment"].update({"virtualized": "yes", "cpu.governor": "powersave"})
            for line in lines[1:]:
                line["launch"]["subject"].update(version="99", compiler="other")
                line["launch"]["threads"] = 7
                line["launch"]["readings"] = [{"metric": "host.contended", "value": 1, "unit": "count", "better": "lower",
                                               "state": "ok", "coverage": 1.0, "reason": "a neighbour"}]
        a, b = self.host("a", {1000: 1.0}), self.host("b", {1000: 2.0}, launches=3, edit=edit)
        codes = {c["code"]: c["text"] for c in self.answer(a, b)["caveats"]}
        for code in ("few_launches", "other_versions", "other_compiler", "other_threads", "virtual_machine", "governor",
                     "contended_launches"):
            self.assertIn(code, codes)
        self.assertIn("b (3 of 3)", codes["contended_launches"])
        def other_input(lines):
            for line in lines[1:]:
                line["launch"]["input_digest"] = "crc32:00000000"
        document = self.answer(a, self.host("c", {1000: 2.0}, edit=other_input), code=5)
        self.assertIn("other_input", [c["code"] for c in document["caveats"]])

    def test_of_a_host_the_newest_valid_result_counts_and_its_class_is_part_of_it(self):
        def later(lines):
            lines[0]["run"]["started_utc_ms"] += 1000_000
        def later_and_broken(lines):
            later(lines)
            lines[0]["run"]["started_utc_ms"] += 1
            for line in lines[1:]:
                line["launch"].update(status="failed", reason="it crashed", verified=None)
        old = self.host("a", {1000: 9.0})
        new = self.host("a", {1000: 2.0}, edit=later, path=self.work / "new.json")
        broken = self.host("a", {1000: 1.0}, edit=later_and_broken, path=self.work / "broken.json")
        b = self.host("b", {1000: 1.0})
        for order in ((old, new, broken, b), (broken, new, old, b)):
            document = self.answer(*order)
            self.assertAlmostEqual(document["ranking"]["order"][0]["ratio"], 2, delta=0.1)
        other = self.host("a", {1000: 1.0}, model="Other", path=self.work / "other.json")
        names = [host["name"] for host in self.answer(old, other)["hosts"]]
        self.assertEqual(len(set(names)), 2)
        self.assertTrue(all(name.startswith("a ") for name in names), names)

    def test_runs_and_databases_are_sources_too(self):
        a, b = self.host("a", {1000: 2.0}), self.host("b", {1000: 1.0})
        self.assay("import", a), self.assay("import", b)
        both = self.answer()
        self.assertEqual(both["ranking"]["order"][0]["host"], "b")
        self.assertEqual(self.answer(self.db)["ranking"], both["ranking"])
        newest, older = self.run_ids()
        ranking = self.answer(newest[:8], f"{self.db}#{older}")["ranking"]
        self.assertEqual({one["host"] for one in ranking["order"]}, {"a", "b"})

    def test_names_of_hosts_leave_only_when_asked(self):
        def name(lines):
            lines[0]["run"]["host"]["name"] = "secret-host"
            lines[0]["run"]["command"] = "assay run on secret-host /home/ada/x"
        a = self.host("", {1000: 2.0}, edit=name)
        for words in ((), ("--answer", "-"), ("--json", "-"), ("--html", "-")):
            text = self.report(a, *words, code=5).out
            self.assertNotIn("secret-host", text)
            self.assertNotIn("/home/ada", text)
        self.assertIn("secret-host", self.report(a, "--identify", code=5).out)

    def test_hostile_names_are_harmless(self):
        def edit(lines):
            lines[0]["run"]["command"] = HOSTILE
            lines[0]["run"]["host"]["host_class"]["cpu.model"] = HOSTILE
        a, b = self.host("a", {1000: 2.0}), self.host(HOSTILE, {1000: 1.0}, edit=edit, path=self.work / "b.json")
        self.assertIn("\\x1b[31mred", self.report(a, b).out)  # assay() looks for what is unsafe
        self.assertEqual(self.answer(a, b)["hosts"][1]["name"], HOSTILE)

    def test_scenarios_are_listed_and_each_can_be_asked(self):
        names = [one["scenario"] for one in self.assay("list", "scenarios", "--json").json()["scenarios"]]
        self.assertEqual(names, ["analytics-node", "battery-sensor", "chat-assistant", "ci-fleet", "edge-camera"])
        self.assertIn("buyer", self.assay("list", "suites").out)
        a = self.host("a", {1000: 2.0})
        for name in names:
            document = self.answer(a, "--scenario", name, code=5)
            self.assertGreaterEqual(len(document["requirements"]), 3)

    def test_twenty_hosts_with_two_hundred_cases_are_answered_at_once(self):
        for index in range(20):
            path = self.host(f"h{index}", {n: 1 + index for n in range(1, 201)}, samples=5)
            self.assay("import", path, "--quiet")
            path.unlink()
        def cpu_s():
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            return used.ru_utime + used.ru_stime
        began, before = time.monotonic(), cpu_s()
        document = self.answer()
        took = time.monotonic() - began
        self.assertEqual(len(document["ranking"]["order"]), 20)
        self.assertEqual(document["ranking"]["order"][0]["count"], 200)
        print(f"20 hosts, 200 cases each: {took:.2f} s, of which {cpu_s() - before:.2f} s of a CPU")
        self.assertLess(took, 30)  # so busy may a test's machine be
        self.report("--html", "r.html")
        self.assertLess((self.work / "r.html").stat().st_size, 1_000_000)


class Pages(Hosts):
    """The forms of `assay report`."""

    def forms(self):
        a, b = self.host("a", {1000: 2.0, 2000: 4.0}), self.host("b", {1000: 1.0, 2000: 1.0}, model="New")
        prices = self.write("prices.toml", "".join(
            f"[[price]]\nhost = '{host}'\namount = {amount}\ncurrency = 'EUR'\nper = 'hour'\ndate = 2026-11-01\n"
            "source = 'offer'\n" for host, amount in (("a", 1), ("b", 3))))
        return (a, b, "--require", self.require(speed("1.5ms")), "--prices", prices)

    def test_several_forms_come_at_once_and_again_from_the_json_byte_for_byte(self):
        words, clock = self.forms(), {"SOURCE_DATE_EPOCH": "1796000000"}
        names = {"--html": "r.html", "--markdown": "r.md", "--csv": "r.csv", "--json": "r.json"}
        files = [word for pair in names.items() for word in pair]
        ended = self.report(*words, *files, code=1, env=clock)
        self.assertTrue(ended.out.startswith("b meets the requirement with 95 % confidence. a is cheaper, but fails"), ended.out)
        self.assertIn("The report is r.html, r.md, r.csv, r.json", ended.out)
        first = {name: (self.work / name).read_bytes() for name in names.values()}
        self.report(*words, *files, code=1, env=clock)
        self.assertEqual(first, {name: (self.work / name).read_bytes() for name in names.values()})
        again = [word.replace("r.", "again.") for word in files]
        self.assay("report", "--from", "r.json", *again)
        for name, text in first.items():
            self.assertEqual(text, (self.work / name.replace("r.", "again.")).read_bytes(), name)
        document = json.loads(first["r.json"])
        self.assertEqual((document["schema"], document["kind"]), ("assay.report", "hardware"))
        order = ["Who meets what", "Speed, task by task", "Speed, all tasks together", "Efficiency and price",
                 "Speed against cost", "How sure the order is"]
        self.assertEqual([section["title"] for section in document["sections"]], order)
        charts = [block["chart"]["type"] for section in document["sections"] for block in section["blocks"]
                  if block["type"] == "picture"]
        self.assertEqual(charts, ["bars", "bars", "scatter"])
        rows = list(csv.DictReader(io.StringIO(first["r.csv"].decode())))
        verdicts = {row["key"]: row["text"] for row in rows if row["column"] == "verdict"}
        self.assertEqual(verdicts, {"in time a example.sum?n=1000": "fail", "in time b example.sum?n=1000": "pass"})
        (ratio,) = [row for row in rows if row["table"].startswith("Speed of all") and row["key"] == "b"
                    and row["column"] == "geometric mean"]
        self.assertAlmostEqual(float(ratio["value"]), 8 ** 0.5, delta=0.1)
        self.assertLess(float(ratio["low"]), float(ratio["value"]))
        self.assertNotIn("--html", document["reproduce"][0]["lines"][0])

    def test_one_host_is_a_page_too_and_sources_are_not_written_to(self):
        a = self.host("a", {1000: 2.0})
        self.report(a, "--html", "r.html", code=5)
        self.assertIn("fewer than two hosts", (self.work / "r.html").read_text())
        before = a.read_bytes()
        for form in ("--html", "--json", "--answer"):
            self.assertIn("is a source", self.report(a, form, a, code=2).err)
        self.assertEqual(a.read_bytes(), before)
        self.assertIn("two forms", self.report(a, "--answer", "-", "--csv", "-", code=2).err)

    def test_paper_needs_the_dashboard_s_program_and_says_so(self):
        words = self.forms()
        if (pathlib.Path(ASSAY).parent / "assay-gui").exists():
            self.report(*words, "--pdf", "r.pdf", code=1)
            self.assertTrue((self.work / "r.pdf").read_bytes().startswith(b"%PDF"))
            if shutil.which("pdftotext"):
                text = subprocess.run(["pdftotext", "-layout", "r.pdf", "-"], cwd=self.work, capture_output=True, text=True,
                                      check=True).stdout
                for told in ("b meets the requirement", "Who meets what", "example.sum?n=2000", "page 2 of "):
                    self.assertIn(told, text)
        alone = self.folder / "alone"
        alone.mkdir()
        shutil.copy2(ASSAY, alone / "assay")
        ended = subprocess.run([alone / "assay", "report", "hardware", *map(str, words), "--pdf", "no.pdf"], cwd=self.work,
                               env=self.env, capture_output=True, text=True)
        self.assertEqual(ended.returncode, 3, ended)
        self.assertIn("qt6-base-dev", ended.stderr)
        self.assertFalse((self.work / "no.pdf").exists())


class Mistakes(Hosts):
    def wrong(self, *words, says, code=2):
        ended = self.report(*words, code=code)
        self.assertEqual(ended.out, "")
        for text in says:
            self.assertIn(text, ended.err)

    def test_what_is_wrong_is_said_with_file_and_line(self):
        a = self.host("a", {1000: 2.0})
        self.wrong(a, "--require", self.write("r.toml", "[[require]]\nnmae = 'x'\n"), says=["r.toml:2", "'nmae'", "name"])
        self.wrong(a, "--weights", self.write("w.toml", "[[weight]]\nselect = 'a?preset=xs'\nweight = 1\n"),
                   says=["w.toml:2", "presets"])
        self.wrong(a, "--prices", self.write("p.toml", "price = 3\n"), says=["p.toml:1"])
        self.wrong(a, "--require", self.work / "absent.toml", says=["absent.toml cannot be read"])
        self.wrong(a, "--require", self.work, says=["cannot be read"])
        self.wrong(a, "--scenario", "edge-camara", says=["edge-camera"])
        self.wrong(a, "--reference", "b", says=["no host here is called 'b'"])
        self.wrong(a, "--represent", "best", says=["best-verified"])
        self.wrong(a, "--represent", "named", says=["--named go together"])
        self.wrong("0123456789", says=["there is no database"])
        self.assay("import", a)
        self.wrong("0123456789", says=["0123456789"])
        cut = self.write("cut.json", "\n".join(a.read_text().splitlines()[:-1]) + "\n")
        self.wrong(cut, says=["cut.json"])
        self.wrong(self.write("empty.db", ""), says=["empty.db holds no run"])

    def test_report_wants_to_know_which(self):
        self.assertIn("hardware", self.assay("report", code=2).err + self.assay("report", "--help").out)


if __name__ == "__main__":
    main()
