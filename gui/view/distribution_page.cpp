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
  grid->setSpacing(2);
  const QString names[] = {tr("Distribution"),     tr("Histogram"),
                           tr("Violin"),           tr("Percentiles"),
                           tr("Samples in order"), tr("Over the launch"),
                           tr("Launches apart"),   tr("Correlation with later samples")};
  for (int i = 0; i < parts; ++i) {
    charts_[i] = new ChartView(names[i], this);
    grid->addWidget(charts_[i], i / 3, i % 3);
    connect(charts_[i], &ChartView::failed, this, &Page::failed);
  }
  table_ = new TableView(tr("Launches"), this);
  grid->addWidget(table_, 2, 2);
  connect(table_, &TableView::failed, this, &Page::failed);
  for (int i = 0; i < 3; ++i) {
    grid->setColumnStretch(i, 1);
    grid->setRowStretch(i, 1);
  }
  for (const Part part : {ecdf, histogram, violin}) {
    charts_[part]->set_brush(true);
    connect(charts_[part], &ChartView::brushed, this, [this](double low, double high) {
      Place place = place_;
      place.filter = with_range(place.filter, "latency", Range{low * 1e9, high * 1e9});
      emit go(place);
    });
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
    what_->setText(data_->series.empty() ? QString() : tr("Select a case at the left."));
    banner_->say(std::nullopt);
    for (ChartView* chart : charts_) chart->set_message("No case is selected");
    table_->set_table(std::make_shared<const Table>());
    answer_ = nullptr;
    asked_case_.clear();
    return;
  }
  const Sides sides = sides_of(place, *data_);
  if (asked_case_ == place.case_key && asked_.base == sides.base && asked_.candidate == sides.candidate) {
    if (answer_ && Filter(place.filter).range("latency") != latency_) draw();
    return;
  }
  asked_case_ = place.case_key;
  asked_ = sides;
  source_.sample(place.case_key, sides.base, sides.candidate);
}

void DistributionPage::show_answer(std::shared_ptr<const Distribution> answer) {
  if (answer->case_key != asked_case_ || answer->base_id != asked_.base ||
      answer->candidate_id != asked_.candidate)
    return;
  banner_->say(answer->problem);
  answer_ = std::move(answer);
  draw();
}

void DistributionPage::draw() {
  latency_ = Filter(place_.filter).range("latency");
  const std::shared_ptr<const Distribution> all = answer_;
  const std::shared_ptr<const Distribution> part =
      latency_ ? std::make_shared<const Distribution>(narrowed(*all, *latency_)) : all;
  const auto count = [](const std::vector<LaunchTimes>& launches) {
    std::size_t samples = 0;
    for (const LaunchTimes& launch : launches) samples += launch.ns.size();
    return QString("%1 samples of %2 launches").arg(samples).arg(launches.size());
  };
  QString text = shown_text(all->case_key) + "\n" +
                 tr("base %1: %2; new %3: %4")
                     .arg(QString::fromStdString(all->base_id.substr(0, 8)), count(part->base),
                          QString::fromStdString(all->candidate_id.substr(0, 8)), count(part->candidate));
  if (latency_) text += tr(" within the times that are selected (Ctrl+Backspace: all)");
  if (all->batch > 1) text += tr("; a sample is the mean of up to %1 calls: it has no tail").arg(all->batch);
  what_->setText(text);
  charts_[ecdf]->set_draw(
      [all](const chart::Canvas& canvas) { return chart::draw(ecdf_chart(*all), canvas); });
  charts_[histogram]->set_draw(
      [all](const chart::Canvas& canvas) { return chart::draw(histogram_chart(*all), canvas); });
  charts_[violin]->set_draw(
      [all](const chart::Canvas& canvas) { return chart::draw(violin_chart(*all), canvas); });
  charts_[percentiles]->set_draw(
      [all](const chart::Canvas& canvas) { return chart::draw(percentile_chart(*all), canvas); });
  charts_[order]->set_lines(std::make_shared<const chart::LineChart>(order_chart(*part)));
  charts_[over_launch]->set_draw(
      [part](const chart::Canvas& canvas) { return chart::draw(heat_map(*part), canvas); });
  charts_[launches]->set_draw(
      [part](const chart::Canvas& canvas) { return chart::draw(launches_chart(*part), canvas); });
  // Samples that were left out would bring others nearer; a part of the samples has no tail of its own.
  charts_[correlation]->set_lines(std::make_shared<const chart::LineChart>(autocorrelation_chart(*all)));
  for (ChartView* chart : charts_) chart->set_table([part] { return launches_table(*part); });
  for (const Part one : {ecdf, histogram, violin})
    charts_[one]->set_brushed(
        latency_ ? std::optional(chart::Domain{latency_->low * 1e-9, latency_->high * 1e-9}) : std::nullopt);
  table_->set_table(std::make_shared<const Table>(launches_table(*part)));
}

}  // namespace assay::gui
