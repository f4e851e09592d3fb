#include "worker/queries/item_search.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "filter/json_record.hpp"
#include "worker/queries/shorten_item.hpp"

namespace remora::worker {

namespace {

using nlohmann::json;
using protocol::item_order;
using traffic::scan_order;
using traffic::stored_item;

constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t most_items = 1'000; ///< Of a page, whatever is asked for.

bool is_within(timestamp time, const std::optional<timestamp>& from, const std::optional<timestamp>& until) {
  return (!from || time >= *from) && (!until || time < *until);
}

/// An item that the filter lets through, before the screen.
struct candidate {
  std::uint64_t number = 0;
  timestamp time;
  std::string stored;
  std::string altered; ///< By redact(); "" when it was not.
};

std::string written(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What the filter makes of an item. @returns nothing when it does not let it through.
std::optional<candidate> judge(const filter::query& query, timestamp now, const stored_item& what) {
  const auto document = json::parse(what.json, nullptr, false);
  if (document.is_discarded()) return std::nullopt; // damaged on disk
  filter::json_record record{document};
  const auto said = query.evaluate(record, now);
  if (!said.matched) return std::nullopt;
  return candidate{what.number, what.time, std::string{what.json},
                   said.altered ? written(*said.altered) : std::string{}};
}

/// One search, from the question to the page.
class search {
 public:
  search(const protocol::item_query& asked, const search_tools& with, const std::function<bool()>& goes_on)
      : asked_{asked},
        with_{with},
        goes_on_{goes_on},
        limit_{std::clamp<std::size_t>(asked.limit, 1, most_items)},
        max_bytes_{std::min<std::size_t>(asked.max_bytes, protocol::max_item_json_bytes)} {
    page_.id = asked.id;
    page_.cursor = asked.cursor;
  }

  protocol::item_page run() {
    if (with_.items == nullptr) return refuse(no_item_store);
    auto compiled = with_.compiled->compile(asked_.query, with_.macros->read());
    if (!compiled) return refuse(compiled.error().text());
    query_ = *std::move(compiled);
    const auto done = !asked_.item.empty()               ? find_one()
                      : asked_.order == item_order::live ? follow()
                                                         : scan();
    if (!done) return refuse(done.error().message);
    pass_screen();
    return std::move(page_);
  }

 private:
  protocol::item_page refuse(std::string why) {
    page_.items.clear();
    page_.error = std::move(why);
    return std::move(page_);
  }

  result<void> find_one() {
    page_.done = true;
    auto found = with_.items->find(asked_.item, [this](const stored_item& what) {
      // Other nodes have streams of the same number: the store goes by that alone.
      const auto document = json::parse(what.json, nullptr, false);
      if (document.is_object() && document.value("id", json{}) == asked_.item) consider(what);
    });
    if (!found && !(found.error() == errc::not_found)) return found;
    return {};
  }

  /// From where a reader of what is new goes on.
  result<void> follow() {
    std::uint64_t newest = 0;
    auto last = with_.items->scan(scan_order::newest_first, {}, 1, [&](const stored_item& what) {
      newest = what.number;
      return true;
    });
    if (!last) return pass_on(std::move(last));
    // A store that was deleted counts anew.
    if (!asked_.cursor || *asked_.cursor > newest) {
      page_.cursor = newest;
      return {};
    }
    if (newest == *asked_.cursor) return {};
    if (asked_.far_behind && newest - *asked_.cursor > *asked_.far_behind) {
      const auto behind = count_behind(newest);
      if (!behind) return tl::unexpected<error>(behind.error());
      if (*behind > *asked_.far_behind) {
        page_.skipped = *behind;
        page_.cursor = newest;
        return {};
      }
    }
    return scan();
  }

  /// Items behind the cursor: the first may have a number far above it.
  result<std::uint64_t> count_behind(std::uint64_t newest) const {
    std::uint64_t first = newest;
    auto found = with_.items->scan(scan_order::oldest_first, asked_.cursor, 1, [&](const stored_item& what) {
      first = what.number;
      return true;
    });
    if (!found) return pass_on(std::move(found));
    return newest - first + 1;
  }

  result<void> scan() {
    const auto order =
        asked_.order == item_order::newest_first ? scan_order::newest_first : scan_order::oldest_first;
    auto scanned = with_.items->scan(order, asked_.cursor, all, [this](const stored_item& what) {
      page_.cursor = what.number;
      if (is_within(what.time, asked_.from, asked_.until)) consider(what);
      return found_.size() < limit_ && bytes_ < max_bytes_ && goes_on_();
    });
    if (!scanned) return pass_on(std::move(scanned));
    page_.done = !scanned->has_more && asked_.order != item_order::live;
    return {};
  }

  void consider(const stored_item& what) {
    auto match = judge(*query_, asked_.now, what);
    if (!match) return;
    bytes_ += what.json.size();
    found_.push_back(*std::move(match));
  }

  /// What leaves the node: as scripts changed it, then as the filter redacts it.
  void pass_screen() {
    std::vector<std::string> texts;
    for (const auto& each : found_)
      texts.push_back(each.stored);
    auto passed = with_.screen->pass(std::move(texts), asked_.query);
    passed.resize(found_.size());
    std::size_t sum = 0;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (!passed[i]) continue;
      auto text = outgoing(found_[i], *std::move(passed[i]));
      text = shorten_item(std::move(text), protocol::max_item_json_bytes);
      if (text.empty()) continue;
      sum += text.size();
      if (sum > protocol::max_item_json_bytes && !page_.items.empty()) {
        page_.cursor = page_.items.back().number; // the rest comes with the next page
        page_.done = false;
        return;
      }
      page_.items.push_back({found_[i].number, found_[i].time, std::move(text)});
    }
  }

  std::string outgoing(const candidate& what, std::string passed) const {
    if (passed == what.stored) return what.altered.empty() ? std::move(passed) : what.altered;
    if (!query_->redacts()) return passed;
    stored_item changed;
    changed.json = passed;
    const auto again = judge(*query_, asked_.now, changed);
    if (!again) return {}; // what it would redact cannot be told any more
    return again->altered.empty() ? std::move(passed) : again->altered;
  }

  const protocol::item_query& asked_;
  const search_tools& with_;
  const std::function<bool()>& goes_on_;
  const std::size_t limit_;
  const std::size_t max_bytes_;
  filter::query_ptr query_;
  std::vector<candidate> found_;
  std::size_t bytes_ = 0;
  protocol::item_page page_;
};

} // namespace

protocol::item_page search_items(const protocol::item_query& asked, const search_tools& with,
                                 const std::function<bool()>& goes_on) {
  return search{asked, with, goes_on}.run();
}

result<void> for_each_match(const every_item& which, const search_tools& with,
                            const std::function<bool(const stored_item&)>& wants,
                            const std::function<void(const stored_item&, const json&)>& take,
                            const std::function<bool()>& goes_on) {
  auto compiled = with.compiled->compile(which.query, with.macros->read());
  if (!compiled) return tl::unexpected<error>(filter::to_error(compiled.error()));
  auto done = with.items->scan(scan_order::newest_first, {}, all, [&](const stored_item& what) {
    if (is_within(what.time, which.from, which.until) && wants(what)) {
      const auto document = json::parse(what.json, nullptr, false);
      filter::json_record record{document};
      if (!document.is_discarded() && (*compiled)->evaluate(record, which.now).matched) take(what, document);
    }
    return goes_on();
  });
  if (!done) return pass_on(std::move(done));
  return {};
}

} // namespace remora::worker
