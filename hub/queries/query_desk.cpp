#include "hub/queries/query_desk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace remora::hub {

namespace {

tl::unexpected<error> too_many(const char* what) {
  return fail(errc::window_full,
              std::string{"the hub works at as many "} + what + " as it takes at a time; try again later");
}

tl::unexpected<error> wrong_query(const std::string& text, const filter::compile_error& why) {
  return fail(errc::invalid_filter, filter::with_caret(text, why));
}

/// Numbers of questions must not come again after a restart: an answer may be on its way.
std::uint64_t first_id(timestamp now) { return static_cast<std::uint64_t>(to_unix_ns(now)); }

} // namespace

void query_desk::find(item_question asked, item_taker done) {
  if (line_.last_id == 0) line_.last_id = first_id(line_.wall());
  if (finds_.size() >= most_finds) return done(too_many("questions"));
  auto compiled = compiled_.compile(asked.query, macros_);
  if (!compiled) return done(wrong_query(asked.query, compiled.error()));
  std::optional<opened_cursor> from;
  auto left = (*compiled)->limit();
  if (!asked.cursor.empty()) {
    auto opened = seal_.open(asked.cursor, asked.query);
    if (!opened) return done(tl::unexpected<error>(opened.error()));
    from = *std::move(opened);
    left = from->left;
  }
  if (left && *left <= 0) left.reset(); // limit(0) is no limit
  finds_.push_back(std::make_unique<item_find>(line_, seal_, std::move(asked), left, std::move(done)));
  finds_.back()->begin(from);
  sweep();
}

result<void> query_desk::follow(std::uint64_t id, const std::string& query,
                                std::shared_ptr<item_follower> to) {
  if (line_.last_id == 0) line_.last_id = first_id(line_.wall());
  if (follows_.size() >= most_follows) return too_many("followers of items");
  auto compiled = compiled_.compile(query, macros_);
  if (!compiled) return wrong_query(query, compiled.error());
  auto left = (*compiled)->limit();
  if (left && *left <= 0) left.reset();
  auto& made = follows_[id];
  made = std::make_unique<item_follow>(line_, query, left, std::move(to));
  made->begin();
  return {};
}

void query_desk::capture(capture_question asked, capture_taker done, const download_maker& make) {
  if (line_.last_id == 0) line_.last_id = first_id(line_.wall());
  if (captures_.size() >= most_captures) return done(too_many("captures"));
  auto compiled = compiled_.compile(asked.query, macros_);
  if (!compiled) return done(wrong_query(asked.query, compiled.error()));
  const auto id = ++last_capture_;
  auto& made = captures_[id];
  made = std::make_unique<capture_fetch>(
      line_, std::move(asked), std::move(done),
      [make, id](std::shared_ptr<capture_pipe> pipe) { return make(id, std::move(pipe)); });
  made->begin();
  sweep();
}

void query_desk::taken(std::uint64_t capture) {
  if (const auto found = captures_.find(capture); found != captures_.end()) found->second->taken();
}

void query_desk::hear(const std::string& node, const protocol::message& what) {
  if (const auto* page = std::get_if<protocol::item_page>(&what)) {
    std::size_t bytes = 0;
    for (const auto& item : page->items)
      bytes += item.json.size();
    line_.budget.spend(node, bytes, line_.steady());
    for (auto& each : finds_) {
      const auto asked = each->open().find(page->id);
      if (asked != each->open().end()) each->hear(node, asked->second, *page);
    }
    for (auto& [id, each] : follows_)
      if (each->open().count(page->id) != 0) each->hear(node, *page);
  } else if (const auto* piece = std::get_if<protocol::capture_piece>(&what)) {
    for (auto& [id, each] : captures_)
      if (each->open().count(piece->id) != 0) each->hear(node, *piece);
  }
  sweep();
}

void query_desk::joined(const std::string& node) {
  left(node); // it may have come back before it was missed
  for (auto& [id, each] : follows_)
    each->joined(node);
}

void query_desk::left(const std::string& node) {
  for (auto& each : finds_)
    each->left(node);
  for (auto& [id, each] : follows_)
    each->left(node);
  for (auto& [id, each] : captures_)
    each->left(node);
  line_.budget.forget(node);
  sweep();
}

void query_desk::sweep() {
  finds_.remove_if([](const auto& each) { return each->is_finished(); });
  for (auto it = follows_.begin(); it != follows_.end();)
    it = it->second->is_finished() ? follows_.erase(it) : std::next(it);
  for (auto it = captures_.begin(); it != captures_.end();)
    it = it->second->is_finished() ? captures_.erase(it) : std::next(it);
}

protocol::moment query_desk::tick() {
  for (auto& each : finds_)
    each->tick();
  for (auto& [id, each] : follows_)
    each->tick();
  for (auto& [id, each] : captures_)
    each->tick();
  sweep();
  auto due = line_.steady() + std::chrono::seconds{10};
  for (const auto& each : finds_)
    due = std::min(due, each->next_deadline());
  for (const auto& [id, each] : follows_)
    due = std::min(due, each->next_deadline());
  for (const auto& [id, each] : captures_)
    due = std::min(due, each->next_deadline());
  return due;
}

} // namespace remora::hub
