# SPDX-License-Identifier: Apache-2.0
assay_fuzz(NAME exchange_fuzz SOURCES exchange_fuzz.cpp LINKS assay::exchange CORPUS corpus/exchange)
