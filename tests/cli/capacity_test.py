#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay capacity`: the most requests a second that keep a latency. What this machine's is, is of no interest here."""

from support import CONV, CliTest, main


class Capacity(CliTest):
    def capacity(self, *words, code=0):
        return self.assay("capacity", CONV, *words, code=code, timeout=120)

    def test_a_search_is_stored_and_report_hardware_takes_it(self):
        words = ("--limit", "p50=200ms", "--start", "300", "--most-probes", "2", "--launches", "5", "--most-launches", "5")
        for _ in range(5):  # a launch that a busy host spoils ends the search with 5, as it should
            ended = self.capacity(*words, "--json", code=None)
            if ended.code != 5:
                break
        self.assertEqual(ended.code, 0, ended)
        document = ended.json()
        self.assertEqual((document["schema_version"], document["command"]), (1, "capacity"))
        self.assertEqual([step["value"] for step in document["steps"]], [300, 600])
        self.assertEqual([step["fit"] for step in document["steps"]], ["pass", "pass"])
        self.assertEqual(document["low"], 600)
        self.assertIsNone(document["high"])
        runs = self.query("SELECT value FROM label WHERE name = 'capacity' AND value = ?", [document["id"]])
        self.assertEqual([run["value"] for run in runs], [document["id"]] * 2)
        require = self.work / "require.toml"
        require.write_text("[[require]]\nname = 'serves'\ntask = 'tinyml.conv2d_int8'\nmetric = 'capacity'\npercentile = 50\n"
                           "within = '200ms'\nat_least = '500/s'\n")
        answer = self.assay("report", "hardware", "--require", str(require), "--answer", "-").json()
        (host,) = answer["requirements"][0]["hosts"]
        self.assertEqual((host["fit"], host["tasks"][0]["value"]), ("pass", 600))
        require.write_text(require.read_text().replace("500", "900"))
        answer = self.assay("report", "hardware", "--require", str(require), "--answer", "-").json()
        self.assertEqual(answer["requirements"][0]["hosts"][0]["fit"], "undecided")

    def test_a_limit_that_nothing_keeps_is_said_to_be_so(self):
        ended = self.capacity("--limit", "p50=1ns", "--start", "4000", "--most-probes", "2", "--launches", "5")
        self.assertIn("No value that was tried keeps p50 at most 1.00 ns; the smallest was 2000/s", ended.out)

    def test_a_parameter_is_searched_in_whole_numbers(self):
        ended = self.assay("capacity", "llm.gemv/simd?cols=32&threads=1", "--limit", "p50=10s", "--of", "rows", "--start", "16",
                           "--most-probes", "2", "--launches", "5", "--json", timeout=120)
        self.assertEqual([step["value"] for step in ended.json()["steps"]], [16, 32])

    def test_mistakes_are_told(self):
        for words, says in ((("--limit", "p95=1ms"), "p50, p90 or p99"), (("--limit", "p99=fast"), "p99=10ms"),
                            (("--limit", "p99=1ms", "--start", "-3"), "--start"), (("--limit", "p99=1GiB"), "no limit")):
            with self.subTest(words=words):
                self.assertIn(says, self.capacity(*words, code=2).err)
        ended = self.assay("capacity", "tinyml.*", "--limit", "p99=1ms", "--start", "100", code=2)
        self.assertIn("a capacity is of one", ended.err)


if __name__ == "__main__":
    main()
