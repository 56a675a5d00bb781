// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSize>
#include <string>

namespace assay::gui {

class MainWindow;

/// Shows the window at that size, waits until everything that it asked for is there, and writes it as PNG,
/// or with a name that ends with .pdf what the page shows as PDF. To
/// be called on the GUI's thread, without another event loop. \throws Error{timeout} after two minutes;
/// Error{io} where the file cannot be written.
void take_picture(MainWindow& window, const std::string& path, QSize size);

}  // namespace assay::gui
