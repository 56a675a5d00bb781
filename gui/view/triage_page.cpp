// SPDX-License-Identifier: Apache-2.0
#include "gui/view/triage_page.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QUuid>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/model/charts.h"
#include "gui/model/tables.h"
#include "gui/model/words.h"
#include "gui/view/decision_dialog.h"

namespace assay::gui {

TriagePage::TriagePage(Source& source, QWidget* parent) : Page(source, parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const head = new QHBoxLayout;
  head->setContentsMargins(8, 4, 8, 0);
  count_ = plain_label(this);
  count_->setAccessibleName(tr("How many regressions"));
  all_ = new QCheckBox(tr("Show settled and insignificant ones (Ctrl+H)"), this);
  head->addWidget(count_, 1);
  head->addWidget(all_);
  layout->addLayout(head);
  rules_ = new RuleBar(this);
  auto* const rules = new QHBoxLayout;
  rules->addWidget(rules_, 1);
  rules->addStretch();  // of a wide window
  layout->addLayout(rules);
  auto* const upright = new QSplitter(Qt::Vertical, this);
  layout->addWidget(upright, 1);
  table_ = new TableView(tr("Regressions"), this);
  upright->addWidget(table_);
  auto* const below = new QSplitter(Qt::Horizontal, this);
  upright->addWidget(below);
  chart_ = new ChartView(tr("History of the selected regression"), this);
  below->addWidget(chart_);
  auto* const side = new QWidget(this);
  auto* const side_layout = new QVBoxLayout(side);
  auto* const scroll = new QScrollArea(side);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  details_ = plain_label(scroll);
  details_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  details_->setAccessibleName(tr("The selected regression"));
  details_->setContentsMargins(4, 2, 4, 2);
  scroll->setWidget(details_);
  side_layout->addWidget(scroll, 1);
  auto* const row = new QHBoxLayout;
  const std::tuple<QString, const char*> actions[] = {
      {tr("&Acknowledge..."), "acknowledged"}, {tr("&Ignore..."), "ignored"}, {tr("Re&open..."), "reopened"}};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& [name, kind] = actions[i];
    buttons_[i] = new QPushButton(name, side);
    connect(buttons_[i], &QPushButton::clicked, this, [this, which = std::string(kind)] { decide(which); });
    row->addWidget(buttons_[i]);
  }
  side_layout->addLayout(row);
  below->addWidget(side);
  below->setStretchFactor(0, 3);
  below->setStretchFactor(1, 1);
  upright->setStretchFactor(0, 1);
  upright->setStretchFactor(1, 1);
  upright->setChildrenCollapsible(false);
  below->setChildrenCollapsible(false);
  connect(table_, &TableView::chosen, this, &TriagePage::choose);
  connect(table_, &TableView::failed, this, &Page::failed);
  connect(chart_, &ChartView::failed, this, &Page::failed);
  chart_->set_brush(true);
  connect(chart_, &ChartView::brushed, this, &TriagePage::brush);
  connect(&source_, &Source::series_history, this, &TriagePage::show_answer);
  connect(&source_, &Source::decided, this, [this](const std::shared_ptr<const Decided>& answer) {
    draft_ = answer->problem ? std::optional(*answer) : std::nullopt;
  });
  connect(rules_, &RuleBar::changed, this, [this](const HistoryRules& rules) {
    Place place = place_;
    place.rules = rules;
    emit go(place);
  });
  connect(all_, &QCheckBox::toggled, this, [this](bool all) {
    Place place = place_;
    place.all = all;
    emit go(place);
  });
}

const RegressionEntry* TriagePage::selected() const {
  return data_ ? find_regression(*data_, place_.regression + " " + place_.series) : nullptr;
}

void TriagePage::choose(const std::string& row) {
  const RegressionEntry* entry = data_ ? find_regression(*data_, row) : nullptr;
  if (entry == nullptr) return;
  const SeriesEntry& series = data_->series[entry->series];
  Place place = place_;
  place.regression = entry->change.id;
  place.series = to_string(series.key);
  place.case_key = series.key.case_key;
  place.base.clear();  // the runs beside it
  place.candidate.clear();
  emit go(place);
}

void TriagePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  if (place.databases != place_.databases) draft_.reset();
  place_ = place;
  data_ = std::move(data);
  if (!data_) return;
  const QSignalBlocker quiet(all_);
  all_->setChecked(place.all);
  rules_->show_rules(place.rules);
  table_->set_filter(Filter(place.filter), place.all);
  if (fresh) {
    table_->set_table(
        std::make_shared<const Table>(regressions_table(*data_, QDateTime::currentMSecsSinceEpoch())));
  }
  table_->select(place.regression + " " + place.series);
  const auto open = std::count_if(data_->regressions.begin(), data_->regressions.end(),
                                  [](const RegressionEntry& entry) { return entry.state == "open"; });
  const TableModel& model = table_->model_of();
  QString text = tr("%1 open regressions in %2 series of %3 runs")
                     .arg(open)
                     .arg(data_->series.size())
                     .arg(data_->runs_read);
  if (model.minor_count() > 0) text += tr(", %1 settled or insignificant hidden").arg(model.minor_count());
  if (model.refused_count() > 0) text += tr(", %1 filtered out").arg(model.refused_count());
  if (!data_->complete) text += tr("; older runs are being read ...");
  count_->setText(text);

  const RegressionEntry* entry = selected();
  for (QPushButton* button : buttons_) button->setEnabled(entry != nullptr);
  if (entry == nullptr) {
    details_->setText(data_->regressions.empty() ? ""
                                                 : tr("Select a regression: click it, or press J and K."));
    chart_->set_message(data_->regressions.empty() ? "No regression" : "No regression is selected");
    asked_.clear();
    return;
  }
  buttons_[2]->setEnabled(entry->state != "open");
  details_->setText(QString::fromStdString(regression_text(*data_, *entry)));
  const std::string series = place.series;
  show_brushed();
  if (!fresh && asked_ == series) return;
  if (asked_ != series) {
    answer_ = nullptr;
    chart_->set_message("Reading its history ...");
  }
  asked_ = series;
  source_.follow(series);
}

void TriagePage::show_answer(std::shared_ptr<const SeriesHistory> answer) {
  if (answer->asked != asked_) return;
  answer_ = std::move(answer);
  if (answer_->series.points.empty()) return chart_->set_message("No points");
  chart_->set_table([kept = answer_] { return points_table(kept->series); });
  chart_->set_lines(std::make_shared<const chart::LineChart>(history_chart(*answer_)));
  chart_->set_point_text([kept = answer_](double x) {
    const auto at = static_cast<std::size_t>(std::max(0.0, x));
    return at < kept->series.points.size() ? point_text(kept->series, at) : std::string();
  });
  show_brushed();
}

void TriagePage::brush(double low, double high) {
  if (!answer_) return;
  Place place = place_;
  place.filter = brushed_text(place.filter, answer_->series.points, low, high);
  emit go(place);
}

void TriagePage::show_brushed() {
  const Brushed brushed = brushed_by(Filter(place_.filter));
  std::optional<chart::Domain> part;
  for (std::size_t i = 0; brushed.any() && answer_ && i < answer_->series.points.size(); ++i) {
    const HistoryPoint& point = answer_->series.points[i];
    const auto place = point.commit ? point.commit->place : std::nullopt;
    if (!brushed.holds(point.started_utc_ms, place)) continue;
    const auto at = static_cast<double>(i);
    part = part ? chart::Domain{part->low, at + 0.5} : chart::Domain{at - 0.5, at + 0.5};
  }
  chart_->set_brushed(part);
}

void TriagePage::decide(const std::string& kind) {
  const RegressionEntry* entry = selected();
  if (entry == nullptr || (kind == "reopened" && entry->state == "open")) return;
  const SeriesEntry& series = data_->series[entry->series];
  const Change change = entry->change;
  const HistoryPoint at = entry->at;
  const auto run = std::find_if(data_->runs.begin(), data_->runs.end(),
                                [&](const RunEntry& one) { return one.id == at.run; });
  if (run == data_->runs.end()) return;
  DecisionDialog dialog(kind, regression_line(*data_, *entry), this);
  if (draft_ && draft_->event.regression == change.id && draft_->event.kind == kind)
    dialog.show_event(draft_->event);
  const std::string database = run->database;
  TriageEvent event;
  event.id = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
  event.regression = change.id;
  event.series = to_string(series.key);
  event.commit = change.commit;
  event.case_key = at.case_key;
  event.kind = kind;
  if (dialog.exec() != QDialog::Accepted) return;  // data_ may be another one by now
  event.at_utc_ms = now_utc_ms();
  dialog.fill(event);
  source_.decide(database, event);
}

std::string TriagePage::bisect_command() const {
  return place_.regression.empty() ? ""
                                   : "assay bisect " + place_.regression + " --build 'make' -- ./benchmarks";
}

}  // namespace assay::gui
