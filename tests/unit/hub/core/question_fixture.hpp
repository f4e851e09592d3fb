#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "cluster_fixture.hpp"

namespace remora::hub::test {

/// A node with items in memory, numbered from 1 in the order in which they were complete.
class node_with_items {
 public:
  explicit node_with_items(memory_worker& as) : worker_{as} {
    as.on_said = [this](const protocol::message& what) {
      if (const auto* asked = std::get_if<protocol::item_query>(&what)) answer(*asked);
      if (const auto* cancelled = std::get_if<protocol::cancel_query>(&what)) waiting.erase(cancelled->id);
    };
  }

  /// Items at these seconds; each is the JSON text "NAME@SECOND".
  void store(const std::vector<int>& seconds) {
    for (const int second : seconds)
      items.push_back(
          {items.size() + 1, at_second(second), '"' + worker_.name() + '@' + std::to_string(second) + '"'});
    news();
  }
  /// Answers those who follow and have something to be told.
  void news() {
    for (auto it = waiting.begin(); it != waiting.end();) {
      const auto asked = it->second;
      if (*asked.cursor >= items.size()) {
        ++it;
        continue;
      }
      it = waiting.erase(it);
      answer(asked);
    }
  }

  void let_go() {
    holds = false;
    for (const auto& each : std::exchange(held_, {}))
      answer(each);
    holds = true;
  }

  std::vector<protocol::found_item> items;
  std::size_t page = 1'000;    ///< Items of a page, at most.
  std::size_t passed_over = 0; ///< So many pages are empty before one has items.
  bool is_silent = false;
  bool holds = false; ///< Answers only when let_go() says so.
  std::string fails_with;
  std::uint64_t skips = 0;
  std::map<std::uint64_t, protocol::item_query> waiting; ///< Of live.
  std::vector<protocol::item_query> asked_with;

 private:
  void answer(const protocol::item_query& asked) {
    asked_with.push_back(asked);
    if (is_silent) return;
    if (holds) {
      held_.push_back(asked);
      return;
    }
    protocol::item_page out;
    out.id = asked.id;
    out.error = fails_with;
    out.cursor = asked.cursor;
    if (fails_with.empty()) fill(asked, out);
    if (fails_with.empty() && asked.order == protocol::item_order::live && out.items.empty() &&
        asked.cursor) {
      waiting[asked.id] = asked;
      return;
    }
    worker_.talk().say(out, worker_.now);
  }
  void fill(const protocol::item_query& asked, protocol::item_page& out) {
    if (asked.order == protocol::item_order::live) {
      const auto from = asked.cursor.value_or(items.size());
      out.skipped = std::exchange(skips, 0);
      for (auto at = from; at < items.size() && out.items.size() < asked.limit; ++at)
        out.items.push_back(items[at]);
      out.cursor = from + out.items.size();
      return;
    }
    auto at = asked.cursor ? *asked.cursor - 1 : items.size(); // items above it were seen
    if (passed_over > 0) {
      --passed_over;
      out.cursor = at + 1;
      return;
    }
    const auto most = std::min<std::size_t>(page, asked.limit);
    for (; at > 0 && out.items.size() < most; --at) {
      const auto& one = items[at - 1];
      if (!asked.item.empty() && one.json != asked.item) continue;
      out.items.push_back(one);
    }
    if (!out.items.empty()) out.cursor = out.items.back().number;
    out.done = at == 0;
  }

  memory_worker& worker_;
  std::vector<protocol::item_query> held_;
};

class Questions : public ClusterTest {
 protected:
  node_with_items& start_node(const std::string& name, const std::vector<int>& seconds = {}) {
    auto& made = nodes[name] = std::make_unique<node_with_items>(start_worker(name));
    made->store(seconds);
    return *made;
  }
  void begin(item_question asked = {}) {
    answer.reset();
    core->queries().find(std::move(asked), [this](result<item_answer> what) { answer = std::move(what); });
    settle();
  }
  static item_question limited(std::size_t limit) {
    item_question out;
    out.limit = limit;
    return out;
  }
  /// "n1@5", ... of the answer.
  std::vector<std::string> found() const {
    if (!answer || !*answer) return {"no answer: " + (answer ? answer->error().message : std::string{})};
    std::vector<std::string> out;
    for (const auto& each : (*answer)->items)
      out.push_back(each.substr(1, each.size() - 2));
    return out;
  }
  std::vector<std::string> missing() const {
    std::vector<std::string> out;
    for (const auto& each : (*answer)->missing)
      out.push_back(each.node + ": " + each.why);
    return out;
  }
  /// All pages of a list.
  std::vector<std::string> all_pages(item_question asked) {
    std::vector<std::string> all;
    for (int pages = 0; pages < 100; ++pages) {
      begin(asked);
      for (auto& each : found())
        all.push_back(std::move(each));
      if (!answer || !*answer || (*answer)->next.empty()) return all;
      asked.cursor = (*answer)->next;
    }
    ADD_FAILURE() << "the pages never end";
    return all;
  }

  std::map<std::string, std::unique_ptr<node_with_items>> nodes;
  std::optional<result<item_answer>> answer;
};

} // namespace remora::hub::test
