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

QColor role_colour(chart::Role role);

}  // namespace assay::gui
