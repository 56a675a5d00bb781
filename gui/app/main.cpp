// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QFile>
#include <QStandardPaths>
#include <cstdio>

#include "gui/app/loader.h"
#include "gui/app/options.h"
#include "gui/app/pdf.h"
#include "gui/app/screenshot.h"
#include "gui/view/main_window.h"
#include "gui/view/theme.h"
#include "harness/core/error.h"

namespace {

using namespace assay;
using namespace assay::gui;

// As assay's own (harness/cli/exit_code.h).
constexpr int exit_fine = 0;
constexpr int exit_usage = 2;
constexpr int exit_unavailable = 3;
constexpr int exit_internal = 4;

int tell(const std::string& message, const std::string& remedy, int code) {
  std::fprintf(stderr, "assay-gui: %s\n", message.c_str());
  if (!remedy.empty()) std::fprintf(stderr, "  %s\n", remedy.c_str());
  return code;
}

bool is_input(ErrorCode code) { return code == ErrorCode::usage || code == ErrorCode::bad_input; }

bool has_display() {
  return qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || qEnvironmentVariableIsSet("DISPLAY") ||
         qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

void set_theme(const Options& options) {
  if (options.theme) return apply_theme(*options.theme);
  if (!options.picture.empty()) return apply_theme(chart::Theme::light);  // the same picture everywhere
  choose_theme(theme_choice());
}

/// Beside this program, else in PATH; empty: none.
QString assay_program() {
  const QString beside = QStandardPaths::findExecutable("assay", {QCoreApplication::applicationDirPath()});
  return beside.isEmpty() ? QStandardPaths::findExecutable("assay") : beside;
}

int run(int argc, char** argv) {
  QStringList words;
  for (int i = 1; i < argc; ++i) words.append(QFile::decodeName(argv[i]));
  const Options options = parse_options(words);
  if (options.help) {
    std::fputs(help_text().c_str(), stdout);
    return exit_fine;
  }
  if (!options.render_from.empty()) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int only_the_name = 1;
    const QGuiApplication application(only_the_name, argv);
    render(options.render_from, options.render_to);
    return exit_fine;
  }
  if (!options.picture.empty()) qputenv("QT_QPA_PLATFORM", "offscreen");
  if (!has_display()) {
    return tell("there is no display here",
                "log in on a desktop, or write a picture: assay-gui --screenshot FILE.png", exit_unavailable);
  }
  int only_the_name = 1;  // Qt's own options are none of ours
  QApplication application(only_the_name, argv);
  QCoreApplication::setOrganizationName("assay");
  QCoreApplication::setApplicationName("assay-gui");
  set_theme(options);
  Loader loader;
  MainWindow window(loader, options.place);
  window.set_program(assay_program());
  if (!options.picture.empty()) {
    take_picture(window, options.picture, options.size);
    return exit_fine;
  }
  window.resize(options.size);
  window.restore_state();
  window.follow(true);
  window.show();
  return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    return tell(error.what(), error.remedy, is_input(error.code) ? exit_usage : exit_internal);
  } catch (const std::exception& error) {
    return tell(std::string("internal fault: ") + error.what(), "please report it", exit_internal);
  }
}
