# SPDX-License-Identifier: Apache-2.0
assay_test(NAME unit_suites SOURCES suites_test.cpp LINKS assay::core PkgConfig::tomlplusplus LABELS unit)
assay_component_table(unit_suites suite_components KINDS workload implementation)
