// SPDX-License-Identifier: Apache-2.0
#include "gui/view/distribution_page.h"

#include <QGridLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/model/charts.h"
#include "gui/model/samples.h"
#include "gui/model/tables.h"

namespace assay::gui {

DistributionPage::DistributionPage(Source& source, QWidget* parent) : Page(source, parent) {
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
  what_ = plain_label(this);
  what_->setAccessibleName(tr("What is shown"));
  banner_ = new Banner(this);
  column->addWidget(what_);
  column->addWidget(banner_);
  auto* const grid = new QGridLayout;
  const QString names[] = {tr("Distribution"),     tr("Histogram"),       tr("Percentiles"),
                           tr("Samples in order"), tr("Over the launch"), tr("Launches apart")};
  for (int i = 0; i < 6; ++i) {
    charts_[i] = new ChartView(names[i], this);
    grid->addWidget(charts_[i], i / 3, i % 3);
    connect(charts_[i], &ChartView::failed, this, &Page::failed);
  }
  column->addLayout(grid, 1);
  across->addWidget(right);
  across->setStretchFactor(0, 1);
  across->setStretchFactor(1, 3);
  across->setSizes({400, 880});
  across->setChildrenCollapsible(false);
  connect(&source_, &Source::distribution, this, &DistributionPage::show_answer);
}

void DistributionPage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  place_ = place;
  data_ = std::move(data);
  if (!data_) return;
  cases_->set_filter(Filter(place.filter), true);
  if (fresh) cases_->set_table(std::make_shared<const Table>(cases_table(*data_)));
  cases_->select(place.case_key);
  if (place.case_key.empty()) {
    what_->setText(tr("Select a case at the left."));
    banner_->say(std::nullopt);
    for (ChartView* chart : charts_) chart->set_message("No case is selected");
    asked_case_.clear();
    return;
  }
  const Sides sides = sides_of(place, *data_);
  if (asked_case_ == place.case_key && asked_.base == sides.base && asked_.candidate == sides.candidate)
    return;
  asked_case_ = place.case_key;
  asked_ = sides;
  source_.sample(place.case_key, sides.base, sides.candidate);
}

void DistributionPage::show_answer(std::shared_ptr<const Distribution> answer) {
  if (answer->case_key != asked_case_ || answer->base_id != asked_.base ||
      answer->candidate_id != asked_.candidate)
    return;
  banner_->say(answer->problem);
  const auto count = [](const std::vector<LaunchTimes>& launches) {
    std::size_t samples = 0;
    for (const LaunchTimes& launch : launches) samples += launch.ns.size();
    return QString("%1 samples of %2 launches").arg(samples).arg(launches.size());
  };
  QString text =
      shown_text(answer->case_key) + "\n" +
      tr("base %1: %2; new %3: %4")
          .arg(QString::fromStdString(answer->base_id.substr(0, 8)), count(answer->base),
               QString::fromStdString(answer->candidate_id.substr(0, 8)), count(answer->candidate));
  if (answer->batch > 1)
    text += tr("; a sample is the mean of up to %1 calls: it has no tail").arg(answer->batch);
  what_->setText(text);
  charts_[0]->set_draw(
      [answer](const chart::Canvas& canvas) { return chart::draw(ecdf_chart(*answer), canvas); });
  charts_[1]->set_draw(
      [answer](const chart::Canvas& canvas) { return chart::draw(histogram_chart(*answer), canvas); });
  charts_[2]->set_draw(
      [answer](const chart::Canvas& canvas) { return chart::draw(percentile_chart(*answer), canvas); });
  charts_[3]->set_lines(std::make_shared<const chart::LineChart>(order_chart(*answer)));
  charts_[4]->set_draw(
      [answer](const chart::Canvas& canvas) { return chart::draw(heat_map(*answer), canvas); });
  charts_[5]->set_draw(
      [answer](const chart::Canvas& canvas) { return chart::draw(launches_chart(*answer), canvas); });
  for (ChartView* chart : charts_) chart->set_table([answer] { return launches_table(*answer); });
}

}  // namespace assay::gui
