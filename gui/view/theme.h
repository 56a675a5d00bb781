// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>

#include "reports/chart/palette.h"

namespace assay::gui {

/// The colours of the window and of what it paints; one for the whole program. Only on the GUI's thread.
chart::Theme current_theme();
/// Sets style and palette of the application.
void apply_theme(chart::Theme theme);
/// What the desktop looks like: dark where its own window is dark. To be asked before apply_theme().
chart::Theme desktop_theme();

/// What a person chose: as the desktop was when the program began, or always the same.
enum class ThemeChoice : unsigned char { desktop, light, dark };
ThemeChoice theme_choice();             ///< as the settings remember it
void choose_theme(ThemeChoice choice);  ///< applies and remembers it
/// All three in turn: from the desktop's first to the one that it is not.
ThemeChoice next_choice(ThemeChoice choice);

QColor role_colour(chart::Role role);

}  // namespace assay::gui
