# SPDX-License-Identifier: Apache-2.0
"""Adds up what ci/test ran: for each part PART.checks (one `ok|fail|skip<TAB>name` a line) and ctest's PART.xml.

    summary.py RESULTS_FOLDER [--json FILE --revision R]

A passed test may say `skipped: NAME: REASON` on lines of its own: what it left out counts as skipped, too.
Prints every test that failed or was skipped, then `N passed, N failed, N skipped` alone on the last line. Ends with 1
when something failed or nothing passed.
"""
import argparse
import datetime
import json
import pathlib
import platform
import sys
import xml.etree.ElementTree as xml


def from_junit(path):
    """Yields (state, name) of every test case."""
    for test in xml.parse(path).getroot().iter("testcase"):
        status = test.get("status", "")
        if test.find("failure") is not None or test.find("error") is not None or status == "fail":
            state = "fail"
        elif test.find("skipped") is not None or status in ("notrun", "disabled"):
            state = "skip"
            message = test.find("skipped")
            if message is not None and "Unable to find executable" in (message.get("message") or ""):
                state = "fail"  # a test whose program was not built did not pass and was not meant to be skipped
        else:
            state = "ok"
        yield state, test.get("name")
        for line in (test.findtext("system-out") or "").splitlines():
            if state == "ok" and line.startswith("skipped: "):
                yield "skip", f"{test.get('name')}: {line.removeprefix('skipped: ')}"


def from_checks(path):
    for line in pathlib.Path(path).read_text().splitlines():
        state, name = line.split("\t", 1)
        yield state, name


def cpu_model():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="keeps what it says of parts that did not run now")
    parser.add_argument("--revision", default="")
    arguments = parser.parse_args()
    total = {"ok": [], "fail": [], "skip": []}
    parts = {}
    for checks in sorted(arguments.results.glob("*.checks")):
        junit = checks.with_suffix(".xml")
        results = list(from_checks(checks)) + (list(from_junit(junit)) if junit.exists() else [])
        names = {state: [name for found, name in results if found == state] for state in total}
        parts[checks.stem] = {"revision": arguments.revision, "finished": datetime.date.today().isoformat(),
                              "cpu": cpu_model(), "seconds": int(checks.with_suffix(".seconds").read_text()),
                              "passed": len(names["ok"]), "failed": names["fail"], "skipped": names["skip"]}
        for state in total:
            total[state] += [f"{checks.stem}: {name}" for name in names[state]]
    for state, word in (("skip", "skipped"), ("fail", "FAILED")):
        for name in total[state]:
            print(f"{word}: {name}")
    if arguments.json:
        known = json.loads(arguments.json.read_text()) if arguments.json.exists() else {}
        arguments.json.write_text(json.dumps({**known, **parts}, indent=2, sort_keys=True) + "\n")
    print(f"{len(total['ok'])} passed, {len(total['fail'])} failed, {len(total['skip'])} skipped")
    return 1 if total["fail"] or not total["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
