#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real pictures and tables: what is good is decoded once and is part of the case; what is not is named."""
import hashlib
import json
import os
import pathlib
import struct
import unittest
import zlib

from support import EXAMPLE_WORKER, CliTest, main


def png(width, height, pixel=lambda x, y: (x % 256, y % 256, (x * y) % 256)):
    """An 8-bit RGB picture."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def flights(rows):
    """A table as people have it: texts, numbers, missing values, a quoted comma."""
    lines = ["carrier,distance,air_time,tailnum"]
    for i in range(rows):
        carrier = ("AA", "UA", '"B,6"', "DL")[i % 4]
        lines.append(f"{carrier},{100 + i * 7 % 2400},{'NA' if i % 50 == 3 else i % 300},N{i}")
    return "\n".join(lines) + "\n"


class Pictures(CliTest):
    def setUp(self):
        super().setUp()
        self.photo = self.work / "photo.png"
        self.photo.write_bytes(png(96, 64))

    def test_a_picture_is_measured_at_its_own_size_verified_and_named_in_the_case(self):
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=photo.png", "--launches", "1")
        digest = hashlib.sha256(self.photo.read_bytes()).hexdigest()
        (case, result), = self.results().items()
        self.assertIn(f"input={digest[:12]}", case)
        self.assertEqual((result["status"], result["verified"]), ("ok", True), result["reason"])
        settings = self.query("SELECT settings_json FROM run")[0]["settings_json"]
        self.assertIn(digest, settings)
        self.assertIn(str(self.photo.stat().st_size), settings)
        (run,) = self.assay("export").json()["runs"]
        self.assertEqual(run["inputs"],
                         [{"family": "vision", "sha256": digest, "bytes": self.photo.stat().st_size}])

    def test_the_same_picture_again_comes_from_the_cache_whatever_it_is_called(self):
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=photo.png", "--launches", "1")
        first = self.results()
        entries = self.cache_entries()
        (self.work / "copy.png").write_bytes(self.photo.read_bytes())
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=copy.png", "--launches", "1")
        self.assertEqual(set(self.results()), set(first), "another name is no other case")
        self.assertEqual(self.cache_entries(), entries, "it was decoded again")

    def test_another_picture_is_another_case(self):
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=photo.png", "--launches", "1")
        first = set(self.results())
        (self.work / "other.png").write_bytes(png(96, 64, lambda x, y: (0, x, y)))
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=other.png", "--launches", "1")
        self.assertFalse(first & set(self.results()))

    def cache_entries(self):
        return sorted((str(p.relative_to(self.folder)), p.stat().st_mtime_ns) for p in
                      (self.folder / "cache/assay").rglob("*") if p.is_file())

    def test_a_damaged_cache_is_made_again_and_not_believed(self):
        self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=photo.png", "--launches", "1")
        for path in (self.folder / "cache/assay").rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                path.write_bytes(data[:len(data) // 2])
        ended = self.assay("run", "vision.resize/simd?threads=1", "--input", "vision=photo.png", "--launches", "1")
        (result,) = self.results().values()
        self.assertEqual((result["status"], result["verified"]), ("ok", True), ended)

    def test_what_is_no_picture_is_named_with_what_was_expected(self):
        whole = self.photo.read_bytes()
        bad_crc = bytearray(whole)
        bad_crc[40] ^= 0xFF
        files = {"empty.png": b"", "cut.png": whole[:len(whole) // 2], "head.png": whole[:20], "text.png": b"hello" * 99,
                 "renamed.jpg": b"\xff\xd8\xff\xe0 not a picture", "crc.png": bytes(bad_crc),
                 "absurd.png": whole[:16] + struct.pack(">II", 2_000_000_000, 2_000_000_000) + whole[24:],
                 "bomb.png": whole[:16] + struct.pack(">II", 1_000_000, 1_000_000) +
                 whole[24:29] + struct.pack(">I", zlib.crc32(b"IHDR" + struct.pack(">II", 1_000_000, 1_000_000) +
                                                              whole[24:29])) + whole[33:]}
        for name, data in files.items():
            with self.subTest(name=name):
                (self.work / name).write_bytes(data)
                ended = self.assay("run", "vision.resize/simd", "--input", f"vision={name}", code=2, timeout=20)
                self.assertIn(name, ended.err)
        self.assertEqual(self.run_ids(), [])

    def test_a_file_that_is_not_there_or_no_file_is_named(self):
        for name in ("none.png", ".", "/dev/null", "/proc/self/mem", "x" * 5000):
            with self.subTest(name=name[:20]):
                ended = self.assay("run", "vision.resize/simd", "--input", f"vision={name}", code=None, timeout=20)
                self.assertIn(ended.code, (2, 4), ended)
                self.assertIn(name[:200], ended.err)
                self.assertNotIn("internal fault", ended.err)

    def test_an_option_that_is_none_says_what_to_write(self):
        for option, says in (("photo.png", "FAMILY=FILE"), ("visoin=photo.png", "vision"), ("=photo.png", ""),
                             ("vision=", ""), ("tinyml=photo.png", "tinyml")):
            with self.subTest(option=option):
                self.assertIn(says, self.assay("run", "vision.resize/simd", "--input", option, code=2).err)
        ended = self.assay("run", "vision.resize/simd", "--input", "vision=photo.png", "--input", "vision=photo.png",
                           code=2)
        self.assertIn("two inputs", ended.err)
        ended = self.assay("run", "vision.resize/simd", "--input", "vision=photo.png:key=red", code=2)
        self.assertIn("vision takes a picture, which has no columns", ended.err)


class Tables(CliTest):
    OPTION = "dataframe=flights.csv:key=carrier,v1=distance,v2=air_time,v3=distance"

    def setUp(self):
        super().setUp()
        (self.work / "flights.csv").write_text(flights(2000))

    def test_a_table_is_measured_with_its_own_rows_and_verified(self):
        self.assay("run", "dataframe.groupby_q1/simd?threads=1", "dataframe.groupby_q5/simd?threads=1", "--input",
                   self.OPTION, "--launches", "1")
        results = self.results()
        self.assertEqual(len(results), 2)
        for case, result in results.items():
            self.assertIn("input=", case)
            self.assertEqual((result["status"], result["verified"]), ("ok", True), result["reason"])

    def test_other_columns_of_one_file_are_another_case_and_the_file_is_recorded_as_it_is(self):
        digest = hashlib.sha256((self.work / "flights.csv").read_bytes()).hexdigest()
        seen = []
        for roles in ("key=carrier,v1=distance", "key=tailnum,v1=distance", "key=carrier,v1=air_time",
                      "v1=distance,key=carrier"):
            self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", f"dataframe=flights.csv:{roles}",
                       "--launches", "1")
            (case,) = self.results()
            seen.append(case)
            self.assertIn(digest, self.query("SELECT settings_json FROM run ORDER BY run_key DESC")[0]["settings_json"])
        self.assertEqual(len(set(seen)), 3, seen)
        self.assertEqual(seen[0], seen[3], "the order of the roles is nothing")

    def test_the_units_of_work_are_the_rows_of_the_file_whatever_a_selector_says(self):
        ended = self.assay("run", "dataframe.groupby_q1/simd?threads=1&rows=10|20", "--input", self.OPTION, "--launches", "1")
        ((case, result),) = self.results().items()
        self.assertNotIn("rows", case)
        self.assertNotIn("rows", result["params"])
        self.assertIn("rows of the selectors: left out where --input gives a file", ended.err)
        ended = self.assay("run", "dataframe.groupby_q1/simd?rows=10", "--input", self.OPTION, "--dry-run")
        self.assertIn("rows of the selectors: left out", ended.err)
        self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", self.OPTION, "--launches", "1")
        self.assertIn(self.query("SELECT units FROM launch")[0]["units"], (2000, 1960))

    def test_without_roles_the_error_lists_roles_and_columns(self):
        err = self.assay("run", "dataframe.groupby_q1/simd", "--input", "dataframe=flights.csv", code=2).err
        for word in ("key", "v1", "carrier", "distance", "air_time", "tailnum", "ROLE=COLUMN"):
            self.assertIn(word, err)

    def test_the_document_and_the_table_say_what_became_of_the_file_and_where_seeded_values_stand(self):
        odd = flights(200).replace("\nAA,100,", "\nAA,n.a.,", 1)  # one odd cell makes codes of a column of numbers
        (self.work / "odd.csv").write_text(odd)
        ended = self.assay("run", "dataframe.groupby_q1/simd?threads=1", "dataframe.groupby_q5/simd?threads=1",
                           "--input", "dataframe=odd.csv:key=carrier,v1=distance", "--launches", "1")
        (warning,) = [one for one in self.assay("show", "--json").json()["warnings"] if one["code"] == "input"]
        for text in (ended.out, warning["message"]):
            self.assertIn("column 'distance' is text", text)
            self.assertIn("Seeded values stand in dataframe.groupby_q5 (v2, v3)", text)

    def test_reals_in_a_column_of_keys_are_the_users_mistake(self):
        (self.work / "reals.csv").write_text("key,v1\n1.5,1\n2.25,2\n")
        ended = self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", "dataframe=reals.csv:key=key,v1=v1",
                           code=2)
        self.assertIn("assay: dataframe.groupby_q1/simd", ended.err)
        for text in (ended.err, ended.out, self.assay("show").out):
            self.assertIn("row 1 of those kept", text)
            self.assertIn("its input: reals.csv:key=key,v1=v1", text)

    def test_line_ends_in_the_name_of_a_column_do_not_reach_the_terminal(self):
        (self.work / "nl.csv").write_text('"car\nrier",distance\nAA,1\n')
        ended = self.assay("run", "dataframe.groupby_q1/simd", "--input", "dataframe=nl.csv", code=2)
        self.assertIn("columns: car\\", ended.err)

    def test_unknown_roles_and_columns_are_answered_with_the_closest_one(self):
        err = self.assay("run", "dataframe.groupby_q1/simd", "--input", "dataframe=flights.csv:kye=carrier", code=2).err
        self.assertIn("kye", err)
        self.assertIn("key", err)
        err = self.assay("run", "dataframe.groupby_q1/simd", "--input",
                         "dataframe=flights.csv:key=carier,v1=distance", code=2).err
        self.assertIn("carier", err)
        self.assertIn("carrier", err)

    def test_what_is_no_table_is_named_with_its_line(self):
        for name, text in (("ragged.csv", "carrier,distance\nAA,1\nUA\n"), ("empty.csv", ""), ("head.csv", "carrier,distance\n"),
                           ("quote.csv", 'carrier,distance\n"AA,1\n'), ("nul.csv", "carrier,distance\nA\0A,1\n"),
                           ("binary.csv", bytes(range(256)).decode("latin-1"))):
            with self.subTest(name=name):
                (self.work / name).write_bytes(text.encode("latin-1"))
                ended = self.assay("run", "dataframe.groupby_q1/simd", "--input",
                                   f"dataframe={name}:key=carrier,v1=distance", code=2, timeout=20)
                self.assertIn(name, ended.err)

    def test_a_column_of_texts_as_numbers_is_said(self):
        ended = self.assay("run", "dataframe.groupby_q1/simd", "--input",
                           "dataframe=flights.csv:key=carrier,v1=tailnum")
        self.assertRegex(ended.err, "column 'tailnum' is text: 2000 distinct values, numbered")
        ended = self.assay("run", "dataframe.groupby_q1/simd", "--input",
                           "dataframe=flights.csv:key=carrier,v1=carrier")
        self.assertEqual(ended.err.count("column 'carrier' is text"), 1, "one column in two roles")

    def test_a_run_on_a_file_is_resumed_with_it(self):
        self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", self.OPTION, "--launches", "1")
        self.query("UPDATE planned_case SET launches = 2")
        self.assay("run", "--resume")
        self.assertEqual([l["status"] for l in self.launches()], ["ok", "ok"])

    def lose_a_launch_and_the_cache(self):
        self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", self.OPTION, "--launches", "1")
        self.query("UPDATE planned_case SET launches = 2")
        self.query("UPDATE run SET state = 'running', ended_utc_ms = NULL")
        self.assay("db", "prune", env={"ASSAY_CACHE_LIMIT": "0"})
        self.assertFalse(any(p.is_dir() for p in (self.folder / "cache/assay").iterdir()), "the cache was not pruned")

    def test_a_run_is_resumed_when_the_cache_was_pruned_and_the_file_is_there(self):
        self.lose_a_launch_and_the_cache()
        self.assay("run", "--resume")
        self.assertEqual([l["status"] for l in self.launches()], ["ok", "ok"])
        self.assertEqual(len({l["input_digest"] for l in self.launches()}), 1)

    def test_a_run_whose_cache_was_pruned_and_whose_file_is_gone_or_another_is_refused_naming_it(self):
        self.lose_a_launch_and_the_cache()
        table = self.work / "flights.csv"
        before = table.read_text(), self.query("SELECT * FROM run"), self.launches()
        for change in (table.unlink, lambda: table.write_text(flights(100)), lambda: table.write_text("no table")):
            change()
            err = self.assay("run", "--resume", code=2).err
            self.assertIn("flights.csv", err)
            self.assertIn("put that file back", err)
            self.assertEqual((self.query("SELECT * FROM run"), self.launches()), before[1:])
        table.write_text(before[0])
        self.assay("run", "--resume")
        self.assertEqual([l["status"] for l in self.launches()], ["ok", "ok"])

    def test_a_run_is_resumed_without_its_file_while_the_cache_holds_what_was_read(self):
        self.assay("run", "dataframe.groupby_q1/simd?threads=1", "--input", self.OPTION, "--launches", "1")
        self.query("UPDATE planned_case SET launches = 2")
        (self.work / "flights.csv").unlink()
        entries = {pathlib.Path(json.loads(row["inputs_json"])["key"]).parent
                   for row in self.query("SELECT inputs_json FROM planned_case")}
        for entry in entries:
            os.utime(entry, (1, 1))
        self.assay("run", "--resume")
        self.assertEqual([l["status"] for l in self.launches()], ["ok", "ok"])
        for entry in entries:
            self.assertGreater(entry.stat().st_mtime, 1e9, "what was used last is pruned last")

    def test_an_input_for_a_family_that_is_not_measured_is_no_silent_success(self):
        ended = self.assay("run", "example.sum/builtin?n=10", "--worker", EXAMPLE_WORKER, "--input", self.OPTION, code=None)
        self.assertTrue(ended.code == 2 or "dataframe" in ended.err, ended)


if __name__ == "__main__":
    main()
