// SPDX-License-Identifier: Apache-2.0
#define CATCH_CONFIG_RUNNER
#include <QApplication>
#include <QStandardPaths>
#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);  // no settings of whoever runs the tests
  int only_the_name = 1;
  QApplication application(only_the_name, argv);
  QCoreApplication::setOrganizationName("assay-test");
  QCoreApplication::setApplicationName("gui_test");
  return Catch::Session().run(argc, argv);
}
