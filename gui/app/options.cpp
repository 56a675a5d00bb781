// SPDX-License-Identifier: Apache-2.0
#include "gui/app/options.h"

#include <QFile>
#include <cstdlib>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/folders.h"
#include "harness/core/text.h"

namespace assay::gui {

namespace {

std::string bytes_of(const QString& word) { return QFile::encodeName(word).toStdString(); }

QSize size_of(const QString& text) {
  const QStringList parts = text.split('x');
  bool wide = false;
  bool high = false;
  const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(&wide), parts[1].toInt(&high)) : QSize();
  const bool fits = wide && high && size.width() >= 320 && size.height() >= 240 && size.width() <= 7680 &&
                    size.height() <= 4320;
  if (!fits) {
    throw Error(ErrorCode::usage, "--size '" + printable(bytes_of(text), 40) + "' is no size of a window",
                "write it as 1280x800, from 320x240 to 7680x4320");
  }
  return size;
}

chart::Theme theme_of(const QString& text) {
  if (text == "light") return chart::Theme::light;
  if (text == "dark") return chart::Theme::dark;
  throw Error(ErrorCode::usage, "--theme '" + printable(bytes_of(text), 40) + "' is not known",
              "light or dark");
}

}  // namespace

Options parse_options(const QStringList& words) {
  Options options;
  std::vector<std::string> databases;
  for (qsizetype i = 0; i < words.size(); ++i) {
    QString word = words[i];
    if (!word.startsWith("-")) {
      databases.push_back(bytes_of(word));
      continue;
    }
    if (word == "--") {
      for (++i; i < words.size(); ++i) databases.push_back(bytes_of(words[i]));
      break;
    }
    if (word == "-h" || word == "--help") {
      options.help = true;
      continue;
    }
    if (word == "--render") {
      if (i + 2 >= words.size())
        throw Error(ErrorCode::usage, "--render takes two files", "assay-gui --render REPORT.json OUT.pdf");
      options.render_from = bytes_of(words[++i]);
      options.render_to = bytes_of(words[++i]);
      continue;
    }
    const auto equals = word.indexOf('=');
    const bool joined = word.startsWith("--") && equals > 0;
    const QString name = joined ? word.left(equals) : word;
    const bool known = name == "--link" || name == "--screenshot" || name == "--size" || name == "--theme";
    if (!known)
      throw Error(ErrorCode::usage, "'" + printable(bytes_of(name), 100) + "' is no option of assay-gui",
                  "see 'assay-gui --help'");
    if (!joined && i + 1 >= words.size())
      throw Error(ErrorCode::usage, bytes_of(name) + " has no value", "see 'assay-gui --help'");
    const QString value = joined ? word.mid(equals + 1) : words[++i];
    if (name == "--link") options.place = parse_link(value.toStdString());
    if (name == "--screenshot") options.picture = bytes_of(value);
    if (name == "--size") options.size = size_of(value);
    if (name == "--theme") options.theme = theme_of(value);
  }
  if (!databases.empty()) options.place.databases = databases;
  if (options.place.databases.empty() && !usual_database().empty())
    options.place.databases = {usual_database()};
  return options;
}

std::string help_text() {
  return "assay-gui [DATABASE...] [--link assay:...] [--theme light|dark]\n"
         "assay-gui --screenshot FILE.png [--size 1280x800] ...     a picture of the window, without a "
         "display (FILE.pdf: the page)\n"
         "assay-gui --render REPORT.json OUT.pdf     what 'assay report --json' wrote, for paper\n"
         "\n"
         "The dashboard: what got slower, and why. Databases are only read, but for what you decide about "
         "regressions.\n"
         "Without a database it opens ASSAY_DB, else assay.db under the XDG data folder. '?' in the window "
         "shows its keys.\n";
}

std::string usual_database() {
  const char* const named = std::getenv("ASSAY_DB");
  if (named != nullptr && *named != '\0') return named;
  const UserFolder folder = user_folder(UserFiles::data);
  std::error_code ignored;
  const std::string path = folder.path + "/assay.db";
  return !folder.path.empty() && std::filesystem::exists(path, ignored) ? path : "";
}

}  // namespace assay::gui
