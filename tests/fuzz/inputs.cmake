# SPDX-License-Identifier: Apache-2.0
assay_fuzz(NAME image_fuzz SOURCES image_fuzz.cpp LINKS assay::inputs CORPUS corpus/image)
assay_fuzz(NAME table_fuzz SOURCES table_fuzz.cpp LINKS assay::inputs CORPUS corpus/table)
