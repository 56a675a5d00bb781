// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QThread>
#include <atomic>
#include <functional>

#include "gui/model/source.h"
#include "harness/answers/history.h"

namespace assay::gui {

/// The source of the real window: databases of harness/store, answered by harness/answers, on a thread of its
/// own. Another one stores decisions: it may have to wait for a writer, and nobody else does.
class Loader : public Source {
  Q_OBJECT
 public:
  explicit Loader(QObject* parent = nullptr);
  ~Loader() override;  ///< breaks off what is being answered

  void open(const std::vector<std::string>& databases, const HistoryRules& rules) override;
  void refresh() override;
  void judge(const HistoryRules& rules) override;
  void follow(const std::string& series) override;
  void compare(const CompareAsk& ask) override;
  void sample(const std::string& case_key, const std::string& base, const std::string& candidate) override;
  void profile(const std::string& case_key, const std::string& base, const std::string& run) override;
  void score(const HardwareAsk& ask) override;
  void decide(const std::string& database, const TriageEvent& event) override;
  bool busy() const override { return open_questions_ > 0 || decisions_ > 0; }

 private:
  enum Kind : std::size_t {
    overview_kind,
    series_kind,
    pairing_kind,
    distribution_kind,
    profile_kind,
    hardware_kind,
    kinds
  };
  class Gathering;
  void ask(std::function<void()> work);
  void ask_first(std::function<void()> work);
  void later(std::function<void()> work);
  void done();
  void tell_decided(std::shared_ptr<Decided> answer);
  void gather(std::shared_ptr<Gathering> gathering, std::uint64_t ticket, int slice_ms);
  bool send_overview(const std::shared_ptr<Gathering>& gathering, std::uint64_t ticket);
  bool is_newest(Kind kind, std::uint64_t ticket) const { return !ending_ && newest_[kind] == ticket; }

  QThread thread_;
  QObject* worker_;  ///< lives on the thread: what is posted to it runs there
  QThread writing_;
  QObject* writer_;  ///< likewise
  std::atomic<bool> ending_ = false;
  std::atomic<std::uint64_t> newest_[kinds] = {};
  std::atomic<int> open_questions_ = 0;
  int decisions_ = 0;                     ///< that are being stored; on the GUI's thread
  std::atomic<int> waiting_ = 0;          ///< of these, such as do not read histories and are not begun
  std::shared_ptr<Gathering> gathering_;  ///< on the GUI's thread: of the databases that are open
};

}  // namespace assay::gui
