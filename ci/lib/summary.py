# SPDX-License-Identifier: Apache-2.0
"""Adds up what ci/test ran: ctest's JUnit files and the checks file (one `ok|fail|skip<TAB>name` a line).

    summary.py CHECKS JUNIT... [--json FILE --seconds N --revision R]

A passed test may say `skipped: NAME: REASON` on lines of its own: what it left out counts as skipped, too.
Prints every test that failed or was skipped, then `N passed, N failed, N skipped` alone on the last line. Ends with 1
when something failed or nothing passed.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import sys
import xml.etree.ElementTree as xml


def from_junit(path):
    """Yields (state, name) of every test case; the preset's name is the file's name."""
    preset = pathlib.Path(path).stem
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
        yield state, f"{preset}: {test.get('name')}"
        for line in (test.findtext("system-out") or "").splitlines():
            if state == "ok" and line.startswith("skipped: "):
                yield "skip", f"{preset}: {test.get('name')}: {line.removeprefix('skipped: ')}"


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
    parser.add_argument("checks")
    parser.add_argument("junit", nargs="*")
    parser.add_argument("--json")
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--revision", default="")
    arguments = parser.parse_args()
    results = list(from_checks(arguments.checks))
    for path in arguments.junit:
        results += from_junit(path)
    names = {state: [name for found, name in results if found == state] for state in ("ok", "fail", "skip")}
    for state, word in (("skip", "skipped"), ("fail", "FAILED")):
        for name in names[state]:
            print(f"{word}: {name}")
    if arguments.json:
        record = {"revision": arguments.revision, "finished": datetime.date.today().isoformat(),
                  "host": {"cpu": cpu_model(), "cores": os.cpu_count(), "system": platform.platform()},
                  "seconds": arguments.seconds, "passed": len(names["ok"]), "failed": names["fail"],
                  "skipped": names["skip"]}
        pathlib.Path(arguments.json).write_text(json.dumps(record, indent=2) + "\n")
    print(f"{len(names['ok'])} passed, {len(names['fail'])} failed, {len(names['skip'])} skipped")
    return 1 if names["fail"] or not names["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
