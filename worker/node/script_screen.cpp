#include "worker/node/script_screen.hpp"

#include <utility>

#include <caf/scoped_actor.hpp>

#include "base/log.hpp"

namespace remora::worker {

namespace {

/// Null: it did not answer, or has ended.
actors::screened_ptr ask(caf::scoped_actor& self, const actors::script_actor& script,
                         const actors::screening_ptr& what, nanoseconds longest) {
  actors::screened_ptr answer;
  self->request(script, longest, what)
      .receive([&](const actors::screened_ptr& given) { answer = given; },
               [](const caf::error& why) { log::warn("item-not-screened", caf::to_string(why)); });
  return answer;
}

} // namespace

script_screen::script_screen(caf::actor_system& system, std::shared_ptr<const screening_scripts> scripts,
                             nanoseconds longest_answer)
    : system_{system}, scripts_{std::move(scripts)}, longest_answer_{longest_answer} {}

std::vector<std::optional<std::string>> script_screen::pass(std::vector<std::string> items,
                                                            const std::string& query) {
  const screening_list to = scripts_->read();
  if (to.fail_closed && to.incomplete) return {};
  std::vector<std::optional<std::string>> out;
  if (to.scripts.empty()) {
    out.assign(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    return out;
  }
  caf::scoped_actor self{system_};
  std::vector<bool> withheld(items.size());
  for (const actors::script_actor& script : to.scripts) {
    const auto what = std::make_shared<const actors::screening>(actors::screening{items, query});
    const actors::screened_ptr made = ask(self, script, what, longest_answer_);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool failed = !made || i >= made->items.size() || made->items[i].failed;
      if (failed && to.fail_closed) withheld[i] = true;
      if (!failed && made->items[i].changed) items[i] = *made->items[i].changed;
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.emplace_back();
    if (!withheld[i]) out.back() = std::move(items[i]);
  }
  return out;
}

} // namespace remora::worker
