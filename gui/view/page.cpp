// SPDX-License-Identifier: Apache-2.0
#include "gui/view/page.h"

#include "gui/view/theme.h"

namespace assay::gui {

QLabel* plain_label(QWidget* parent) {
  auto* const label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

Banner::Banner(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setWordWrap(true);
  setAccessibleName(tr("Problems"));
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setContentsMargins(8, 6, 8, 6);
  hide();
}

void Banner::say(const std::optional<Problem>& problem) {
  say(problem ? std::vector<Problem>{*problem} : std::vector<Problem>{});
}

void Banner::say(const std::vector<Problem>& problems) {
  constexpr std::size_t most = 4;
  QStringList lines;
  for (std::size_t i = 0; i < problems.size() && i < most; ++i) {
    const Problem& problem = problems[i];
    const bool named = problem.where.empty() || problem.message.find(problem.where) != std::string::npos;
    lines.append((named ? "" : shown_text(problem.where) + ": ") + shown_text(problem.message) +
                 (problem.remedy.empty() ? "" : "\n  " + shown_text(problem.remedy)));
  }
  if (problems.size() > most) lines.append(tr("and %1 more").arg(problems.size() - most));
  QPalette palette = this->palette();
  palette.setColor(QPalette::WindowText, role_colour(chart::Role::bad));
  setPalette(palette);
  setText(lines.join("\n"));
  setVisible(!lines.isEmpty());
}

TableView* case_list(Page* page, const std::function<void(const std::string&)>& chosen) {
  auto* const list = new TableView(QObject::tr("Cases"), page);
  list->setMinimumWidth(300);
  QObject::connect(list, &TableView::chosen, page, chosen);
  QObject::connect(list, &TableView::failed, page, &Page::failed);
  return list;
}

}  // namespace assay::gui
