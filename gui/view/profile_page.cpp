// SPDX-License-Identifier: Apache-2.0
#include "gui/view/profile_page.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/model/profile.h"
#include "gui/model/tables.h"

namespace assay::gui {

namespace {

constexpr const char* profile_parts[] = {"metrics", "flame", "loops", "topdown", "timeline", "reasons"};

}  // namespace

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
  tabs_ = new QTabWidget(right);
  tabs_->setDocumentMode(true);
  top_down_ = new ChartView(tr("Top-down"), this);
  auto* const reasons = new QWidget(this);
  auto* const reasons_column = new QVBoxLayout(reasons);
  reasons_column->setContentsMargins(0, 4, 0, 0);
  reasons_text_ = plain_label(reasons);
  reasons_text_->setAccessibleName(tr("What makes the difference"));
  reasons_ = new TableView(tr("Factors and functions"), this);
  reasons_column->addWidget(reasons_text_);
  reasons_column->addWidget(reasons_, 1);
  tabs_->addTab(make_metrics(), tr("&Metrics"));
  tabs_->addTab(make_flame(), tr("F&lame graph"));
  tabs_->addTab(make_loops(), tr("Hot loo&ps"));
  tabs_->addTab(top_down_, tr("Top-&down"));
  tabs_->addTab(make_timeline(), tr("&Timeline"));
  tabs_->addTab(reasons, tr("Wh&y"));
  column->addWidget(banner_);
  column->addWidget(findings_);
  column->addWidget(tabs_, 1);
  across->addWidget(right);
  across->setStretchFactor(0, 1);
  across->setStretchFactor(1, 3);
  across->setSizes({400, 880});
  across->setChildrenCollapsible(false);
  connect(tabs_, &QTabWidget::currentChanged, this, [this](int index) {
    Place place = place_;
    place.part = index == 0 ? "" : profile_parts[index];
    emit go(place);
  });
  for (TableView* view : {metrics_, reasons_, loops_[0].listing, loops_[1].listing})
    connect(view, &TableView::failed, this, &Page::failed);
  for (ChartView* view : {roofline_, flame_, top_down_, timeline_, track_})
    connect(view, &ChartView::failed, this, &Page::failed);
  connect(&source_, &Source::case_profile, this, &ProfilePage::show_answer);
}

QWidget* ProfilePage::make_metrics() {
  auto* const upright = new QSplitter(Qt::Vertical, this);
  metrics_ = new TableView(tr("Counters and derived metrics"), this);
  roofline_ = new ChartView(tr("Roofline"), this);
  upright->addWidget(metrics_);
  upright->addWidget(roofline_);
  upright->setStretchFactor(0, 1);
  upright->setStretchFactor(1, 1);
  upright->setChildrenCollapsible(false);
  return upright;
}

QWidget* ProfilePage::make_flame() {
  auto* const part = new QWidget(this);
  auto* const column = new QVBoxLayout(part);
  column->setContentsMargins(0, 4, 0, 0);
  auto* const head = new QHBoxLayout;
  find_ = new QLineEdit(part);
  find_->setObjectName("find");
  find_->setAccessibleName(tr("Find in the flame graph"));
  find_->setPlaceholderText(tr("Find functions, objects, regions"));
  find_->setClearButtonEnabled(true);
  find_->setMaxLength(200);
  difference_ = new QCheckBox(tr("Colours say what changed since the base run"), part);
  difference_->setObjectName("difference");
  difference_->setChecked(true);
  head->addWidget(find_, 1);
  head->addWidget(difference_);
  column->addLayout(head);
  flame_ = new ChartView(tr("Flame graph"), part);
  column->addWidget(flame_, 1);
  connect(find_, &QLineEdit::textEdited, this, [this](const QString& text) {
    Place place = place_;
    place.find = text.toStdString();
    emit narrow(place);
  });
  connect(difference_, &QCheckBox::toggled, this, &ProfilePage::draw_flame);
  connect(flame_, &ChartView::clicked, this, [this](const std::string& id) {
    const auto frame = static_cast<std::size_t>(std::strtoull(id.c_str(), nullptr, 10));
    // The same frame again, or the outermost one: all of it.
    root_ = root_ == frame || frame == 0 ? std::nullopt : std::optional(frame);
    draw_flame();
  });
  return part;
}

QWidget* ProfilePage::make_loops() {
  auto* const beside = new QSplitter(Qt::Horizontal, this);
  const QString names[] = {tr("Loops of the base run"), tr("Loops of the new run")};
  for (std::size_t i = 0; i < 2; ++i) {
    auto* const part = new QWidget(beside);
    auto* const column = new QVBoxLayout(part);
    column->setContentsMargins(0, 4, 0, 0);
    LoopSide& side = loops_[i];
    side.run = plain_label(part);
    side.box = new QComboBox(part);
    side.box->setAccessibleName(names[i]);
    side.box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    side.box->setMinimumContentsLength(20);
    side.listing = new TableView(names[i] + tr(": instructions"), part);
    column->addWidget(side.run);
    side.code = plain_label(part);
    column->addWidget(side.box);
    column->addWidget(side.code);
    column->addWidget(side.listing, 1);
    beside->addWidget(part);
    connect(side.box, &QComboBox::activated, this, [this, i] {
      show_loop(i);
      if (i == 0 || !answer_) return;
      const auto at = static_cast<std::size_t>(std::max(0, loops_[1].box->currentIndex()));
      if (at >= answer_->loops.size()) return;
      const auto partner = partner_of(answer_->loops[at], answer_->base_loops);
      loops_[0].box->setCurrentIndex(partner ? static_cast<int>(*partner) : -1);
      show_loop(0);
    });
  }
  beside->setChildrenCollapsible(false);
  return beside;
}

QWidget* ProfilePage::make_timeline() {
  auto* const upright = new QSplitter(Qt::Vertical, this);
  timeline_ = new ChartView(tr("Timeline"), this);
  auto* const part = new QWidget(upright);
  auto* const column = new QVBoxLayout(part);
  column->setContentsMargins(0, 0, 0, 0);
  track_box_ = new QComboBox(part);
  track_box_->setAccessibleName(tr("What was followed while it ran"));
  track_ = new ChartView(tr("What was followed while it ran"), part);
  column->addWidget(track_box_);
  column->addWidget(track_, 1);
  upright->addWidget(timeline_);
  upright->addWidget(part);
  upright->setStretchFactor(0, 3);
  upright->setStretchFactor(1, 2);
  upright->setChildrenCollapsible(false);
  connect(track_box_, &QComboBox::activated, this, &ProfilePage::show_track);
  return upright;
}

ChartView* ProfilePage::chart() {
  ChartView* const charts[] = {roofline_, flame_, nullptr, top_down_, timeline_, nullptr};
  return charts[std::max(0, tabs_->currentIndex())];
}

void ProfilePage::show_place(const Place& place, std::shared_ptr<const Overview> data) {
  const bool fresh = data != data_;
  const bool other_words = place.find != place_.find;
  place_ = place;
  data_ = std::move(data);
  const auto part = std::find(std::begin(profile_parts), std::end(profile_parts), place.part);
  const QSignalBlocker quiet(tabs_);
  tabs_->setCurrentIndex(
      part == std::end(profile_parts) ? 0 : static_cast<int>(part - std::begin(profile_parts)));
  if (find_->text().toStdString() != place.find) find_->setText(QString::fromStdString(place.find));
  if (!data_) return;
  cases_->set_filter(Filter(place.filter), true);
  if (fresh) cases_->set_table(std::make_shared<const Table>(cases_table(*data_)));
  cases_->select(place.case_key);
  if (place.case_key.empty()) {
    findings_->setText(data_->series.empty() ? QString() : tr("Select a case at the left."));
    banner_->say(std::nullopt);
    show_nothing("No case is selected");
    asked_case_.clear();
    return;
  }
  const Sides sides = sides_of(place, *data_);
  const bool known =
      asked_case_ == place.case_key && asked_.base == sides.base && asked_.candidate == sides.candidate;
  if (known) {
    if (other_words) draw_flame();
    return;
  }
  asked_case_ = place.case_key;
  asked_ = sides;
  root_.reset();
  source_.profile(place.case_key, sides.base, sides.candidate);
}

void ProfilePage::show_nothing(const std::string& why) {
  answer_ = nullptr;
  for (TableView* view : {metrics_, reasons_}) view->set_table(std::make_shared<const Table>());
  for (ChartView* view : {roofline_, flame_, top_down_, timeline_, track_}) view->set_message(why);
  reasons_text_->clear();
  fill_loops();
}

void ProfilePage::show_answer(std::shared_ptr<const CaseProfile> answer) {
  if (answer->case_key != asked_case_ || answer->run_id != asked_.candidate || answer->base_id != asked_.base)
    return;
  banner_->say(answer->problem);
  QStringList lines{shown_text(answer->case_key) + tr("  in run ") +
                    QString::fromStdString(answer->run_id.substr(0, 8))};
  for (const std::string& finding : answer->findings) lines.append("• " + shown_text(finding, 500));
  findings_->setText(lines.join("\n"));
  if (answer->problem) return show_nothing("Nothing is known of this case in this run");
  answer_ = std::move(answer);
  metrics_->set_table(std::make_shared<const Table>(metrics_table(*answer_)));
  roofline_->set_table([kept = answer_] { return metrics_table(*kept); });
  if (answer_->roofline) {
    roofline_->set_draw(
        [kept = answer_](const chart::Canvas& canvas) { return chart::draw(*kept->roofline, canvas); });
  } else {
    roofline_->set_message(no_roofline_text(*answer_));
  }
  difference_->setEnabled(has_difference(*answer_));
  difference_->setToolTip(has_difference(*answer_)
                              ? QString()
                              : tr("The base run has no stacks of this case: 'assay profile' stores them"));
  flame_->set_table([kept = answer_] { return stacks_table(*kept); });
  draw_flame();
  fill_loops();
  top_down_->set_table([kept = answer_] { return metrics_table(*kept); });
  top_down_->set_draw(
      [kept = answer_](const chart::Canvas& canvas) { return chart::draw(top_down_chart(*kept), canvas); });
  timeline_->set_table([kept = answer_] { return spans_table(*kept); });
  timeline_->set_zoomed([kept = answer_](const chart::Canvas& canvas, std::optional<chart::Domain> shown) {
    chart::TimelineChart picture = kept->timeline;
    picture.domain = shown;
    return chart::draw(picture, canvas);
  });
  const QSignalBlocker quiet(track_box_);
  track_box_->clear();
  for (const chart::LineChart& track : answer_->tracks) track_box_->addItem(shown_text(track.title, 80));
  track_box_->parentWidget()->setVisible(!answer_->tracks.empty());
  show_track();
  QStringList why;
  if (!answer_->difference.empty()) why.append(shown_text(answer_->difference, 500));
  if (!answer_->caution.empty()) why.append(tr("Left out: ") + shown_text(answer_->caution, 500));
  reasons_text_->setText(why.join("\n"));
  reasons_->set_filter(Filter(), true);
  reasons_->set_table(std::make_shared<const Table>(reasons_table(*answer_)));
}

void ProfilePage::draw_flame() {
  if (!answer_) return;
  flame_->set_draw([kept = answer_, find = place_.find, root = root_,
                    difference = difference_->isChecked()](const chart::Canvas& canvas) {
    return chart::draw(flame_chart(*kept, find, root, difference), canvas);
  });
}

void ProfilePage::fill_loops() {
  constexpr std::size_t most = 50;
  for (std::size_t i = 0; i < 2; ++i) {
    LoopSide& side = loops_[i];
    const QSignalBlocker quiet(side.box);
    side.box->clear();
    const QString run = QString::fromStdString((i == 0 ? asked_.base : asked_.candidate).substr(0, 8));
    const bool alone = !answer_ || answer_->base_loops.empty();
    side.run->setText((i == 0 ? tr("Base %1") : alone ? tr("Run %1") : tr("New %1")).arg(run));
    // Without a loop on the base's side there is nothing to stand beside: all the room is the new run's.
    if (i == 0) side.run->parentWidget()->setVisible(!alone);
    if (i == 1 && answer_ && alone && !asked_.base.empty() && !answer_->loops.empty())
      side.run->setText(
          side.run->text() +
          tr("; no loops were counted in base %1").arg(QString::fromStdString(asked_.base.substr(0, 8))));
    if (answer_) {
      const auto& loops = i == 0 ? answer_->base_loops : answer_->loops;
      for (std::size_t k = 0; k < std::min(most, loops.size()); ++k)
        side.box->addItem(shown_text(loop_text(loops[k], k + 1), 120));
      if (i == 0 && !answer_->loops.empty()) {
        const auto partner = partner_of(answer_->loops.front(), loops);
        side.box->setCurrentIndex(partner && *partner < most ? static_cast<int>(*partner) : -1);
      }
    }
    side.box->setVisible(side.box->count() > 0);
    show_loop(i);
  }
}

void ProfilePage::show_loop(std::size_t side) {
  static const std::vector<LoopListing> none;
  const auto& loops = !answer_ ? none : side == 0 ? answer_->base_loops : answer_->loops;
  const int at = loops_[side].box->currentIndex();
  auto table = std::make_shared<Table>();
  QString why_no_code;
  if (at >= 0 && static_cast<std::size_t>(at) < loops.size()) {
    const LoopListing& loop = loops[static_cast<std::size_t>(at)];
    *table = listing_table(loop);
    if (!loop.no_code.empty())
      why_no_code = tr("No lines of %1: %2.").arg(shown_text(loop.source, 60), shown_text(loop.no_code, 120));
  } else {
    table->empty =
        !loops.empty() ? "This run has no such loop: choose one above."
        : answer_ ? "No loops were counted in this run: assay profile '" + answer_->case_key + "' counts them"
                  : "No case is selected";
  }
  loops_[side].code->setText(why_no_code);
  loops_[side].code->setVisible(!why_no_code.isEmpty());
  loops_[side].listing->set_filter(Filter(), true);
  loops_[side].listing->set_table(table);
}

void ProfilePage::show_track() {
  const int at = track_box_->currentIndex();
  if (!answer_ || at < 0 || static_cast<std::size_t>(at) >= answer_->tracks.size()) return;
  track_->set_lines(std::make_shared<const chart::LineChart>(answer_->tracks[static_cast<std::size_t>(at)]));
}

}  // namespace assay::gui
