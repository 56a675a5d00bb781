# SPDX-License-Identifier: Apache-2.0
"""Vulkan on Mesa's CPU driver (lavapipe), and without one: every case verified, no message of the validation layer,
exact counts of invocations, software named as such, devices chosen, pipelines kept. Skipped where lavapipe is not installed, or Assay was built without Vulkan."""
import contextlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import time
import unittest

from support import CliTest

ICDS = sorted(pathlib.Path("/usr/share/vulkan/icd.d").glob("lvp_icd.*.json"))
LAYERS = pathlib.Path("/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json")
SMALL = "*/vulkan?preset=xs@vulkan:*"  # one of each workload
# Of one call at xs: workgroups of 128, of 64 in tinyml, of 1 in roof.launch and kws's softmax.
INVOCATIONS = {"vision.resize": 128, "vision.letterbox_f32": 3 * 128, "dataframe.groupby_q1": 4 * 128,
               "dataframe.groupby_q4": 4 * 128, "dataframe.groupby_q5": 4 * 128, "dataframe.sort": 7 * 3 * 128, "tinyml.kws": 9 * 5 * 64 + 64 + 64 + 1, "roof.launch": 1, "roof.transfer": 0,
               "dataframe.filter_sum": 2 * 128, "llm.gemv": 16 * 128, "llm.gemm": 64}


class VulkanTest(CliTest):
    def setUp(self):
        super().setUp()
        [self.hidden] = [row for row in self.devices() if row["device"].startswith("vulkan")]
        if "was not found when" in self.hidden["here"] or "switched off" in self.hidden["here"]:
            self.skipTest(self.hidden["here"])

    def devices(self, **env):
        """Without the emulated boards, which take seconds to be asked and are not on this PATH."""
        return self.assay("list", "devices", "--json", env={"PATH": str(self.work), **env}).json()["devices"]

    def with_lavapipe(self):
        if not ICDS:
            self.skipTest("mesa-vulkan-drivers is not installed")
        for name in ("VK_DRIVER_FILES", "VK_ICD_FILENAMES"):
            self.env[name] = str(ICDS[0])

    def test_without_a_driver_the_device_is_absent_with_reason_and_remedy(self):
        self.assertEqual(self.hidden["device"], "vulkan:0")
        self.assertIn("Vulkan's loader finds no driver", self.hidden["here"])
        self.assertIn("mesa-vulkan-drivers", self.hidden["here"])
        ended = self.assay("run", "roof.mem/vulkan?preset=xs", code=3)
        self.assertIn("Vulkan's loader finds no driver", ended.err)
        self.assay("run", "roof.mem/*?preset=xs&threads=1", "--launches", "1", "--quiet")

    def test_without_a_loader_too(self):
        fake = self.folder / "lib"
        fake.mkdir()
        (fake / "libvulkan.so.1").write_text("no library")
        [row] = [row for row in self.devices(LD_LIBRARY_PATH=str(fake)) if row["device"] == "vulkan:0"]
        self.assertIn("there is no Vulkan loader here", row["here"])
        self.assertIn("apt-get install libvulkan1", row["here"])

    def with_validation(self):
        """The environment that adds the validation layer, and a function that gives what it said since; nothing where it is not
        installed. The layer of each process begins its log anew, so that a file would keep the last case's alone: it is a pipe."""
        if not LAYERS.exists():
            return {}, None
        log, heard = self.folder / "validation.pipe", self.folder / "validation.log"
        os.mkfifo(log)
        pipe = os.open(log, os.O_RDWR)  # it has a reader and a writer from here on
        self.addCleanup(os.close, pipe)
        with heard.open("wb") as to:
            reader = subprocess.Popen(["cat"], stdin=pipe, stdout=to)
        self.addCleanup(reader.wait)
        self.addCleanup(reader.kill)
        settings = self.folder / "vk_layer_settings.txt"
        settings.write_text("khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG\n"
                            "khronos_validation.report_flags = error,warn,perf,info\n"
                            f"khronos_validation.log_filename = {log}\n")

        def said():
            os.write(pipe, b"\nthe end\n")
            for _ in range(600):
                text = heard.read_text()
                if "\nthe end\n" in text:
                    return text
                time.sleep(0.05)
            self.fail("what the validation layer said does not come through")

        return {"VK_INSTANCE_LAYERS": "VK_LAYER_KHRONOS_validation", "VK_LAYER_SETTINGS_PATH": str(settings)}, said

    def assert_clean(self, said, cases):
        if said is None:
            self.skipTest("vulkan-validationlayers is not installed")
        text = said()
        self.assertGreaterEqual(text.count("Khronos Validation Layer Active"), cases)  # it was there in each launch
        self.assertEqual([line for line in text.splitlines() if "Error" in line or "Warning" in line], [])

    def test_every_workload_is_verified_and_valid_and_its_invocations_are_exact(self):
        self.with_lavapipe()
        env, said = self.with_validation()
        self.assay("run", SMALL, "--launches", "1", "--quiet", env=env, timeout=300)
        results = self.results()
        metrics = {}
        for case, result in results.items():
            self.assertEqual((result["status"], result["verified"], result["fidelity"]), ("ok", True, "software"), case)
            values = {m["id"]: m["value"] for m in result["metrics"]}
            self.assertGreater(values["time.device.p50"], 0, case)
            metrics[result["workload"]] = values
        self.assertGreater(metrics["llm.gemv"]["time.end_to_end.p50"], 0)  # its matrix goes there each time
        self.assertIn("software_device", {w["code"] for w in self.assay("show", "--json").json()["warnings"]})
        counted = {workload: values.get("vulkan.invocations.p50") for workload, values in metrics.items()}
        if counted["roof.launch"] is not None:  # the driver counts
            for workload, invocations in INVOCATIONS.items():
                self.assertEqual(counted[workload], invocations, workload)
        self.assert_clean(said, len(results))

    def test_odd_sizes_and_every_path_are_verified(self):
        self.with_lavapipe()
        cases = ["roof.mem/vulkan?kind=triad|fill&bytes=1044", "roof.fma/vulkan?dtype=f64&preset=xs",
                 "roof.transfer/vulkan?bytes=4100&direction=to_host&memory=pageable",
                 "llm.gemv/vulkan?cols=2048&dtype=f16|q8_0|q4_0&rows=33", "llm.gemm/vulkan?cols=160&dtype=f16|q8_0|q4_0&rows=65&tokens=33", "llm.gemm/vulkan?cols=1024&dtype=f16&math=f16&rows=33&tokens=34",
                 "dataframe.filter_sum/vulkan?rows=3001", "dataframe.groupby_q4/vulkan?rows=40001", "dataframe.groupby_q5/vulkan?rows=40001", "dataframe.sort/vulkan?rows=5001",
                 "vision.resize/vulkan?height=37&width=53&out_height=0&out_width=0", "tinyml.kws/vulkan?blocks=2&filters=7",
                 "vision.conv_layers/vulkan?dtype=f32|f16&groups=4&height=9&in_channels=4&out_channels=4&stride=2&width=7",
                 "vision.conv_layers/vulkan?dtype=f16&height=5&in_channels=3&kernel=1&out_channels=8&width=5",  # an odd number of halves
                 "llm.decode/vulkan?config=xs&dtype=f32|f16|q8_0|q4_0&prompt=131&tokens=3",  # two pieces of keys
                 "llm.attn_decode/vulkan?context=131&dtype=f32|f16&head_dim=10&heads=6&kv_heads=3",  # two pieces of keys
                 "llm.decode/vulkan?dtype=f32&prompt=2&tokens=2"]  # several heads and layers; on most CPUs a submission a token
        env, said = self.with_validation()
        self.assay("run", *(case + "@vulkan:0" for case in cases), "--launches", "1", "--max-time", "100ms", "--quiet", env=env, timeout=300)
        results = self.results()
        self.assertEqual(len(results), 27)
        for case, result in results.items():
            self.assertEqual((result["status"], result["verified"]), ("ok", True), case)
            counted = {m["id"]: m.get("value") for m in result["metrics"]}.get("vulkan.invocations.p50")
            if counted is not None and "gemm" in case and "q" in result["params"]["dtype"]:
                self.assertEqual(counted, 3 * 2 * 64 + 2 * 128, case)  # tiles, and 33 * 5 blocks of X that are quantised
        [device] = self.query("SELECT fingerprint_json FROM device WHERE name = 'vulkan:0'")
        facts = json.loads(device["fingerprint_json"])
        dots, halves = facts["int8.dot"] == "yes", facts["float16"] == "yes"  # the device's own arithmetic
        for row in self.query("SELECT case_key, params_json, isa FROM launch JOIN planned_case USING (case_row)"):
            blocks = json.loads(row["params_json"]).get("dtype") in ("q8_0", "q4_0")
            self.assertEqual("_dot8" in row["isa"], dots and blocks, row)
            self.assertEqual("_f16" in row["isa"], halves and "math=f16" in row["case_key"], row)
        ended = self.assay("run", "roof.mem/vulkan?kind=triad_nt&preset=xs@vulkan:0", "--quiet", code=None)
        self.assertIn("no non-temporal stores", ended.out + ended.err)
        ended = self.assay("run", "llm.decode/vulkan?config=xs&tokens=1025@vulkan:0", "--quiet", code=None)
        self.assertIn("at most 1024 tokens", ended.out + ended.err)
        self.assert_clean(said, len(results))

    def test_with_all_that_a_device_can_hidden_every_workload_is_verified_by_its_fallbacks(self):
        self.with_lavapipe()
        env, said = self.with_validation()
        every = "subgroups,dot8,float16,statistics,timestamps"
        cases = [SMALL, "llm.gemv/vulkan?cols=64&dtype=q8_0|q4_0&rows=5@vulkan:0", "llm.gemm/vulkan?cols=64&dtype=q8_0&rows=5&tokens=3@vulkan:0",
                 "llm.gemm/vulkan?cols=64&dtype=f16&math=f16&rows=5&tokens=3@vulkan:0", "llm.decode/vulkan?config=xs&dtype=q8_0&prompt=3&tokens=2@vulkan:0"]
        self.assay("run", *cases, "--launches", "1", "--max-time", "10ms", "--quiet", env={**env, "ASSAY_VULKAN_WITHOUT": every}, timeout=300)
        results = self.results()
        for case, result in results.items():
            self.assertEqual((result["status"], result["verified"]), ("ok", True), case)
            told = {m["id"] for m in result["metrics"]}
            self.assertEqual({id for id in told if id.startswith(("time.device", "vulkan."))}, set(), case)
        for row in self.query("SELECT case_key, isa FROM launch JOIN planned_case USING (case_row)"):
            self.assertIn(row["isa"], ("spirv", "spirv_shared"), row)
        [device] = self.query("SELECT fingerprint_json FROM device WHERE name = 'vulkan:0'")
        hidden = json.loads(device["fingerprint_json"])["without"]
        self.assertTrue(hidden and set(hidden.split(",")) <= set(every.split(",")), hidden)
        [refused] = [row for row in self.devices(ASSAY_VULKAN_WITHOUT="subgroup") if row["device"].startswith("vulkan")]
        self.assertIn("ASSAY_VULKAN_WITHOUT: 'subgroup' cannot be hidden", refused["here"])
        self.assertIn("subgroups, dot8, float16, statistics, timestamps", refused["here"])
        self.assert_clean(said, len(results))

    def test_a_device_is_chosen_by_number_name_type_or_uuid(self):
        self.with_lavapipe()
        case = "roof.mem/vulkan?preset=xs"
        [uuid] = [re.search(r"uuid=(\S+)", d["fingerprint"])[1] for d in self.devices() if d["device"] == "vulkan:0"]
        for choice in ("vulkan:name=LLVMpipe", "vulkan:type=cpu", "vulkan:uuid=" + uuid):
            planned = self.assay("run", case, "--device", choice, "--dry-run").out
            self.assertIn(case.replace("?preset=xs", "?bytes="), planned)
            self.assertIn("@vulkan:0", planned)
        for wrong, named in (("vulkan:7", "vulkan:7"), ("vulkan:type=discrete", "llvmpipe")):
            self.assertIn(named, self.assay("run", case, "--device", wrong, "--dry-run", code=3).err)
        self.assertIn("name, uuid or type", self.assay("run", case, "--device", "vulkan:model=x", "--dry-run", code=2).err)

    def test_a_device_has_a_roofline_of_its_own_which_says_software_and_whose_board(self):
        self.with_lavapipe()
        self.assay("run", "roof.mem/vulkan?kind=load|copy&bytes=65536@vulkan:0", "roof.fma/vulkan?preset=xs@vulkan:0",
                   "roof.launch/vulkan?preset=xs@vulkan:0", "roof.transfer/vulkan?preset=xs@vulkan:0", "--launches", "1", "--quiet")
        self.assay("run", "llm.gemv/vulkan?preset=xs@vulkan:0", "--launches", "1", "--quiet")
        answer = self.assay("roofline", "--device", "vulkan:0", "--json").json()
        self.assertEqual((answer["device"], answer["fidelity"]), ("vulkan:0", "software"))
        self.assertEqual([limit["limit"] for limit in answer["limits"]], ["bandwidth", "bandwidth", "arithmetic", "launch", "transfer"])
        self.assertEqual(answer["limits"][0]["level"], "64 KiB arrays")
        [placed] = answer["placements"]
        self.assertTrue(placed["case"].startswith("llm.gemv/vulkan"))
        self.assertGreater(placed["operations_per_s"], 0)
        text = self.assay("roofline", "--device", "vulkan:0").out
        self.assertIn("Roofline, vulkan:0", text)
        self.assertIn("vulkan:0 is a CPU driver (fidelity software)", text)
        self.assertIn("give its number", self.assay("roofline", "--device", "vulkan:name=llvm", code=2).err)
        [row] = self.query("SELECT fidelity, fingerprint_json FROM device WHERE name = 'vulkan:0'")
        uuid = re.search(r'"uuid": ?"([^"]+)"', row["fingerprint_json"])[1]
        with contextlib.closing(sqlite3.connect(self.db)) as connection:  # the cases' run had another board by that number
            connection.execute("INSERT INTO device (device_key, name, fidelity, fingerprint_json) VALUES (999, 'vulkan:0', ?, ?)",
                               (row["fidelity"], row["fingerprint_json"].replace(uuid, "another")))
            connection.execute("UPDATE launch SET device_key = 999 WHERE case_row IN (SELECT case_row FROM planned_case"
                               " WHERE workload = 'llm.gemv')")
            connection.commit()
        ended = self.assay("roofline", "--device", "vulkan:0", code=2)
        self.assertIn("another board", ended.err)
        self.assertIn(uuid, ended.err)

    def test_compiled_pipelines_are_kept_and_a_damaged_file_is_said_and_made_anew(self):
        self.with_lavapipe()
        run = ("run", "roof.launch/vulkan?preset=xs@vulkan:0", "--launches", "1", "--quiet")
        self.assay(*run)
        [kept] = (self.folder / "cache/assay/vulkan").glob("*.pipelines")
        good = kept.read_bytes()
        kept.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        self.assay(*run)
        self.assertIn("was damaged and is made anew", self.assay("show").out)
        self.assertEqual(kept.read_bytes(), good)


if __name__ == "__main__":
    unittest.main()
