# SPDX-License-Identifier: Apache-2.0
assay_fuzz(NAME documents_fuzz SOURCES documents_fuzz.cpp LINKS assay::exchange CORPUS corpus/documents)
