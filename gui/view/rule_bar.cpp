// SPDX-License-Identifier: Apache-2.0
#include "gui/view/rule_bar.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <algorithm>

namespace assay::gui {

namespace {

struct Rule {
  const char* name;  ///< of the slider
  const char* title;
  const char* tip;
  std::vector<double> stands;
  double (*value)(const HistoryRules& rules);
  void (*set)(HistoryRules& rules, double value);
  QString (*text)(double value);
};

QString percent_text(double value) { return QString("%1 %").arg(value * 100); }

/// The widest value stands for all: a label keeps its place while its slider moves.
const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = {
      {"step",
       "Smallest step",
       "What would have been told if smaller steps did not count? Exact counts keep their own rule.",
       {0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5},
       [](const HistoryRules& of) { return of.smallest; },
       [](HistoryRules& of, double value) { of.smallest = value; },
       &percent_text},
      {"exact",
       "Step of counts",
       "The same of exact metrics: instructions, bytes, sizes.",
       {0, 0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1},
       [](const HistoryRules& of) { return of.smallest_exact; },
       [](HistoryRules& of, double value) { of.smallest_exact = value; },
       &percent_text},
      {"p",
       "False alarm",
       "A step of a measured metric is told once chance alone would make it as rarely as this (the p of the "
       "test).",
       {1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3},
       [](const HistoryRules& of) { return of.strong; },
       [](HistoryRules& of, double value) { of.strong = value; },
       [](double value) { return QString::number(value, 'g', 3); }},
      {"level",
       "Level",
       "So many runs in a row make a level of a measured metric; fewer that stand off are spikes.",
       {2, 3, 4, 5, 6, 8, 10, 15, 20},
       [](const HistoryRules& of) { return static_cast<double>(of.shortest); },
       [](HistoryRules& of, double value) { of.shortest = static_cast<std::size_t>(value); },
       [](double value) { return QObject::tr("%1 runs").arg(value); }}};
  return rules;
}

QString text_of(const Rule& rule, double value) {
  return QObject::tr("%1 %2%3").arg(QObject::tr(rule.title), rule.text(value),
                                    value == rule.value(HistoryRules{}) ? QObject::tr(" (rule)") : QString());
}

}  // namespace

RuleBar::RuleBar(QWidget* parent) : QWidget(parent) {
  auto* const grid = new QGridLayout(this);
  grid->setContentsMargins(8, 0, 8, 0);
  grid->setHorizontalSpacing(18);
  grid->setVerticalSpacing(2);
  for (const Rule& rule : all_rules()) {
    auto* const box = new QWidget(this);
    auto* const row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* const text = new QLabel(box);
    int widest = 0;
    for (const double value : rule.stands)
      widest = std::max(widest, text->fontMetrics().horizontalAdvance(text_of(rule, value)));
    text->setFixedWidth(widest + 2);
    text->setToolTip(tr(rule.tip));
    auto* const slider = new QSlider(Qt::Horizontal, box);
    slider->setObjectName(rule.name);
    slider->setAccessibleName(tr(rule.title));
    slider->setToolTip(tr(rule.tip));
    slider->setRange(0, static_cast<int>(rule.stands.size()) - 1);
    slider->setPageStep(1);
    slider->setMinimumWidth(70);
    text->setBuddy(slider);
    row->addWidget(text);
    row->addWidget(slider, 1);
    connect(slider, &QSlider::valueChanged, this, [this, &rule](int at) {
      rule.set(rules_, rule.stands[static_cast<std::size_t>(at)]);
      emit changed(rules_);
    });
    parts_.push_back({box, text, slider});
  }
  usual_ = new QPushButton(tr("Usual r&ules"), this);
  usual_->setObjectName("usual");
  usual_->setToolTip(tr("Judge by the rules of 'assay regressions' again"));
  connect(usual_, &QPushButton::clicked, this, [this] { emit changed(HistoryRules{}); });
  constexpr int longest_slider = 200;
  int widest = 0;
  for (const Part& part : parts_) widest = std::max(widest, part.text->width() + longest_slider);
  setMaximumWidth(static_cast<int>(parts_.size()) * (widest + grid->horizontalSpacing()) +
                  usual_->sizeHint().width() + 16);
  arrange();
}

void RuleBar::show_rules(const HistoryRules& rules) {
  rules_ = rules;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Rule& rule = all_rules()[i];
    const double value = rule.value(rules);
    const QSignalBlocker quiet(parts_[i].slider);
    parts_[i].slider->setValue(static_cast<int>(
        std::lower_bound(rule.stands.begin(), rule.stands.end() - 1, value) - rule.stands.begin()));
    parts_[i].text->setText(text_of(rule, value));
  }
  usual_->setEnabled(rules != HistoryRules{});
}

QSize RuleBar::minimumSizeHint() const {
  int widest = usual_->minimumSizeHint().width();
  for (const Part& part : parts_) widest = std::max(widest, part.box->minimumSizeHint().width());
  const QMargins margins = layout()->contentsMargins();
  return {widest + margins.left() + margins.right(), layout()->minimumSize().height()};
}

void RuleBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

void RuleBar::arrange() {
  auto* const grid = static_cast<QGridLayout*>(layout());
  const int space = grid->horizontalSpacing();
  int all = usual_->minimumSizeHint().width() + 16, widest = 0;
  for (const Part& part : parts_) {
    all += part.box->minimumSizeHint().width() + space;
    widest = std::max(widest, part.box->minimumSizeHint().width());
  }
  const int two = 2 * (widest + space) + usual_->minimumSizeHint().width() + 16;
  const int columns = width() >= all ? 4 : width() >= two ? 2 : 1;
  if (columns == columns_) return;
  columns_ = columns;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const int at = static_cast<int>(i);
    grid->addWidget(parts_[i].box, at / columns, at % columns);
  }
  if (columns > 1) grid->addWidget(usual_, 0, columns, 4 / columns, 1);
  if (columns == 1) grid->addWidget(usual_, 4, 0, Qt::AlignLeft);
  for (int column = 0; column < 5; ++column) grid->setColumnStretch(column, column < columns ? 1 : 0);
  updateGeometry();
}

}  // namespace assay::gui
