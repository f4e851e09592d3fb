#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/sample_items.hpp"
#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {

/// Hands items to scripts.
class item_test : public script_test {
 protected:
  template <class... Items>
  static item_batch batch(Items... items) {
    item_batch made;
    (made.push_back(std::move(items)), ...);
    return made;
  }

  static const item* deliver_all(script_vm& vm, const item_batch& items) {
    return vm.deliver(items.data(), items.data() + items.size());
  }

  /// As often as it takes: deliver() comes back after a slice of time, which is short on a slow machine.
  static void deliver_to_the_end(script_vm& vm, const item_batch& items) {
    const item* next = items.data();
    while (next != items.data() + items.size() && !vm.broken())
      next = vm.deliver(next, items.data() + items.size());
  }

  /// What `console.log` prints of `expression` in a hook that gets this item, after `statements`.
  std::string seen(const item& one, const std::string& expression, const std::string& statements = "") {
    console.lines.clear();
    auto vm = load("function onItemCaptured(data) {" + statements + "; console.log(" + expression + "); }");
    vm->deliver(&one, &one + 1);
    return console.lines.empty() ? "(nothing)" : console.lines.back().text;
  }
};

} // namespace remora::script
