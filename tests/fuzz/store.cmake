# SPDX-License-Identifier: Apache-2.0
assay_fuzz(NAME samples_fuzz SOURCES samples_fuzz.cpp LINKS assay::store CORPUS corpus/samples)
