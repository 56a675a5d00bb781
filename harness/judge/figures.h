// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// Inside: figures in the reasons of verdicts.
namespace assay {

/// 0.005 as "0.5 %", with three digits; close to 1 more are needed: 0.99987 as "99.987 %".
std::string percent_text(double part);

/// 0.98765 as "0.988".
std::string ratio_figure(double ratio);

}  // namespace assay
