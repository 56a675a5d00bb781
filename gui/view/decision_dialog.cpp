// SPDX-License-Identifier: Apache-2.0
#include "gui/view/decision_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QSettings>
#include <QVBoxLayout>

#include "gui/model/table_model.h"
#include "gui/view/page.h"

namespace assay::gui {

DecisionDialog::DecisionDialog(const std::string& kind, const std::string& about, QWidget* parent)
    : QDialog(parent), needs_reason_(kind != "reopened") {
  const QString verb = kind == "acknowledged" ? tr("Acknowledge")
                       : kind == "ignored"    ? tr("Ignore")
                                              : tr("Reopen");
  setWindowTitle(verb + tr(" a regression"));
  setObjectName("decision");
  auto* const layout = new QVBoxLayout(this);
  QLabel* const text = plain_label(this);
  text->setText(shown_text(about, 400));
  layout->addWidget(text);
  auto* const form = new QFormLayout;
  layout->addLayout(form);
  reason_ = new QLineEdit(this);
  reason_->setObjectName("reason");
  reason_->setAccessibleName(tr("Reason"));
  reason_->setPlaceholderText(needs_reason_ ? tr("everybody sees it") : tr("may be empty"));
  reason_->setMaxLength(2000);
  form->addRow(tr("&Reason"), reason_);
  ends_ = new QCheckBox(tr("Open again &after"), this);
  until_ = new QDateEdit(QDate::currentDate().addDays(90), this);
  until_->setObjectName("until");
  until_->setAccessibleName(tr("Last day on which it holds"));
  until_->setDisplayFormat("yyyy-MM-dd");
  until_->setMinimumDate(QDateTime::currentDateTimeUtc().date());
  until_->setCalendarPopup(true);
  until_->setEnabled(false);
  connect(ends_, &QCheckBox::toggled, until_, &QWidget::setEnabled);
  if (needs_reason_) {
    form->addRow(ends_, until_);
  } else {
    ends_->hide();
    until_->hide();
  }
  person_ = new QLineEdit(QSettings().value("person", qEnvironmentVariable("USER")).toString(), this);
  person_->setAccessibleName(tr("Who says so"));
  person_->setMaxLength(200);
  form->addRow(tr("&By"), person_);
  auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  accept_ = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(reason_, &QLineEdit::textChanged, this, &DecisionDialog::check);
  layout->addWidget(buttons);
  resize(520, sizeHint().height());
  check();
  reason_->setFocus();
}

void DecisionDialog::check() { accept_->setEnabled(!needs_reason_ || !reason_->text().trimmed().isEmpty()); }

void DecisionDialog::show_event(const TriageEvent& event) {
  reason_->setText(QString::fromStdString(event.reason));
  person_->setText(QString::fromStdString(event.person));
  ends_->setChecked(event.until_utc_ms.has_value());
  if (event.until_utc_ms)
    until_->setDate(QDateTime::fromMSecsSinceEpoch(*event.until_utc_ms, Qt::UTC).date().addDays(-1));
}

void DecisionDialog::fill(TriageEvent& event) const {
  event.reason = reason_->text().trimmed().toStdString();
  event.person = person_->text().trimmed().toStdString();
  if (needs_reason_ && ends_->isChecked())
    event.until_utc_ms = until_->date().addDays(1).startOfDay(Qt::UTC).toMSecsSinceEpoch();
  QSettings().setValue("person", person_->text().trimmed());
}

}  // namespace assay::gui
