// SPDX-License-Identifier: Apache-2.0
#include "gui/view/hardware_page.h"

#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "gui/model/hardware.h"

namespace assay::gui {

namespace {

constexpr int steps_a_task = 4;  // of a slider
constexpr const char* hardware_parts[] = {"tasks", "speed", "price", "requirements", "caveats"};

}  // namespace

HardwarePage::HardwarePage(Source& source, QWidget* parent) : Page(source, parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  banner_ = new Banner(this);
  layout->addWidget(banner_);
  auto* const across = new QSplitter(Qt::Horizontal, this);
  layout->addWidget(across, 1);

  auto* const left = new QWidget(this);
  auto* const column = new QVBoxLayout(left);
  auto* const label = new QLabel(tr("&Beside"), left);
  reference_ = new QComboBox(left);
  reference_->setAccessibleName(tr("Host that the others are compared with"));
  label->setBuddy(reference_);
  column->addWidget(label);
  column->addWidget(reference_);
  column->addSpacing(8);
  auto* const weigh = new QLabel(tr("How much each kind of work counts"), left);
  weigh->setWordWrap(true);
  column->addWidget(weigh);
  weights_box_ = new QWidget(left);
  weights_grid_ = new QGridLayout(weights_box_);
  weights_grid_->setContentsMargins(0, 0, 0, 0);
  weights_grid_->setColumnStretch(1, 1);
  column->addWidget(weights_box_);
  auto* const alike = new QPushButton(tr("Each &task alike"), left);
  column->addWidget(alike);
  column->addSpacing(8);
  const std::tuple<QString, std::string HardwareAsk::*, QString> files[] = {
      {tr("&Requirements..."), &HardwareAsk::requirements, tr("Requirements: a TOML file of [[require]]")},
      {tr("&Prices..."), &HardwareAsk::prices, tr("Prices: a TOML file of [[price]]")}};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& [name, file, title] = files[i];
    files_[i] = new QPushButton(name, left);
    files_[i]->setToolTip(title);
    connect(files_[i], &QPushButton::clicked, this,
            [this, file = file, title = title] { choose_file(file, title); });
    column->addWidget(files_[i]);
  }
  note_ = plain_label(left);
  note_->setAccessibleName(tr("What the answer is made of"));
  column->addWidget(note_);
  column->addStretch(1);
  auto* const scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setMinimumWidth(260);
  scroll->setWidget(left);
  across->addWidget(scroll);

  auto* const upright = new QSplitter(Qt::Vertical, this);
  ranking_ = new TableView(tr("Hosts in their order"), this);
  upright->addWidget(ranking_);
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  chart_ = new ChartView(tr("Speed of hosts with intervals"), this);
  price_ = new ChartView(tr("Speed and price"), this);
  scores_ = new TableView(tr("Tasks and hosts"), this);
  requirements_ = new TableView(tr("Requirements and hosts"), this);
  cautions_ = new TableView(tr("What to know before believing it"), this);
  tabs_->addTab(scores_, tr("&Tasks"));
  tabs_->addTab(chart_, tr("&Speed"));
  tabs_->addTab(price_, tr("Speed and pri&ce"));
  tabs_->addTab(requirements_, tr("Re&quirements"));
  tabs_->addTab(cautions_, tr("Ca&veats"));
  upright->addWidget(tabs_);
  upright->setStretchFactor(0, 1);
  upright->setStretchFactor(1, 3);
  upright->setChildrenCollapsible(false);
  across->addWidget(upright);
  across->setStretchFactor(0, 0);
  across->setStretchFactor(1, 1);
  across->setSizes({280, 1000});
  across->setChildrenCollapsible(false);

  for (TableView* view : {ranking_, scores_, requirements_, cautions_})
    connect(view, &TableView::failed, this, &Page::failed);
  for (ChartView* view : {chart_, price_}) connect(view, &ChartView::failed, this, &Page::failed);
  connect(scores_, &TableView::chosen, this, [this](const std::string& task) {
    for (const HardwareTask& one : answer_->scores.tasks) {
      const auto cell = std::find_if(one.hosts.begin(), one.hosts.end(),
                                     [](const HardwareCell& host) { return !host.case_key.empty(); });
      if (one.name != task || cell == one.hosts.end()) continue;
      Place to = place_;
      to.case_key = cell->case_key;
      to.regression.clear();
      to.series.clear();
      emit go(to);
      return;
    }
  });
  connect(tabs_, &QTabWidget::currentChanged, this, [this](int index) {
    Place to = place_;
    to.part = index == 0 ? "" : hardware_parts[index];
    emit go(to);
  });
  connect(reference_, &QComboBox::activated, this, [this] {
    Place to = place_;
    to.hardware.reference = reference_->currentText().toStdString();
    emit go(to);
  });
  connect(alike, &QPushButton::clicked, this, [this] {
    Place to = place_;
    to.hardware.weights.clear();
    emit go(to);
  });
  later_.setSingleShot(true);
  later_.setInterval(60);
  connect(&later_, &QTimer::timeout, this, &HardwarePage::take_weights);
  connect(&source_, &Source::scored, this, &HardwarePage::show_answer);
}

void HardwarePage::choose_file(std::string HardwareAsk::*file, const QString& title) {
  const QString path = QFileDialog::getOpenFileName(this, title, {}, tr("TOML (*.toml);;All files (*)"));
  Place to = place_;
  to.hardware.*file = QFile::encodeName(path).toStdString();  // none chosen: without
  emit go(to);
}

void HardwarePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  place_ = place;
  data_ = std::move(data);
  const auto part = std::find(std::begin(hardware_parts), std::end(hardware_parts), place.part);
  const QSignalBlocker quiet(tabs_);
  tabs_->setCurrentIndex(
      part == std::end(hardware_parts) ? 0 : static_cast<int>(part - std::begin(hardware_parts)));
  if (!data_ || !data_->complete) return;
  const Filter filter(place.filter);
  for (TableView* view : {ranking_, scores_}) view->set_filter(filter, true);
  if (asked_once_ && !fresh && asked_ == place.hardware) return;
  asked_once_ = true;
  asked_ = place.hardware;
  source_.score(asked_);
}

void HardwarePage::show_answer(std::shared_ptr<const HardwareAnswered> answer) {
  if (!(answer->scores.asked == asked_)) return;
  banner_->say(answer->problem);
  if (answer->problem && answer_) return;  // what was known stays in sight
  answer_ = std::move(answer);
  draw();
}

void HardwarePage::draw() {
  const HardwareScores& scores = answer_->scores;
  ranking_->set_table(std::make_shared<const Table>(ranking_table(scores)));
  scores_->set_table(std::make_shared<const Table>(score_table(scores)));
  requirements_->set_table(std::make_shared<const Table>(requirements_table(scores)));
  cautions_->set_table(std::make_shared<const Table>(caution_table(scores)));
  chart_->set_table([kept = answer_] { return ranking_table(kept->scores); });
  chart_->set_draw([kept = answer_](const chart::Canvas& canvas) {
    return chart::draw(ranking_chart(kept->scores), canvas);
  });
  price_->set_table([kept = answer_] { return ranking_table(kept->scores); });
  price_->set_draw([kept = answer_](const chart::Canvas& canvas) {
    return chart::draw(price_chart(kept->scores), canvas);
  });
  const QSignalBlocker quiet(reference_);
  reference_->clear();
  for (const HardwareHostEntry& host : scores.hosts) reference_->addItem(shown_text(host.name, 200));
  const std::size_t reference = scores.ranking ? scores.ranked[scores.ranking->reference] : 0;
  if (reference < scores.hosts.size()) reference_->setCurrentIndex(static_cast<int>(reference));
  show_weights(scores.families);
  QStringList lines;
  for (const auto& [name, path] : {std::pair{tr("requirements"), &scores.asked.requirements},
                                   std::pair{tr("prices"), &scores.asked.prices}}) {
    const QString shown = shown_text(*path);
    if (!path->empty()) lines.append(name + ": " + shown.mid(shown.lastIndexOf('/') + 1));
  }
  if (!answer_->note.empty()) lines.append(shown_text(answer_->note));
  if (!scores.ranking && !scores.no_ranking.empty())
    lines.append(tr("No order: ") + shown_text(scores.no_ranking));
  note_->setText(lines.join("\n"));
}

/// Sliders stay the same ones, so that dragging goes on while answers come in.
void HardwarePage::show_weights(const std::vector<FamilyWeight>& families) {
  const bool same = std::equal(families.begin(), families.end(), weights_.begin(), weights_.end(),
                               [](const FamilyWeight& a, const Weight& b) { return a.family == b.family; });
  if (!same) {
    for (const Weight& one : weights_) {
      delete one.name;
      delete one.slider;
      delete one.share;
    }
    weights_.clear();
    for (std::size_t i = 0; i < families.size(); ++i) {
      const int row = static_cast<int>(i);
      const QString name = shown_text(families[i].family, 30);
      Weight one{families[i].family, new QLabel(name, weights_box_),
                 new QSlider(Qt::Horizontal, weights_box_), new QLabel(weights_box_)};
      one.slider->setAccessibleName(tr("Weight of %1").arg(name));
      one.slider->setObjectName("weight " + name);
      one.share->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
      one.share->setMinimumWidth(one.share->fontMetrics().horizontalAdvance("100 %"));
      weights_grid_->addWidget(one.name, row, 0);
      weights_grid_->addWidget(one.slider, row, 1);
      weights_grid_->addWidget(one.share, row, 2);
      connect(one.slider, &QSlider::valueChanged, this, [this] { later_.start(); });
      weights_.push_back(one);
    }
  }
  families_ = families;
  double all = 0;
  std::size_t most = 1;
  for (const FamilyWeight& one : families) {
    all += one.weight;
    most = std::max(most, one.tasks);
  }
  for (std::size_t i = 0; i < families.size(); ++i) {
    const QSignalBlocker quiet(weights_[i].slider);
    const int value = static_cast<int>(std::lround(families[i].weight * steps_a_task));
    weights_[i].slider->setRange(0, std::max(static_cast<int>(most) * steps_a_task * 2, value));
    if (!weights_[i].slider->isSliderDown() && !later_.isActive()) weights_[i].slider->setValue(value);
    weights_[i].share->setText(all > 0 ? tr("%1 %").arg(std::lround(100 * families[i].weight / all))
                                       : QString());
  }
}

void HardwarePage::take_weights() {
  std::vector<FamilyWeight> families = families_;
  for (std::size_t i = 0; i < families.size() && i < weights_.size(); ++i)
    families[i].weight = static_cast<double>(weights_[i].slider->value()) / steps_a_task;
  Place to = place_;
  to.hardware.weights = weights_text(families);
  emit go(to);
}

}  // namespace assay::gui
