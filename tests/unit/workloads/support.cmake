# SPDX-License-Identifier: Apache-2.0
assay_test(NAME unit_support SOURCES "${CMAKE_CURRENT_LIST_DIR}/support_test.cpp" LINKS assay::support LABELS unit)
