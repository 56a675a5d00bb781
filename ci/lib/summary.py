# SPDX-License-Identifier: Apache-2.0
"""Adds up what ci/test ran: for each part PART.checks (one `ok|fail|skip<TAB>name` a line), ctest's PART.xml, and
PART.again.xml of the tests that failed in it and ran once more, one at a time.

    summary.py RESULTS_FOLDER [--json FILE --revision R]

A passed test may say `skipped: NAME: REASON` on lines of its own: what it left out counts as skipped, too. A test that
passed when it ran again passed, and is named `unsteady` with what it printed when it failed: it has a defect, or leans
on the machine being quiet, and somebody has to find out which.
Prints every test that was skipped, unsteady or failed, the end of what the last two printed, then
`N passed, N failed, N skipped` alone on the last line. Ends with 1 when something failed or nothing passed.
"""
import argparse
import datetime
import json
import pathlib
import platform
import sys
import xml.etree.ElementTree as xml


SHOWN = 40  # lines of a failed test's output


def from_junit(path, again):
    """Yields (state, name, output) of every test case; `again` has the second tries."""
    passed_again = {name: output for state, name, output in from_junit(again, None) if state == "ok"} if again else {}
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
        output = test.findtext("system-out") or ""
        if state == "fail" and test.get("name") in passed_again:
            yield "unsteady", test.get("name"), output
            state, output = "ok", passed_again[test.get("name")]
        yield state, test.get("name"), output
        for line in output.splitlines():
            if state == "ok" and line.startswith("skipped: "):
                yield "skip", f"{test.get('name')}: {line.removeprefix('skipped: ')}", ""


def from_checks(path):
    for line in pathlib.Path(path).read_text().splitlines():
        state, name = line.split("\t", 1)
        yield state, name, ""


def results_of(checks):
    """Those of the part whose .checks file is given."""
    yield from from_checks(checks)
    junit, again = checks.with_suffix(".xml"), checks.with_suffix(".again.xml")
    if junit.exists():
        yield from from_junit(junit, again if again.exists() else None)


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
    total = {"ok": [], "skip": [], "unsteady": [], "fail": []}
    parts = {}
    printed = {}
    for checks in sorted(arguments.results.glob("*.checks")):
        results = list(results_of(checks))
        names = {state: [name for found, name, _ in results if found == state] for state in total}
        printed |= {f"{checks.stem}: {name}": output for found, name, output in results
                    if found in ("unsteady", "fail")}
        parts[checks.stem] = {"revision": arguments.revision, "finished": datetime.date.today().isoformat(),
                              "cpu": cpu_model(), "seconds": int(checks.with_suffix(".seconds").read_text()),
                              "passed": len(names["ok"]), "failed": names["fail"], "skipped": names["skip"],
                              "unsteady": names["unsteady"]}
        for state in total:
            total[state] += [f"{checks.stem}: {name}" for name in names[state]]
    for state, word in (("skip", "skipped"), ("unsteady", "unsteady"), ("fail", "FAILED")):
        for name in total[state]:
            print(f"{word}: {name}")
            for line in printed.get(name, "").splitlines()[-SHOWN:]:
                print(f"    {line}")
    if arguments.json:
        known = json.loads(arguments.json.read_text()) if arguments.json.exists() else {}
        arguments.json.write_text(json.dumps({**known, **parts}, indent=2, sort_keys=True) + "\n")
    print(f"{len(total['ok'])} passed, {len(total['fail'])} failed, {len(total['skip'])} skipped")
    return 1 if total["fail"] or not total["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
