// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "reports/chart/scene.h"

namespace assay::chart {

enum class Theme : unsigned char { light, dark };

/// 0xRRGGBB. The series are the hues of Okabe and Ito ("Color Universal Design", 2008), darkened on white and
/// lightened on black until each stands out 3:1 from the ground; what is read as text has 4.5:1
/// (WCAG 2.2, 1.4.3 and 1.4.11).
std::uint32_t colour(Role role, Theme theme);

/// "#0072b2".
std::string hex(std::uint32_t colour);

/// How well two colours are told apart, 1 to 21 (WCAG 2.2, "contrast ratio").
double contrast(std::uint32_t a, std::uint32_t b);

}  // namespace assay::chart
