// SPDX-License-Identifier: Apache-2.0
#include "gui/app/screenshot.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QPixmap>
#include <QThread>

#include "gui/view/main_window.h"
#include "harness/core/error.h"

namespace assay::gui {

void take_picture(MainWindow& window, const std::string& path, QSize size) {
  constexpr int most_ms = 120'000;
  window.follow(false);
  window.move(64, 64);  // nothing lies under the pointer, which is at the origin
  window.resize(size);
  window.show();
  QElapsedTimer clock;
  clock.start();
  // An answer may lead to another question: twice at rest is at rest.
  for (int still = 0; still < 3;) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
    QCoreApplication::sendPostedEvents();
    still = window.settled() ? still + 1 : 0;
    if (clock.elapsed() > most_ms)
      throw Error(ErrorCode::timeout, "the window was not complete after two minutes",
                  "name a smaller database");
    QThread::msleep(5);
  }
  const QString file = QFile::decodeName(QByteArray::fromStdString(path));
  if (path.ends_with(".pdf")) {
    QString error;
    if (!window.save_page(file, &error))
      throw Error(ErrorCode::io, error.toStdString(), "name a file in a folder that you can write");
    return;
  }
  constexpr int smallest = 1;  // of a file; 100 is the largest
  if (!window.grab().save(file, "PNG", smallest))
    throw Error(ErrorCode::io, path + " cannot be written", "name a file in a folder that you can write");
}

}  // namespace assay::gui
