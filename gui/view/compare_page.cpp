// SPDX-License-Identifier: Apache-2.0
#include "gui/view/compare_page.h"

#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <tuple>

#include "gui/model/charts.h"
#include "gui/model/scaling.h"
#include "gui/model/tables.h"
#include "gui/model/words.h"

namespace assay::gui {

namespace {

constexpr const char* compare_parts[] = {"ratios", "scaling", "environment", "commits"};

}  // namespace

ComparePage::ComparePage(Source& source, QWidget* parent) : Page(source, parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const head = new QHBoxLayout;
  head->setContentsMargins(8, 4, 8, 0);
  const auto add_box = [&](const QString& name, int characters) {
    auto* const label = new QLabel(name, this);
    auto* const box = new QComboBox(this);
    box->setAccessibleName(QString(name).remove('&'));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(characters);
    label->setBuddy(box);
    head->addWidget(label);
    head->addWidget(box);
    return std::pair{label, box};
  };
  across_ = add_box(tr("B&y"), 12).second;
  across_->setObjectName("across");
  across_->setToolTip(
      tr("What is held against each other: runs, or results of one run that differ in this alone"));
  std::tie(base_name_, base_) = add_box(tr("&Base"), 26);
  std::tie(candidate_name_, candidate_) = add_box(tr("&New"), 26);
  base_->setObjectName("base");
  connect(across_, &QComboBox::activated, this, [this] {
    Place place = place_;
    place.across = across_->currentData().toString().toStdString();
    place.from.clear();
    if (place.across == "baseline") {
      const QString path =
          QFileDialog::getOpenFileName(this, tr("A baseline"), {}, tr("Baselines (*.json);;All files (*)"));
      if (path.isEmpty()) return fill_axes();  // none chosen: as it was
      place.from = QFile::encodeName(path).toStdString();
    }
    emit go(place);
  });
  for (QComboBox* box : {base_, candidate_}) {
    connect(box, &QComboBox::activated, this, [this] {
      Place place = place_;
      const std::string first = base_->currentData().toString().toStdString();
      if (place.across != "baseline") (place.across.empty() ? place.base : place.from) = first;
      place.candidate = candidate_->currentData().toString().toStdString();
      emit go(place);
    });
  }
  count_ = plain_label(this);
  count_->setAccessibleName(tr("How many came out how"));
  head->addWidget(count_, 1);
  for (QComboBox* box : {base_, candidate_}) {  // a run is told by more words than fit in a narrow window
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box->setMaximumWidth(box->fontMetrics().averageCharWidth() * 100);
    head->setStretchFactor(box, 3);
  }
  layout->addLayout(head);
  banner_ = new Banner(this);
  layout->addWidget(banner_);
  auto* const upright = new QSplitter(Qt::Vertical, this);
  layout->addWidget(upright, 1);
  table_ = new TableView(tr("Pairs of results"), this);
  upright->addWidget(table_);
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  chart_ = new ChartView(tr("Ratios with their intervals"), this);
  scaling_ = new ChartView(tr("Scaling along a parameter"), this);
  environment_ = new TableView(tr("What differs between the hosts"), this);
  commits_ = new TableView(tr("Commits"), this);
  tabs_->addTab(chart_, tr("&Ratios"));
  tabs_->addTab(scaling_, tr("&Scaling"));
  tabs_->addTab(environment_, tr("&Environment"));
  tabs_->addTab(commits_, tr("&Commits"));
  upright->addWidget(tabs_);
  connect(tabs_, &QTabWidget::currentChanged, this, [this](int index) {
    Place place = place_;
    place.part = index == 0 ? "" : compare_parts[index];
    emit go(place);
  });
  upright->setChildrenCollapsible(false);
  connect(table_, &TableView::chosen, this, [this](const std::string& id) {
    Place place = place_;
    for (const TableRow& row : table_->model_of().table().rows) {
      if (row.id == id && row.fields.contains("case")) place.case_key = row.fields.at("case");
    }
    if (data_ &&
        place.across.empty()) {  // a pair is another selection than a regression: what it compares stays
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
  for (ChartView* view : {chart_, scaling_}) connect(view, &ChartView::failed, this, &Page::failed);
  again_.setSingleShot(true);
  connect(&again_, &QTimer::timeout, this, &ComparePage::ask_now);
  connect(&source_, &Source::pairing, this, &ComparePage::show_answer);
}

void ComparePage::fill_axes() {
  struct Axis {
    QString name;
    const char* axis;
  };
  const Axis fixed[] = {{tr("Runs"), ""},
                        {tr("Subjects"), "subject"},
                        {tr("Devices"), "device"},
                        {tr("Hosts"), "host"},
                        {tr("Implementations"), "implementation"},
                        {tr("Databases"), "database"},
                        {tr("Baseline file..."), "baseline"}};
  across_->clear();
  for (const Axis& one : fixed) {
    if (std::string(one.axis) != "database" || data_->databases.size() > 1 || place_.across == "database")
      across_->addItem(one.name, QString(one.axis));
  }
  std::vector<std::string> axes = answer_ ? answer_->axes : std::vector<std::string>();
  const QString now = QString::fromStdString(place_.across);
  for (const std::string& axis : axes) across_->addItem(shown_text(axis, 40), QString::fromStdString(axis));
  if (across_->findData(now) < 0) across_->addItem(shown_text(place_.across, 40), now);
  across_->setCurrentIndex(across_->findData(now));
}

void ComparePage::fill_runs(QComboBox* box, const std::string& chosen) {
  constexpr std::size_t most = 500;  // older ones are reached by links and by regressions
  box->clear();
  std::size_t listed = 0;
  for (const RunEntry& run : data_->runs) {
    const bool within = brushed_.holds(run.started_utc_ms, run.commit_place);
    if ((!within || listed >= most) && run.id != chosen) continue;
    ++listed;
    box->addItem(shown_text(run_text(run), 80), QString::fromStdString(run.id));
  }
  box->setCurrentIndex(box->findData(QString::fromStdString(chosen)));
}

void ComparePage::fill_boxes() {
  const bool by_runs = asked_.across.empty();
  const bool newest = asked_.across == "host" || asked_.across == "database";
  fill_axes();
  base_name_->setText(tr("&Base"));
  candidate_name_->setText(by_runs ? tr("&New") : tr("&In run"));
  candidate_name_->setVisible(!newest);
  candidate_->setVisible(!newest);
  fill_runs(candidate_, asked_.candidate);
  if (by_runs) return fill_runs(base_, asked_.base);
  base_->clear();
  if (!answer_) return;
  for (const std::string& value : answer_->values)
    base_->addItem(shown_text(value, 60), QString::fromStdString(value));
  base_->setCurrentIndex(base_->findData(QString::fromStdString(answer_->comparison.base)));
}

void ComparePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  place_ = place;
  data_ = std::move(data);
  const auto part = std::find(std::begin(compare_parts), std::end(compare_parts), place.part);
  const QSignalBlocker quiet(tabs_);
  tabs_->setCurrentIndex(
      part == std::end(compare_parts) ? 0 : static_cast<int>(part - std::begin(compare_parts)));
  if (!data_) return;
  const Sides sides = sides_of(place_, *data_);
  const Filter filter(place.filter);
  const CompareAsk ask{place.across.empty() ? sides.base : "", sides.candidate, place.across, place.from};
  const bool changed = ask != asked_;
  const bool other_brushed = brushed_by(filter) != brushed_;
  brushed_ = brushed_by(filter);
  table_->set_filter(filter, place.all);
  environment_->set_filter(Filter(), place.all);
  select_case();
  if (sides.candidate.empty() || (place.across.empty() && sides.base.empty())) {
    asked_ = {};
    answer_ = nullptr;
    again_.stop();
    fill_boxes();
    banner_->say(std::nullopt);
    auto empty = std::make_shared<Table>();
    empty->empty = data_->runs.empty() ? "No runs here yet: 'assay run --suite quick' makes some."
                                       : "One run alone: there is nothing to compare it with yet.";
    table_->set_table(empty);
    chart_->set_message(empty->empty);
    scaling_->set_message(empty->empty);
    count_->clear();
    return;
  }
  if (changed) {
    answer_ = nullptr;
    asked_ = ask;
    fill_boxes();
    ask_now();
    return;
  }
  // Comparing a run that goes on takes all of it: no more than a fifth of the time goes into that.
  if (fresh && answer_ && answer_->candidate.state == "running" && !again_.isActive())
    again_.start(static_cast<int>(std::max<qint64>(0, 5 * answer_ms_ - asking_.elapsed())));
  if (fresh || other_brushed) fill_boxes();
  if (answer_) draw();
}

void ComparePage::ask_now() {
  again_.stop();
  asking_.start();
  source_.compare(asked_);
}

void ComparePage::show_answer(std::shared_ptr<const Pairing> answer) {
  if (answer->asked != asked_) return;
  answer_ms_ = asking_.elapsed();
  answer_ = std::move(answer);
  fill_boxes();
  banner_->say(answer_->problem);
  table_->set_table(std::make_shared<const Table>(comparison_table(answer_->comparison)));
  environment_->set_table(
      std::make_shared<const Table>(environment_table(answer_->base, answer_->candidate)));
  commits_->set_table(std::make_shared<const Table>(commits_table(answer_->base, answer_->candidate)));
  select_case();
  draw();
}

/// The selected case's row; one of several stays.
void ComparePage::select_case() {
  const Table& table = table_->model_of().table();
  const TableRow* first = nullptr;
  for (const TableRow& row : table.rows) {
    const auto field = row.fields.find("case");
    if (field == row.fields.end() || field->second != place_.case_key) continue;
    if (row.id == table_->selected()) return;
    if (first == nullptr) first = &row;
  }
  table_->select(first != nullptr ? first->id : place_.case_key);
}

/// What follows the filter: the figures above and the picture below.
void ComparePage::draw() {
  const TableModel& model = table_->model_of();
  std::map<std::string, int> counts;
  std::set<std::string> shown, accepted;
  for (const int row : model.shown()) {
    const TableRow& one = model.table().rows[static_cast<std::size_t>(row)];
    ++counts[one.fields.at("verdict")];
    shown.insert(one.id);
  }
  const Filter filter(place_.filter);
  for (const TableRow& row : model.table().rows) {
    if (filter.accepts(row)) accepted.insert(row.id);
  }
  QStringList words;
  for (const auto& [verdict, count] : counts)
    words.append(QString::number(count) + " " + QString::fromStdString(verdict));
  if (model.minor_count() > 0) words.append(tr("%1 same hidden (Ctrl+H)").arg(model.minor_count()));
  if (model.refused_count() > 0) words.append(tr("%1 filtered out").arg(model.refused_count()));
  count_->setText(words.join(", "));
  std::vector<int> pairs, curves;
  std::string selected;
  for (std::size_t i = 0; i < answer_->comparison.pairs.size(); ++i) {
    const Pair& pair = answer_->comparison.pairs[i];
    const std::string id = row_id(pair);
    if (shown.contains(id)) pairs.push_back(static_cast<int>(i));
    if (accepted.contains(id)) curves.push_back(static_cast<int>(i));
    if (id == table_->selected()) selected = pair.key;
  }
  auto scaling = std::make_shared<const chart::LineChart>(scaling_chart(*answer_, curves, selected));
  scaling_->set_table([scaling] { return scaling_table(*scaling); });
  scaling_->set_draw([scaling](const chart::Canvas& canvas) { return chart::draw(*scaling, canvas); });
  chart_->set_table([kept = answer_] { return comparison_table(kept->comparison); });
  chart_->set_draw([kept = answer_, pairs](const chart::Canvas& canvas) {
    // As many as can be read here; the table above has all of them.
    constexpr double row = 20, around = 80;
    const auto most = static_cast<std::size_t>(std::max(5.0, (canvas.height - around) / row));
    return chart::draw(ratio_chart(kept->comparison, pairs, most), canvas);
  });
}

}  // namespace assay::gui
