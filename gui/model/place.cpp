// SPDX-License-Identifier: Apache-2.0
#include "gui/model/place.h"

#include <QUrlQuery>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/core/value.h"

namespace assay::gui {

namespace {

constexpr const char* names[workspace_count] = {"triage", "compare", "distribution", "profile", "hardware"};

constexpr int longest_level = 50;  // a change is looked for in a window of 128

QString encoded(const std::string& text) {
  return QString::fromLatin1(QByteArray::fromStdString(text).toPercentEncoding("/"));
}

/// A NUL would end the name of a file before its end.
std::string decoded(const QString& text) {
  const QByteArray bytes = QByteArray::fromPercentEncoding(text.toLatin1());
  if (bytes.contains('\0')) throw Error(ErrorCode::usage, "the link holds a NUL character", "copy it again");
  return bytes.toStdString();
}

}  // namespace

const char* name_of(Workspace workspace) { return names[static_cast<std::size_t>(workspace)]; }

std::string to_link(const Place& place) {
  QStringList parts;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) parts.append(QString::fromLatin1(key) + "=" + encoded(value));
  };
  for (std::size_t i = 1; i < place.databases.size(); ++i) add("db", place.databases[i]);
  if (place.workspace != Workspace::triage) add("view", name_of(place.workspace));
  add("filter", place.filter);
  if (place.all) add("all", "1");
  add("regression", place.regression);
  add("series", place.series);
  add("case", place.case_key);
  add("base", place.base);
  add("new", place.candidate);
  add("by", place.across);
  add("from", place.from);
  add("part", place.part);
  add("find", place.find);
  const HistoryRules usual;
  if (place.rules.smallest != usual.smallest) add("step", shortest(place.rules.smallest));
  if (place.rules.smallest_exact != usual.smallest_exact) add("exact", shortest(place.rules.smallest_exact));
  if (place.rules.strong != usual.strong) add("p", shortest(place.rules.strong));
  if (place.rules.shortest != usual.shortest) add("level", std::to_string(place.rules.shortest));
  add("reference", place.hardware.reference);
  add("weights", place.hardware.weights);
  add("require", place.hardware.requirements);
  add("prices", place.hardware.prices);
  const QString path = place.databases.empty() ? QString() : encoded(place.databases.front());
  return ("assay:" + path + (parts.isEmpty() ? "" : "?" + parts.join("&"))).toStdString();
}

Place parse_link(const std::string& text) {
  if (!text.starts_with("assay:")) {
    throw Error(ErrorCode::usage, "'" + printable(text, 100) + "' is no link of Assay's",
                "links begin with 'assay:'; 'Copy link' (Ctrl+L) in the window makes them");
  }
  const QString rest = QString::fromStdString(text.substr(6));
  const auto question = rest.indexOf('?');
  Place place;
  const std::string first = decoded(rest.left(question < 0 ? rest.size() : question));
  if (!first.empty()) place.databases.push_back(first);
  if (question < 0) return place;
  for (const QString& part : rest.mid(question + 1).split('&', Qt::SkipEmptyParts)) {
    const auto equals = part.indexOf('=');
    const std::string key = decoded(part.left(equals < 0 ? part.size() : equals));
    const std::string value = equals < 0 ? "" : decoded(part.mid(equals + 1));
    const auto wrong = [&](const std::string& what) {
      return Error(ErrorCode::usage, "the link has " + what, "copy it again in the window (Ctrl+L)");
    };
    if (key == "db") {
      place.databases.push_back(value);
    } else if (key == "view") {
      std::size_t i = 0;
      while (i < workspace_count && value != names[i]) ++i;
      if (i == workspace_count) throw wrong("a view '" + printable(value, 40) + "', which there is not");
      place.workspace = static_cast<Workspace>(i);
    } else if (key == "all") {
      place.all = value == "1";
    } else if (key == "step" || key == "exact" || key == "p") {
      double& into = key == "step"    ? place.rules.smallest
                     : key == "exact" ? place.rules.smallest_exact
                                      : place.rules.strong;
      bool is_number = false;
      into = QString::fromStdString(value).toDouble(&is_number);
      const bool least = key == "exact" ? into >= 0 : into > 0;
      if (!is_number || !least || !(into < 1))
        throw wrong("a value of '" + key + "', '" + printable(value, 40) + "', which is not between 0 and 1");
    } else if (key == "level") {
      bool is_number = false;
      const int points = QString::fromStdString(value).toInt(&is_number);
      if (!is_number || points < 2 || points > longest_level)
        throw wrong("a level of '" + printable(value, 40) + "' runs: they are 2 to 50");
      place.rules.shortest = static_cast<std::size_t>(points);
    } else {
      std::string* const into = key == "filter"       ? &place.filter
                                : key == "regression" ? &place.regression
                                : key == "series"     ? &place.series
                                : key == "case"       ? &place.case_key
                                : key == "base"       ? &place.base
                                : key == "new"        ? &place.candidate
                                : key == "by"         ? &place.across
                                : key == "from"       ? &place.from
                                : key == "part"       ? &place.part
                                : key == "find"       ? &place.find
                                : key == "reference"  ? &place.hardware.reference
                                : key == "weights"    ? &place.hardware.weights
                                : key == "require"    ? &place.hardware.requirements
                                : key == "prices"     ? &place.hardware.prices
                                                      : nullptr;
      if (into == nullptr) throw wrong("a part '" + printable(key, 40) + "', which is not known");
      *into = value;
    }
  }
  return place;
}

bool Trail::go(const Place& place, bool replace) {
  if (place == now()) return false;
  places_.resize(at_ + 1);
  if (replace) {
    places_[at_] = place;
    return true;
  }
  places_.push_back(place);
  if (places_.size() > longest_) places_.erase(places_.begin());
  at_ = places_.size() - 1;
  return true;
}

}  // namespace assay::gui
