#include "hub/queries/item_follow.hpp"

#include <algorithm>
#include <utility>

namespace remora::hub {

namespace {

constexpr milliseconds look_again{50};
constexpr std::chrono::seconds pause_after_trouble{5};
/// Items that a client may be behind before a node goes on at its newest.
constexpr std::uint64_t far_behind = 10'000;
constexpr std::uint32_t items_a_page = 200;
constexpr std::uint32_t bytes_a_page = 128u << 10U;

} // namespace

item_follow::item_follow(node_line& line, std::string query, std::optional<std::int64_t> left,
                         std::shared_ptr<item_follower> to)
    : line_{line}, query_{std::move(query)}, left_{left}, to_{std::move(to)}, now_{line.wall()} {
  for (auto& node : line_.nodes())
    places_.try_emplace(std::move(node));
}

item_follow::~item_follow() {
  for (const auto& [id, node] : open_)
    line_.say(node, protocol::cancel_query{id});
}

void item_follow::ask_all() {
  waits_ = false;
  if (finished_) return;
  for (auto& [node, at] : places_)
    if (!at.question) ask(node, at);
}

void item_follow::ask(const std::string& node, place& at) {
  const auto now = line_.steady();
  if (now < at.again_at) return;
  if (!line_.is_here(node)) return; // joined() comes
  if (!line_.budget.is_open(node, now) || !to_->has_room()) {
    waits_ = true;
    return;
  }
  protocol::item_query what;
  what.id = ++line_.last_id;
  what.query = query_;
  what.order = protocol::item_order::live;
  what.cursor = at.cursor;
  what.limit = items_a_page;
  if (left_) what.limit = static_cast<std::uint32_t>(std::clamp<std::int64_t>(*left_, 1, items_a_page));
  what.max_bytes = bytes_a_page;
  what.now = now_;
  what.far_behind = far_behind;
  if (!line_.say(node, what)) return;
  at.question = what.id;
  at.asked_at = now;
  open_[what.id] = node;
}

void item_follow::give_up(const std::string& node, place& at, const std::string& why) {
  at.again_at = line_.steady() + pause_after_trouble;
  if (std::exchange(at.trouble, why) != why) to_->trouble({node, why});
}

void item_follow::hear(const std::string& node, const protocol::item_page& page) {
  const auto found = places_.find(node);
  if (finished_ || found == places_.end() || found->second.question != page.id) return;
  place& at = found->second;
  open_.erase(page.id);
  at.question.reset();
  if (!page.error.empty()) return give_up(node, at, page.error);
  // A node that comes no further and has nothing would be asked without a pause.
  if (!page.cursor) return give_up(node, at, "it answered without a place to go on");
  at.trouble.clear();
  at.cursor = page.cursor;
  if (page.skipped > 0) to_->skipped(page.skipped);
  for (const auto& item : page.items) {
    if (left_ && (*left_)-- <= 0) break;
    to_->take(item.json);
  }
  if (left_ && *left_ <= 0) {
    finished_ = true;
    to_->ended();
    return;
  }
  ask(node, at);
}

void item_follow::joined(const std::string& node) {
  place& at = places_[node];
  if (at.question) open_.erase(*at.question);
  at.question.reset();
  at.again_at = {};
  if (!finished_) ask(node, at);
}

void item_follow::left(const std::string& node) {
  const auto found = places_.find(node);
  if (found == places_.end() || !found->second.question) return;
  open_.erase(*found->second.question);
  found->second.question.reset();
}

void item_follow::tick() {
  const auto now = line_.steady();
  for (auto& [node, at] : places_) {
    if (!at.question || now - at.asked_at < node_patience) continue;
    line_.say(node, protocol::cancel_query{*at.question});
    open_.erase(*at.question);
    at.question.reset();
    give_up(node, at, is_silent);
  }
  ask_all();
}

protocol::moment item_follow::next_deadline() const {
  const auto now = line_.steady();
  auto due = now + std::chrono::seconds{1};
  if (waits_) due = now + look_again;
  for (const auto& [node, at] : places_)
    if (at.question) due = std::min(due, at.asked_at + node_patience);
  return due;
}

} // namespace remora::hub
