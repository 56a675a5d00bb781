// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSize>
#include <QStringList>
#include <optional>
#include <string>

#include "gui/model/place.h"
#include "reports/chart/palette.h"

namespace assay::gui {

/// The command line of assay-gui.
struct Options {
  Place place;
  std::string picture;  ///< --screenshot; empty: a window
  QSize size{1280, 800};
  std::optional<chart::Theme> theme;
  std::string render_from;  ///< --render: a report's JSON; empty: none
  std::string render_to;    ///< and the PDF that it becomes
  bool help = false;
};

/// \p words: behind the program's name. \throws Error{usage}
Options parse_options(const QStringList& words);
std::string help_text();

/// The database that is opened where none is named: ASSAY_DB, else assay.db under the XDG data folder; ""
/// where there is none yet.
std::string usual_database();

}  // namespace assay::gui
