# SPDX-License-Identifier: Apache-2.0
"""Vulkan on Mesa's CPU driver (lavapipe), and without one: every case verified, no message of the validation layer,
software named as such. Skipped where lavapipe is not installed, or Assay was built without Vulkan."""
import pathlib
import unittest

from support import CliTest

ICDS = sorted(pathlib.Path("/usr/share/vulkan/icd.d").glob("lvp_icd.*.json"))
LAYERS = pathlib.Path("/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json")
SMALL = "*/vulkan?preset=xs@vulkan:*"  # one of each workload


class VulkanTest(CliTest):
    def setUp(self):
        super().setUp()
        listed = self.assay("list", "devices", "--json").json()["devices"]
        [self.hidden] = [row for row in listed if row["device"].startswith("vulkan")]
        if "was not found when" in self.hidden["here"] or "switched off" in self.hidden["here"]:
            self.skipTest(self.hidden["here"])

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
        listed = self.assay("list", "devices", "--json", env={"LD_LIBRARY_PATH": str(fake)}).json()["devices"]
        [row] = [row for row in listed if row["device"] == "vulkan:0"]
        self.assertIn("there is no Vulkan loader here", row["here"])
        self.assertIn("apt-get install libvulkan1", row["here"])

    def test_every_case_is_verified_and_said_to_be_of_software(self):
        self.with_lavapipe()
        doctor = self.assay("doctor", "--json").json()["checks"]
        [row] = [row for row in doctor if row["what"] == "device vulkan:0"]
        self.assertIn("fidelity software", row["finding"])
        self.assay("run", SMALL, "roof.mem/vulkan?kind=copy|triad|fill&bytes=6144|1044@vulkan:0",
                   "roof.mem/vulkan?bytes=1000004&cache=cold@vulkan:0", "roof.fma/vulkan?dtype=f64&preset=xs@vulkan:0",
                   "llm.gemv/vulkan?cols=2048&dtype=q8_0|q4_0&rows=33@vulkan:0", "dataframe.filter_sum/vulkan?rows=3001@vulkan:0",
                   "--launches", "1", "--quiet")
        results = self.results()
        self.assertGreaterEqual(len(results), 14)
        for case, result in results.items():
            self.assertEqual((result["status"], result["verified"], result["fidelity"]), ("ok", True, "software"), case)
            device = [m for m in result["metrics"] if m["id"] == "time.device.p50"]
            self.assertTrue(device and device[0]["value"] > 0, case)
        self.assertIn("software_device", {w["code"] for w in self.assay("show", "--json").json()["warnings"]})
        ended = self.assay("run", "roof.mem/vulkan?kind=triad_nt&preset=xs@vulkan:0", "--quiet", code=None)
        self.assertIn("no non-temporal stores", ended.out + ended.err)
        self.assertIn("vulkan:7", self.assay("run", "roof.mem/vulkan?preset=xs@vulkan:7", "--quiet", code=3).err)

    def test_the_validation_layer_has_nothing_to_say(self):
        self.with_lavapipe()
        if not LAYERS.exists():
            self.skipTest("vulkan-validationlayers is not installed")
        log = self.folder / "validation.log"
        settings = self.folder / "vk_layer_settings.txt"
        settings.write_text("khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG\n"
                            "khronos_validation.report_flags = error,warn,perf,info\n"
                            f"khronos_validation.log_filename = {log}\n")
        env = {"VK_INSTANCE_LAYERS": "VK_LAYER_KHRONOS_validation", "VK_LAYER_SETTINGS_PATH": str(settings)}
        self.assay("run", SMALL, "llm.gemv/vulkan?cols=96&dtype=q4_0&rows=16@vulkan:0", "roof.mem/vulkan?bytes=6144&kind=triad&"
                   "cache=cold@vulkan:0", "--launches", "1", "--quiet", env=env)
        self.assertTrue(all(result["verified"] for result in self.results().values()))
        said = log.read_text()
        self.assertIn("Khronos Validation Layer Active", said)  # it was there
        bad = [line for line in said.splitlines() if "Error" in line or "Warning" in line]
        self.assertEqual(bad, [])


if __name__ == "__main__":
    unittest.main()
