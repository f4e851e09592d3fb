#include "actors/scripts/job_exchange.hpp"

#include <iterator>

namespace remora::actors {

void job_exchange::learn_tags(std::size_t script, std::vector<std::string> tags) {
  newest_[script] = tags;
  set_tags(script, std::move(tags));
}

void job_exchange::set_tags(std::size_t script, std::vector<std::string> tags) {
  if (tags == tags_.at(script)) return;
  tags_[script] = std::move(tags);
  tags_changed_ = !alone(); // a script knows its own
}

void job_exchange::open(std::size_t script, std::vector<std::string> tags) {
  if (tags_.size() <= script) tags_.resize(script + 1);
  ++open_;
  tags_[script] = newest_[script] = std::move(tags);
  tags_changed_ = !alone(); // the others learn its tags, and it learns theirs
}

void job_exchange::close(std::size_t script) {
  --open_;
  newest_.erase(script);
  for (auto& [where, said] : waiting_) {
    if (where.second == script) said.tags.reset();
  }
  if (tags_.at(script).empty()) return;
  tags_[script].clear();
  tags_changed_ = true; // also a script that is left alone has known them
}

void job_exchange::note(const round_done& done) {
  if (alone()) { // there is nobody to tell yet
    tags_.at(done.script) = newest_[done.script] = done.tags;
    return;
  }
  std::vector<std::string>& known = newest_[done.script];
  const bool other_tags = done.tags != known;
  if (done.commands.empty() && !other_tags) return;
  news& said = waiting_[{done.number, done.script}];
  said.commands.insert(said.commands.end(), done.commands.begin(), done.commands.end());
  if (other_tags) said.tags = known = done.tags;
}

void job_exchange::load(round& next) {
  while (!waiting_.empty() && waiting_.begin()->first.first + lag_ <= next.number) {
    const auto first = waiting_.begin();
    news& said = first->second;
    next.commands.insert(next.commands.end(), std::make_move_iterator(said.commands.begin()),
                         std::make_move_iterator(said.commands.end()));
    if (said.tags) set_tags(first->first.second, std::move(*said.tags));
    waiting_.erase(first);
  }
  if (std::exchange(tags_changed_, false)) next.tags = std::make_shared<const job_tags>(tags_);
}

} // namespace remora::actors
