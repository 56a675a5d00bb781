// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>

namespace assay::gui {

/// Measuring from the window: what is to be run, its plan and estimate, and `assay run` as a process that is
/// seen and can be stopped. The command stands there before anything starts, and nothing starts by itself.
/// Closing the window stops what it started; what was measured is stored.
class RunDialog : public QDialog {
  Q_OBJECT
 public:
  /// `assay`: the program; `database`: where results go, empty: where `assay` puts them; `cases`: for
  /// completion.
  RunDialog(const QString& assay, const QString& database, const QStringList& cases,
            QWidget* parent = nullptr);
  ~RunDialog() override;

  QStringList arguments() const;  ///< of `assay`, without the program
  bool running() const { return process_->state() != QProcess::NotRunning; }

 signals:
  void stored();  ///< results may have come in: while it runs, and at its end

 private:
  void show_command();
  void start(bool plan);
  void take_output();
  void ended(int code, QProcess::ExitStatus status);
  void show_time();
  void stop();

  QString assay_;
  QString database_;
  QLineEdit* cases_;
  QComboBox* suite_;
  QLineEdit* device_;
  QSpinBox* launches_;
  QLineEdit* budget_;
  QLabel* command_;
  QPlainTextEdit* log_;
  QProgressBar* progress_;
  QPushButton* plan_;
  QPushButton* start_;
  QPushButton* stop_;
  QProcess* process_;
  QTimer tick_;
  QElapsedTimer clock_;
  qint64 estimate_s_ = 0;  ///< of the last plan; 0: not known
  bool planning_ = false;
};

/// Words as a shell reads them.
QString shell_text(const QStringList& words);

/// Seconds of "at most about 01:30" in a plan of `assay run --dry-run`; 0: it says none.
qint64 estimate_of(const QString& plan);

}  // namespace assay::gui
