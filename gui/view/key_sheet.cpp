// SPDX-License-Identifier: Apache-2.0
#include "gui/view/key_sheet.h"

#include <QObject>

#include "gui/view/table_view.h"

namespace assay::gui {

Table key_table() {
  static const std::pair<const char*, const char*> keys[] = {
      {"Ctrl+1 ... Ctrl+5", "Triage, Compare, Distribution, Profile, Hardware"},
      {"J, K", "next and previous row"},
      {"/", "to the filter; Esc back"},
      {"Ctrl+Backspace", "clear the filter"},
      {"Ctrl+H", "show what is settled or insignificant, too"},
      {"A, I, O", "acknowledge, ignore, reopen the selected regression"},
      {"B", "copy the command that bisects it"},
      {"Alt+Left, Alt+Right", "back and forward through what was shown (also Ctrl+Z, Ctrl+Shift+Z)"},
      {"Ctrl+L", "copy a link to what is shown"},
      {"Ctrl+S", "save what is shown under a name (Views)"},
      {"Ctrl+G", "open a link"},
      {"Ctrl+R", "choose what to measure, see plan and estimate, run"},
      {"Ctrl+O", "open databases (or drop them on the window)"},
      {"F5", "read again"},
      {"Ctrl+E", "export the chart or table: PNG, SVG, CSV; or the page: PDF"},
      {"Ctrl+Shift+C", "copy the page as Markdown"},
      {"Ctrl+C in a table", "copy its rows as Markdown"},
      {"T in a chart", "show it as a table"},
      {"+, -, arrows, 0 in a chart", "zoom, move, whole range (also wheel, drag, double click)"},
      {"drag in a history or distribution", "select commits or times: the filter narrows every view to them"},
      {"F, Shift+drag in these", "select what is zoomed to; zoom by dragging"},
      {"Ctrl+D", "dark, light, or as the desktop"},
      {"Tab, Shift+Tab", "from part to part"},
      {"?", "this sheet"},
      {"Ctrl+Q", "quit"}};
  Table table;
  table.columns = {{"key"}, {"what it does", false, true}};
  for (const auto& [key, what] : keys) table.rows.push_back({key, {{key, {}}, {what, {}}}, {}, false});
  return table;
}

void show_key_sheet(QWidget* parent) {
  show_table_window(parent, QObject::tr("Keys"), std::make_shared<const Table>(key_table()));
}

}  // namespace assay::gui
