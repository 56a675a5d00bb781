// SPDX-License-Identifier: Apache-2.0
#include "gui/view/filter_bar.h"

#include <QCompleter>
#include <QStringListModel>

#include "gui/model/table_model.h"
#include "gui/view/theme.h"

namespace assay::gui {

FilterBar::FilterBar(QWidget* parent) : QLineEdit(parent), words_(new QStringListModel(this)) {
  setAccessibleName(tr("Filter"));
  setPlaceholderText(tr("Filter:  family:llm device:cpu state:open   (/)"));
  setClearButtonEnabled(true);
  setMaxLength(2000);
  auto* const completer = new QCompleter(words_, this);
  completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);  // filtered here, by the last term
  setCompleter(completer);
  connect(this, &QLineEdit::textEdited, this, [this] { complete(); });
  connect(this, &QLineEdit::textChanged, this, [this](const QString& text) {
    check();
    emit filtered(text.toStdString());
  });
}

void FilterBar::set_values(std::map<std::string, std::vector<std::string>> values) {
  values_ = std::move(values);
}

void FilterBar::show_text(const std::string& text) {
  if (this->text().toStdString() == text) return;
  const QSignalBlocker quiet(this);
  setText(QString::fromStdString(text));
  check();
}

void FilterBar::complete() {
  constexpr int most = 40;
  QStringList list;
  for (const std::string& one : completions(text().toStdString(), values_)) {
    if (list.size() < most) list.append(QString::fromStdString(one));
  }
  words_->setStringList(list);
}

void FilterBar::check() {
  const Filter filter(text().toStdString());
  QPalette palette = this->palette();
  palette.setColor(QPalette::Text,
                   role_colour(filter.problem().empty() ? chart::Role::foreground : chart::Role::bad));
  setPalette(palette);
  emit problem(shown_text(filter.problem()));
}

}  // namespace assay::gui
