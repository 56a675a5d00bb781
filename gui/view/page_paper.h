// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QWidget;

namespace assay::gui {

/// What a page shows, in the order in which it is read: its texts, tables (the rows that are shown) and, for
/// charts, their tables. Plain Markdown; what has a meaning there is escaped.
QString page_markdown(const QWidget& page, const QString& title);

/// The same on sheets of A4, charts as vectors in light colours; of a long table the first 200 rows, and how
/// many more there are. \returns whether it is written; else `error` says why.
bool page_pdf(const QWidget& page, const QString& title, const QString& path, QString* error);

}  // namespace assay::gui
