#include "actors/scripts/job_exchange.hpp"

#include <iterator>

namespace remora::actors {

void job_exchange::learn_tags(std::size_t script, std::vector<std::string> tags) {
  if (tags == tags_.at(script)) return;
  tags_[script] = std::move(tags);
  tags_changed_ = tags_.size() > 1; // a script knows its own
}

void job_exchange::note(const round_done& done) {
  learn_tags(done.script, done.tags);
  if (done.commands.empty() || commands_.size() == 1) return;
  auto& waiting = commands_.at(done.script);
  waiting.insert(waiting.end(), done.commands.begin(), done.commands.end());
  commands_waiting_ = true;
}

void job_exchange::load(round& next) {
  if (tags_changed_) next.tags = std::make_shared<const job_tags>(tags_);
  for (auto& waiting : commands_) {
    next.commands.insert(next.commands.end(), std::make_move_iterator(waiting.begin()),
                         std::make_move_iterator(waiting.end()));
    waiting.clear();
  }
  tags_changed_ = commands_waiting_ = false;
}

} // namespace remora::actors
