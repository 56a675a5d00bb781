// SPDX-License-Identifier: Apache-2.0
#include "reports/document/private.h"

#include <type_traits>

#include "reports/document/fields.h"

namespace assay::reports {

namespace {

struct Changer {
  const std::function<std::string(const std::string&)>& of;

  template <class T>
  void operator()(const char* /*name*/, T& value) {
    change(value);
  }

  void change(std::string& text) { text = of(text); }
  void change(Block& block) { change(block.form); }
  void change(Cell& cell) { change(cell.value); }
  template <class T>
  void change(std::vector<T>& all) {
    if constexpr (!std::is_same_v<T, double>) {
      for (auto& one : all) change(one);
    }
  }
  template <class T>
  void change(std::optional<T>& value) {
    if (value) change(*value);
  }
  template <class... T>
  void change(std::variant<T...>& value) {
    std::visit([&](auto& one) { change(one); }, value);
  }
  template <class T>
  void change(T& value) {
    if constexpr (std::is_class_v<T>) fields::of(*this, value);
  }
};

}  // namespace

void change_texts(Document& document, const std::function<std::string(const std::string&)>& of) {
  Changer changer{of};
  fields::of(changer, document);
}

}  // namespace assay::reports
