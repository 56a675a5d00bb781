// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/model/table.h"

class QWidget;

namespace assay::gui {

/// Every key and what it does, as `?` shows it.
Table key_table();
void show_key_sheet(QWidget* parent);

}  // namespace assay::gui
