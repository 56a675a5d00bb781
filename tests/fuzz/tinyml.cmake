# SPDX-License-Identifier: Apache-2.0
if(ASSAY_HAVE_FLATBUFFERS)
  assay_fuzz(NAME model_fuzz SOURCES model_fuzz.cpp LINKS assay::tinyml CORPUS corpus/model)
endif()
