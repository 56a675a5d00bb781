// SPDX-License-Identifier: Apache-2.0
#include "gui/view/run_dialog.h"

#include <QCompleter>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QRegularExpression>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/model/table_model.h"
#include "gui/view/page.h"

namespace assay::gui {

QString shell_text(const QStringList& words) {
  static const QRegularExpression plain("^[A-Za-z0-9_./:=@,+-]+$");
  QStringList shown;
  for (QString word : words) {
    const bool bare = plain.match(word).hasMatch();
    shown.append(bare ? word : "'" + word.replace("'", "'\\''") + "'");
  }
  return shown.join(' ');
}

qint64 estimate_of(const QString& plan) {
  static const QRegularExpression said("at most about (?:(\\d+):)?(\\d+):(\\d\\d)");
  const auto match = said.match(plan);
  if (!match.hasMatch()) return 0;
  return (match.captured(1).toLongLong() * 60 + match.captured(2).toLongLong()) * 60 +
         match.captured(3).toLongLong();
}

RunDialog::RunDialog(const QString& assay, const QString& database, const QStringList& cases, QWidget* parent)
    : QDialog(parent), assay_(assay), database_(database), process_(new QProcess(this)) {
  setWindowTitle(tr("Measure on this machine"));
  resize(820, 620);
  auto* const layout = new QVBoxLayout(this);
  auto* const form = new QFormLayout;
  layout->addLayout(form);
  const auto line = [&](const QString& label, const char* name, const QString& hint) {
    auto* const made = new QLineEdit(this);
    made->setObjectName(name);
    made->setAccessibleName(QString(label).remove('&'));
    made->setPlaceholderText(hint);
    made->setMaxLength(2000);
    connect(made, &QLineEdit::textChanged, this, &RunDialog::show_command);
    form->addRow(label, made);
    return made;
  };
  cases_ = line(tr("&Cases"), "cases", tr("llm.gemv/simd?dtype=q4_0|q8_0   vision.*   (empty: the suite)"));
  auto* const completer = new QCompleter(cases, cases_);
  completer->setFilterMode(Qt::MatchContains);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  cases_->setCompleter(completer);
  suite_ = new QComboBox(this);
  suite_->setAccessibleName(tr("Suite"));
  suite_->addItems({"", "quick", "smoke", "buyer", "full", "gpu", "roofline"});
  suite_->setCurrentText("quick");
  suite_->setEditable(true);
  connect(suite_, &QComboBox::currentTextChanged, this, &RunDialog::show_command);
  form->addRow(tr("&Suite"), suite_);
  device_ = line(tr("&Device"), "device", tr("all: cpu, cuda:0, ..."));
  launches_ = new QSpinBox(this);
  launches_->setAccessibleName(tr("Launches of each case"));
  launches_->setRange(0, 1000);
  launches_->setSpecialValueText(tr("as the suite says"));
  connect(launches_, &QSpinBox::valueChanged, this, &RunDialog::show_command);
  form->addRow(tr("&Launches"), launches_);
  budget_ = line(tr("&Budget"), "budget", tr("none: 90s, 10m"));
  command_ = plain_label(this);
  command_->setObjectName("command");
  command_->setAccessibleName(tr("The command that will run"));
  command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  form->addRow(tr("Command"), command_);
  auto* const row = new QHBoxLayout;
  plan_ = new QPushButton(tr("Show &plan"), this);
  start_ = new QPushButton(tr("&Run"), this);
  stop_ = new QPushButton(tr("S&top"), this);
  plan_->setObjectName("plan");
  start_->setObjectName("start");
  stop_->setObjectName("stop");
  progress_ = new QProgressBar(this);
  progress_->setAccessibleName(tr("Time of the run"));
  for (QPushButton* button : {plan_, start_, stop_}) {
    button->setAutoDefault(false);
    row->addWidget(button);
  }
  row->addWidget(progress_, 1);
  layout->addLayout(row);
  log_ = new QPlainTextEdit(this);
  log_->setReadOnly(true);
  log_->setLineWrapMode(QPlainTextEdit::NoWrap);
  log_->setMaximumBlockCount(5000);
  log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  log_->setAccessibleName(tr("What it says"));
  log_->setPlaceholderText(
      tr("'Show plan' says what would be measured, and for how long. Nothing runs before 'Run'."));
  layout->addWidget(log_, 1);

  process_->setProcessChannelMode(QProcess::MergedChannels);
  process_->setStandardInputFile(QProcess::nullDevice());
  connect(plan_, &QPushButton::clicked, this, [this] { start(true); });
  connect(start_, &QPushButton::clicked, this, [this] { start(false); });
  connect(stop_, &QPushButton::clicked, this, &RunDialog::stop);
  connect(process_, &QProcess::readyRead, this, &RunDialog::take_output);
  connect(process_, &QProcess::finished, this, &RunDialog::ended);
  connect(process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) {
      log_->appendPlainText(tr("%1 cannot be started: %2").arg(assay_, process_->errorString()));
      ended(-1, QProcess::CrashExit);
    }
  });
  tick_.setInterval(500);
  connect(&tick_, &QTimer::timeout, this, &RunDialog::show_time);
  progress_->setRange(0, 1);
  progress_->setTextVisible(true);
  progress_->setFormat("");
  show_command();
}

RunDialog::~RunDialog() {
  process_->disconnect(this);
  if (!running()) return;
  process_->terminate();
  constexpr int most_ms = 5000;  // a launch ends, and is stored
  if (!process_->waitForFinished(most_ms)) process_->kill();
}

QStringList RunDialog::arguments() const {
  QStringList words{"run"};
  words += cases_->text().split(' ', Qt::SkipEmptyParts);
  if (cases_->text().trimmed().isEmpty() && !suite_->currentText().trimmed().isEmpty())
    words += {"--suite", suite_->currentText().trimmed()};
  if (!device_->text().trimmed().isEmpty()) words += {"--device", device_->text().trimmed()};
  if (launches_->value() > 0) words += {"--launches", QString::number(launches_->value())};
  if (!budget_->text().trimmed().isEmpty()) words += {"--budget", budget_->text().trimmed()};
  if (!database_.isEmpty()) words += {"--db", database_};
  return words;
}

void RunDialog::show_command() {
  suite_->setEnabled(cases_->text().trimmed().isEmpty());
  command_->setText(shell_text(QStringList{"assay"} + arguments()));
  estimate_s_ = 0;
  const bool idle = !running();
  plan_->setEnabled(idle);
  start_->setEnabled(idle);
  stop_->setEnabled(!idle);
}

void RunDialog::start(bool plan) {
  if (running()) return;
  planning_ = plan;
  log_->clear();
  QStringList words = arguments();
  if (plan) words += "--dry-run";
  process_->start(assay_, words);
  clock_.start();
  tick_.start();
  progress_->setRange(0, plan || estimate_s_ == 0 ? 0 : static_cast<int>(std::max<qint64>(1, estimate_s_)));
  progress_->setFormat("");
  for (QWidget* widget :
       std::initializer_list<QWidget*>{cases_, suite_, device_, launches_, budget_, plan_, start_})
    widget->setEnabled(false);
  stop_->setEnabled(true);
}

void RunDialog::take_output() {
  const QString text = QString::fromUtf8(process_->readAll());
  for (const QString& part : text.split('\n', Qt::SkipEmptyParts)) {
    if (planning_ && estimate_of(part) > 0) estimate_s_ = estimate_of(part);
    log_->appendPlainText(shown_text(part.toStdString(), 1000));
  }
}

void RunDialog::show_time() {
  const qint64 seconds = clock_.elapsed() / 1000;
  if (progress_->maximum() > 0)
    progress_->setValue(static_cast<int>(std::min<qint64>(seconds, progress_->maximum())));
  progress_->setFormat(estimate_s_ > 0 && !planning_ ? tr("%1 s of about %2 s").arg(seconds).arg(estimate_s_)
                                                     : tr("%1 s").arg(seconds));
  if (!planning_) emit stored();
}

void RunDialog::ended(int code, QProcess::ExitStatus status) {
  take_output();
  tick_.stop();
  progress_->setRange(0, 1);
  progress_->setValue(1);
  const QString how = status == QProcess::CrashExit ? tr("it ended by a signal")
                      : code == 0                   ? tr("done")
                      : code == 130 || code == 143  ? tr("stopped; what was measured is stored")
                                                    : tr("it ended with %1").arg(code);
  progress_->setFormat(planning_ && code == 0 ? tr("planned") : how);
  const qint64 kept = estimate_s_;
  for (QWidget* widget : std::initializer_list<QWidget*>{cases_, suite_, device_, launches_, budget_})
    widget->setEnabled(true);
  show_command();
  estimate_s_ = kept;
  if (!planning_) emit stored();
}

void RunDialog::stop() { process_->terminate(); }

}  // namespace assay::gui
