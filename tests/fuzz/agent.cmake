# SPDX-License-Identifier: Apache-2.0
assay_fuzz(NAME agent_fuzz SOURCES agent_fuzz.cpp LINKS assay_agent assay::protocol CORPUS corpus/agent)
