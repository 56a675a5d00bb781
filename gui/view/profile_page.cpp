// SPDX-License-Identifier: Apache-2.0
#include "gui/view/profile_page.h"

#include <QSplitter>
#include <QVBoxLayout>

#include "gui/model/tables.h"

namespace assay::gui {

ProfilePage::ProfilePage(Source& source, QWidget* parent) : Page(source, parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const across = new QSplitter(Qt::Horizontal, this);
  layout->addWidget(across);
  cases_ = case_list(this, [this](const std::string& id) {
    Place place = place_;
    place.case_key = id;
    place.regression.clear();
    place.series.clear();
    emit go(place);
  });
  across->addWidget(cases_);
  auto* const right = new QWidget(this);
  auto* const column = new QVBoxLayout(right);
  column->setContentsMargins(4, 4, 4, 4);
  banner_ = new Banner(this);
  findings_ = plain_label(this);
  findings_->setAccessibleName(tr("What limits it"));
  column->addWidget(banner_);
  column->addWidget(findings_);
  auto* const upright = new QSplitter(Qt::Vertical, right);
  metrics_ = new TableView(tr("Counters and derived metrics"), this);
  chart_ = new ChartView(tr("Roofline"), this);
  upright->addWidget(metrics_);
  upright->addWidget(chart_);
  upright->setStretchFactor(0, 1);
  upright->setStretchFactor(1, 1);
  upright->setChildrenCollapsible(false);
  column->addWidget(upright, 1);
  across->addWidget(right);
  across->setStretchFactor(0, 1);
  across->setStretchFactor(1, 3);
  across->setSizes({400, 880});
  across->setChildrenCollapsible(false);
  connect(metrics_, &TableView::failed, this, &Page::failed);
  connect(chart_, &ChartView::failed, this, &Page::failed);
  connect(chart_, &ChartView::clicked, this, [this](const std::string& id) {
    Place place = place_;
    place.case_key = id;
    emit go(place);
  });
  connect(&source_, &Source::case_profile, this, &ProfilePage::show_answer);
}

void ProfilePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  place_ = place;
  data_ = std::move(data);
  if (!data_) return;
  cases_->set_filter(Filter(place.filter), true);
  if (fresh) cases_->set_table(std::make_shared<const Table>(cases_table(*data_)));
  cases_->select(place.case_key);
  if (place.case_key.empty()) {
    findings_->setText(tr("Select a case at the left."));
    banner_->say(std::nullopt);
    metrics_->set_table(std::make_shared<const Table>());
    chart_->set_message("No case is selected");
    asked_case_.clear();
    return;
  }
  const std::string run = sides_of(place, *data_).candidate;
  if (asked_case_ == place.case_key && asked_run_ == run) return;
  asked_case_ = place.case_key;
  asked_run_ = run;
  source_.profile(place.case_key, run);
}

void ProfilePage::show_answer(std::shared_ptr<const CaseProfile> answer) {
  if (answer->case_key != asked_case_ || answer->run_id != asked_run_) return;
  banner_->say(answer->problem);
  QStringList lines{shown_text(answer->case_key) + tr("  in run ") +
                    QString::fromStdString(answer->run_id.substr(0, 8))};
  for (const std::string& finding : answer->findings) lines.append("• " + shown_text(finding, 500));
  findings_->setText(lines.join("\n"));
  metrics_->set_table(std::make_shared<const Table>(metrics_table(*answer)));
  chart_->set_table([answer] { return metrics_table(*answer); });
  if (!answer->roofline) {
    chart_->set_message(
        "This machine's limits are not in its database: 'assay roofline' measures them, once.");
    return;
  }
  chart_->set_draw([answer](const chart::Canvas& canvas) { return chart::draw(*answer->roofline, canvas); });
}

}  // namespace assay::gui
