#include "worker/queries/item_queries.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace remora::worker {

namespace {

protocol::item_page refusal(std::uint64_t id, std::string why) {
  protocol::item_page page;
  page.id = id;
  page.error = std::move(why);
  return page;
}

bool has_news(const protocol::item_page& page) {
  return !page.items.empty() || page.skipped > 0 || !page.error.empty();
}

/// The thread must outlive whatever a screen or a disk throws.
protocol::item_page guarded_search(const protocol::item_query& asked, const search_tools& with,
                                   const std::function<bool()>& goes_on) {
  try {
    return search_items(asked, with, goes_on);
  } catch (const std::exception& thrown) {
    return refusal(asked.id, std::string{"the search failed: "} + thrown.what());
  }
}

} // namespace

item_queries::item_queries(search_tools with, query_limits limits, std::function<void(protocol::message)> say)
    : with_{with}, limits_{limits}, say_{std::move(say)}, thread_{[this] { run(); }} {}

item_queries::~item_queries() { stop(); }

void item_queries::ask(protocol::item_query what) {
  const auto id = what.id;
  {
    const std::lock_guard held{mutex_};
    if (ending_) return;
    const bool fits = questions_.size() < limits_.questions && followers_.size() < limits_.followers;
    if (fits) {
      questions_.push_back(std::move(what));
      woken_.notify_one();
      return;
    }
  }
  say_(refusal(id, "this node is busy with as many questions as it takes; ask again later"));
}

void item_queries::cancel(std::uint64_t id) {
  const std::lock_guard held{mutex_};
  questions_.erase(
      std::remove_if(questions_.begin(), questions_.end(), [id](const auto& each) { return each.id == id; }),
      questions_.end());
  followers_.erase(id);
  if (running_ == id) cut_short_ = true;
}

void item_queries::cancel_all() {
  const std::lock_guard held{mutex_};
  questions_.clear();
  followers_.clear();
  if (running_) cut_short_ = true;
}

void item_queries::stop() {
  {
    const std::lock_guard held{mutex_};
    ending_ = true;
    cut_short_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void item_queries::run() {
  std::unique_lock held{mutex_};
  while (!ending_) {
    const auto called = [this] { return ending_ || !questions_.empty(); };
    if (followers_.empty()) {
      woken_.wait(held, called);
    } else {
      woken_.wait_until(held, look_at_, called);
    }
    if (ending_) return;
    if (!questions_.empty()) {
      auto next = std::move(questions_.front());
      questions_.pop_front();
      answer(held, std::move(next));
    }
    if (!followers_.empty() && clock::now() >= look_at_) look_for_news(held);
  }
}

/// Searches with the lock released. @returns nothing when nobody wants the answer any more.
std::optional<protocol::item_page> item_queries::search(std::unique_lock<std::mutex>& held,
                                                        const protocol::item_query& asked) {
  running_ = asked.id;
  cut_short_ = false;
  held.unlock();
  const auto end = clock::now() + limits_.slice;
  auto page = guarded_search(asked, with_, [this, end] { return !cut_short_ && clock::now() < end; });
  held.lock();
  running_.reset();
  if (cut_short_ || ending_) return std::nullopt;
  return page;
}

void item_queries::answer(std::unique_lock<std::mutex>& held, protocol::item_query asked) {
  auto page = search(held, asked);
  if (!page) return;
  if (asked.order == protocol::item_order::live && asked.cursor && !has_news(*page)) {
    if (followers_.empty()) look_at_ = clock::now() + limits_.live_pause;
    asked.cursor = page->cursor;
    const auto id = asked.id;
    followers_.insert_or_assign(id, follower{std::move(asked), clock::now() + limits_.live_wait});
    return;
  }
  held.unlock();
  say_(*std::move(page));
  held.lock();
}

void item_queries::look_for_news(std::unique_lock<std::mutex>& held) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, each] : followers_)
    ids.push_back(id);
  for (const auto id : ids) {
    const auto found = followers_.find(id);
    if (found == followers_.end()) continue; // cancelled meanwhile
    const follower one = found->second;
    auto page = search(held, one.asked);
    if (ending_) return;
    if (!page) continue;
    const auto still_there = followers_.find(id);
    if (still_there == followers_.end()) continue;
    if (!has_news(*page) && clock::now() < one.until) {
      still_there->second.asked.cursor = page->cursor;
      continue;
    }
    followers_.erase(still_there);
    held.unlock();
    say_(*std::move(page));
    held.lock();
  }
  look_at_ = clock::now() + limits_.live_pause;
}

} // namespace remora::worker
