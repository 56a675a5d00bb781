// SPDX-License-Identifier: Apache-2.0
// What is decided about regressions: stored on a thread of its own.
#include "gui/app/answers.h"
#include "gui/app/loader.h"
#include "harness/store/history.h"
#include "harness/store/store.h"

namespace assay::gui {

void Loader::decide(const std::string& database, const TriageEvent& event) {
  ++decisions_;
  QMetaObject::invokeMethod(
      writer_,
      [this, database, event] {
        auto answer = std::make_shared<Decided>();
        answer->event = event;
        try {
          Store store = Store::open(database, Store::Mode::read_write);
          (void)add_triage(store, event);
        } catch (const std::exception& error) {
          answer->problem = problem_of(error, database);
        }
        QMetaObject::invokeMethod(
            this, [this, answer] { tell_decided(answer); }, Qt::QueuedConnection);
      },
      Qt::QueuedConnection);
  emit busy_changed();
}

void Loader::tell_decided(std::shared_ptr<Decided> answer) {
  constexpr int slice_ms = 8000;
  emit decided(answer);
  --decisions_;
  if (!answer->problem) {
    const std::uint64_t ticket = ++newest_[overview_kind];  // who reads on ends, and this goes on
    ask([this, gathering = gathering_, ticket] { gather(gathering, ticket, slice_ms); });
  }
  emit busy_changed();
}

}  // namespace assay::gui
