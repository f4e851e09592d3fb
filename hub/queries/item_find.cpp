#include "hub/queries/item_find.hpp"

#include <algorithm>
#include <utility>

namespace remora::hub {

namespace {

/// Of one node: enough that two rounds do for most lists.
std::uint32_t page_limit(std::size_t limit, std::size_t nodes) {
  return static_cast<std::uint32_t>(std::min(limit, 2 * limit / std::max<std::size_t>(nodes, 1) + 8));
}

} // namespace

item_find::item_find(node_line& line, const cursor_seal& seal, item_question asked,
                     std::optional<std::int64_t> left, item_taker done)
    : line_{line},
      seal_{seal},
      asked_{std::move(asked)},
      left_{left},
      done_{std::move(done)},
      now_{line.wall()},
      begun_{line.steady()} {}

void item_find::begin(const std::optional<opened_cursor>& from) {
  auto here = line_.nodes();
  std::sort(here.begin(), here.end());
  std::map<std::uint64_t, std::optional<std::uint64_t>> gone;
  if (from) gone = from->nodes;
  for (auto& node : here) {
    part one;
    if (from) {
      const auto known = gone.find(node_mark(node));
      if (known == gone.end()) continue; // it has nothing more, or joined meanwhile
      one.given = one.reached = known->second;
      gone.erase(known);
    }
    one.node = std::move(node);
    parts_.push_back(std::move(one));
  }
  for (const auto& each : gone) {
    static_cast<void>(each);
    answer_.missing.push_back({"", "a node that had more items has left since the page before"});
  }
  merge();
}

void item_find::ask(std::size_t index) {
  part& one = parts_[index];
  const auto now = line_.steady();
  if (one.question || !line_.budget.is_open(one.node, now)) return;
  protocol::item_query what;
  what.id = ++line_.last_id;
  what.query = asked_.query;
  what.cursor = one.reached;
  what.limit = page_limit(asked_.limit, parts_.size());
  what.max_bytes = static_cast<std::uint32_t>(
      std::clamp<std::size_t>(most_memory / parts_.size(), 16u << 10U, 256u << 10U));
  what.from = asked_.from;
  what.until = asked_.until;
  what.now = now_;
  what.item = asked_.item;
  if (!line_.say(one.node, what)) {
    one.failed = is_away;
    return;
  }
  one.question = what.id;
  one.asked_at = now;
  open_[what.id] = index;
}

void item_find::take_off(part& one) {
  if (!one.question) return;
  open_.erase(*one.question);
  one.question.reset();
}

void item_find::hear(const std::string& node, std::size_t index, const protocol::item_page& page) {
  part& one = parts_.at(index);
  if (finished_ || one.node != node || one.question != page.id) return;
  take_off(one);
  if (!page.error.empty()) {
    one.failed = page.error;
  } else {
    one.done = page.done;
    one.reached = page.cursor;
    for (const auto& each : page.items)
      one.items.push_back({each.number, each.time, each.json});
    for (auto at = one.items.rbegin(); at != one.items.rend(); ++at)
      if (at != one.items.rbegin()) at->key = std::max(at->key, std::prev(at)->key);
    if (one.items.empty()) one.given = one.reached;
    // A node that says nothing and comes no further would be asked for ever.
    if (!one.done && one.items.empty() && !one.reached) one.failed = "it answered without a place to go on";
  }
  merge();
}

void item_find::left(const std::string& node) {
  for (auto& one : parts_) {
    if (one.node != node || one.done || !one.failed.empty()) continue;
    take_off(one);
    if (one.items.empty()) one.failed = "its connection was lost";
  }
  merge();
}

/// The node whose next item is the newest.
item_find::part* item_find::best() {
  part* found = nullptr;
  for (auto& one : parts_) {
    if (one.items.empty() || !one.failed.empty()) continue;
    if (found == nullptr || one.items.front().key > found->items.front().key) found = &one;
  }
  return found;
}

void item_find::merge() {
  while (!finished_) {
    const bool full = answer_.items.size() >= asked_.limit || answer_bytes_ >= most_answer_bytes ||
                      (left_ && *left_ <= 0) || (!asked_.item.empty() && !answer_.items.empty());
    if (full) return finish();
    bool waits = false;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].items.empty() || is_over(parts_[i])) continue;
      ask(i);
      waits = waits || !is_over(parts_[i]);
    }
    // One item is as good as another when there is only one.
    if (waits && (asked_.item.empty() || best() == nullptr)) return;
    part* const next = best();
    if (next == nullptr) return finish();
    auto& item = next->items.front();
    answer_bytes_ += item.json.size();
    answer_.items.push_back(std::move(item.json));
    next->given = item.number;
    next->items.pop_front();
    if (next->items.empty()) next->given = next->reached;
    if (left_) --*left_;
  }
}

void item_find::tick() {
  if (finished_) return;
  const auto now = line_.steady();
  for (auto& one : parts_) {
    if (!one.question || now - one.asked_at < node_patience) continue;
    line_.say(one.node, protocol::cancel_query{*one.question});
    take_off(one);
    one.failed = is_silent;
  }
  // A rare match in a large store: what was found, and where to go on.
  if (now - begun_ >= longest) return finish();
  merge();
}

protocol::moment item_find::next_deadline() const {
  auto due = begun_ + longest;
  for (const auto& one : parts_) {
    if (one.question) {
      due = std::min(due, one.asked_at + node_patience);
    } else if (one.items.empty() && !is_over(one)) {
      due = std::min(due, line_.steady() + milliseconds{50}); // its budget is used up
    }
  }
  return due;
}

void item_find::finish() {
  finished_ = true;
  search_cursor where;
  where.left = left_;
  const bool limit_reached = left_ && *left_ <= 0;
  for (auto& one : parts_) {
    if (one.question) line_.say(one.node, protocol::cancel_query{*one.question});
    take_off(one);
    if (!one.failed.empty()) answer_.missing.push_back({one.node, one.failed});
    if (!is_over(one)) where.nodes[one.node] = one.given;
  }
  if (!where.nodes.empty() && asked_.item.empty() && !limit_reached) {
    auto next = seal_.close(where, asked_.query);
    if (!next) return done_(tl::unexpected<error>(next.error()));
    answer_.next = *std::move(next);
  }
  done_(std::move(answer_));
}

} // namespace remora::hub
