// SPDX-License-Identifier: Apache-2.0
#include "gui/view/compare_page.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/model/charts.h"
#include "gui/model/tables.h"
#include "gui/model/words.h"

namespace assay::gui {

ComparePage::ComparePage(Source& source, QWidget* parent) : Page(source, parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const head = new QHBoxLayout;
  head->setContentsMargins(8, 4, 8, 0);
  const auto add_box = [&](const QString& name) {
    auto* const label = new QLabel(name, this);
    auto* const box = new QComboBox(this);
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(34);
    label->setBuddy(box);
    head->addWidget(label);
    head->addWidget(box);
    return box;
  };
  base_ = add_box(tr("&Base"));
  candidate_ = add_box(tr("&New"));
  for (QComboBox* box : {base_, candidate_}) {
    connect(box, &QComboBox::activated, this, [this] {
      Place place = place_;
      place.base = base_->currentData().toString().toStdString();
      place.candidate = candidate_->currentData().toString().toStdString();
      emit go(place);
    });
  }
  count_ = plain_label(this);
  count_->setAccessibleName(tr("How many came out how"));
  head->addWidget(count_, 1);
  layout->addLayout(head);
  banner_ = new Banner(this);
  layout->addWidget(banner_);
  auto* const upright = new QSplitter(Qt::Vertical, this);
  layout->addWidget(upright, 1);
  table_ = new TableView(tr("Pairs of results"), this);
  upright->addWidget(table_);
  auto* const tabs = new QTabWidget(this);
  tabs->setDocumentMode(true);
  chart_ = new ChartView(tr("Ratios with their intervals"), this);
  environment_ = new TableView(tr("What differs between the hosts"), this);
  commits_ = new TableView(tr("Commits"), this);
  tabs->addTab(chart_, tr("&Ratios"));
  tabs->addTab(environment_, tr("&Environment"));
  tabs->addTab(commits_, tr("&Commits"));
  upright->addWidget(tabs);
  upright->setChildrenCollapsible(false);
  connect(table_, &TableView::chosen, this, [this](const std::string& id) {
    Place place = place_;
    place.case_key = id;
    if (data_) {  // a pair is another selection than a regression: what it compares stays
      const Sides sides = sides_of(place_, *data_);
      place.base = sides.base;
      place.candidate = sides.candidate;
    }
    emit go(place);
  });
  connect(chart_, &ChartView::clicked, table_, [this](const std::string& id) {
    table_->select(id);
    emit table_->chosen(id);
  });
  for (TableView* view : {table_, environment_, commits_})
    connect(view, &TableView::failed, this, &Page::failed);
  connect(chart_, &ChartView::failed, this, &Page::failed);
  connect(&source_, &Source::pairing, this, &ComparePage::show_answer);
}

void ComparePage::fill_runs(QComboBox* box, const std::string& chosen) {
  constexpr std::size_t most = 500;  // older ones are reached by links and by regressions
  box->clear();
  for (std::size_t i = 0; i < data_->runs.size(); ++i) {
    const RunEntry& run = data_->runs[i];
    if (i >= most && run.id != chosen) continue;
    box->addItem(shown_text(run_text(run), 80), QString::fromStdString(run.id));
  }
  box->setCurrentIndex(box->findData(QString::fromStdString(chosen)));
}

void ComparePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  place_ = place;
  data_ = std::move(data);
  if (!data_) return;
  const Sides sides = sides_of(place_, *data_);
  if (fresh || sides.base != asked_.base || sides.candidate != asked_.candidate) {
    fill_runs(base_, sides.base);
    fill_runs(candidate_, sides.candidate);
  }
  table_->set_filter(Filter(place.filter), place.all);
  environment_->set_filter(Filter(), place.all);
  table_->select(place.case_key);
  if (sides.base.empty()) {
    asked_ = {};
    answer_ = nullptr;
    banner_->say(std::nullopt);
    auto empty = std::make_shared<Table>();
    empty->empty = data_->runs.empty() ? "No runs here yet: 'assay run --suite quick' makes some."
                                       : "One run alone: there is nothing to compare it with yet.";
    table_->set_table(empty);
    chart_->set_message(empty->empty);
    count_->clear();
    return;
  }
  const bool changed = sides.base != asked_.base || sides.candidate != asked_.candidate;
  if (changed || (fresh && answer_ && answer_->candidate.state == "running")) {
    asked_ = sides;
    source_.compare(sides.base, sides.candidate);
    return;
  }
  if (answer_) draw();
}

void ComparePage::show_answer(std::shared_ptr<const Pairing> answer) {
  if (answer->base_id != asked_.base || answer->candidate_id != asked_.candidate) return;
  answer_ = std::move(answer);
  banner_->say(answer_->problem);
  table_->set_table(std::make_shared<const Table>(comparison_table(answer_->comparison)));
  environment_->set_table(
      std::make_shared<const Table>(environment_table(answer_->base, answer_->candidate)));
  commits_->set_table(std::make_shared<const Table>(commits_table(answer_->base, answer_->candidate)));
  table_->select(place_.case_key);
  draw();
}

/// What follows the filter: the figures above and the picture below.
void ComparePage::draw() {
  const TableModel& model = table_->model_of();
  std::map<std::string, int> counts;
  std::set<std::string> keys;
  for (const int row : model.shown()) {
    const TableRow& one = model.table().rows[static_cast<std::size_t>(row)];
    ++counts[one.fields.at("verdict")];
    keys.insert(one.fields.at("case"));
  }
  QStringList words;
  for (const auto& [verdict, count] : counts)
    words.append(QString::number(count) + " " + QString::fromStdString(verdict));
  if (model.minor_count() > 0) words.append(tr("%1 same hidden (Ctrl+H)").arg(model.minor_count()));
  if (model.refused_count() > 0) words.append(tr("%1 filtered out").arg(model.refused_count()));
  count_->setText(words.join(", "));
  std::vector<int> pairs;
  for (std::size_t i = 0; i < answer_->comparison.pairs.size(); ++i) {
    if (keys.contains(answer_->comparison.pairs[i].key)) pairs.push_back(static_cast<int>(i));
  }
  chart_->set_table([kept = answer_] { return comparison_table(kept->comparison); });
  chart_->set_draw([kept = answer_, pairs](const chart::Canvas& canvas) {
    // As many as can be read here; the table above has all of them.
    constexpr double row = 20, around = 80;
    const auto most = static_cast<std::size_t>(std::max(5.0, (canvas.height - around) / row));
    return chart::draw(ratio_chart(kept->comparison, pairs, most), canvas);
  });
}

}  // namespace assay::gui
