#include <algorithm>
#include <set>
#include <thread>

#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/item_text.hpp"

namespace remora::cli {

namespace {

using client::json;
using client::list_of;
using client::member_of;
using client::text_of;

constexpr std::chrono::milliseconds look_at_stop{200};
/// A hub takes its time to look for a rare item on slow nodes.
constexpr std::chrono::milliseconds answer_time{40'000};

struct items_arguments {
  hub_options hub;
  std::vector<std::string> operands;
  bool follow = false;
  bool as_json = false;
  std::optional<std::string> limit;
  std::optional<std::string> since;
  std::optional<std::string> until;
};

void declare(arguments& args, items_arguments& asked) {
  args.operands(asked.operands);
  args.group("Options");
  args.flag("-f,--follow", asked.follow, "Go on with items as they come, until interrupted.");
  args.text("--limit", "K", asked.limit, "The last K items. [100; with -f 10]");
  args.text("--since", "TIME", asked.since,
            "From this time on: 90s, 5m, 2h ago, or 2026-01-31T12:00:00Z. [all that are kept]");
  args.text("--until", "TIME", asked.until, "Up to this time; not with -f. [now]");
  args.flag("--json", asked.as_json, "Print an object a line: the whole item.");
  declare(args, asked.hub);
  args.section("Output in detail",
               "  A line for each item, the newest last. A node that does not answer is named on\n"
               "  standard error: its items are then missing.\n");
  args.section("Examples",
               "  remora items 'http and response.status >= 500'\n"
               "  remora items -f dns\n"
               "  remora items --since 5m --json | jq -r .request.path | sort | uniq -c\n");
}

struct items_plan {
  client::fields query;
  std::size_t limit = 0;
};

result<items_plan> plan_items(const items_arguments& asked) {
  if (asked.operands.size() > 1)
    return fail(errc::invalid_usage, "one FILTER at a time: " + remora::quoted(asked.operands[1]) +
                                         " is one too many; one with blanks takes quotes");
  if (asked.follow && asked.until) return fail(errc::invalid_usage, "--until does not go together with -f");
  auto since = time_option(asked.since, "--since");
  if (!since) return pass_on(std::move(since));
  auto until = time_option(asked.until, "--until");
  if (!until) return pass_on(std::move(until));
  auto limit = count_option(asked.limit, "--limit", asked.follow ? 10 : 100);
  if (!limit) return pass_on(std::move(limit));
  return items_plan{
      {{"query", asked.operands.empty() ? "" : asked.operands.front()}, {"since", *since}, {"until", *until}},
      *limit};
}

/// Prints items, and says once of each node that it is missing.
class item_printer {
 public:
  item_printer(const context& where, bool as_json) : where_{where}, as_json_{as_json} {}

  /// @returns false when nobody reads any more.
  bool print(const json& item) {
    status_ = cli::print(where_, (as_json_ ? client::to_text(item) : item_text(item)) + '\n');
    return status_ == exit_status::done;
  }
  void warn(const json& node) {
    const std::string name = text_of(node, "node");
    const std::string text = (name.empty() ? "" : "node " + name + ": ") + text_of(node, "why");
    if (told_.insert(text).second) complain(where_, "items are missing: " + text);
  }
  void warn_all(const json& page) {
    for (const json& node : list_of(page, "missing"))
      warn(node);
  }
  exit_status status() const noexcept { return status_; }

 private:
  const context& where_;
  bool as_json_;
  std::set<std::string> told_;
  exit_status status_ = exit_status::done;
};

/// The newest items, newest first. A page may be empty while nodes still look for a rare item.
result<std::vector<json>> newest_items(const context& where, const client::hub_client& hub,
                                       const items_plan& plan, item_printer& printer) {
  std::vector<json> found;
  std::string cursor;
  while (found.size() < plan.limit && !*where.stop) {
    client::call what{"GET", "/items", plan.query, {}, {}, false, answer_time};
    what.query.emplace_back("limit", std::to_string(std::min<std::size_t>(plan.limit - found.size(), 1000)));
    what.query.emplace_back("cursor", cursor);
    auto page = hub.ask(what);
    if (!page) return pass_on(std::move(page));
    if (!member_of(*page, "items").is_array())
      return fail(errc::malformed_message,
                  "the hub at " + hub.address() + " answers without a list; is it of another version?");
    printer.warn_all(*page);
    for (const json& item : list_of(*page, "items"))
      found.push_back(item);
    cursor = text_of(*page, "next");
    if (cursor.empty()) break;
  }
  return found;
}

/// Items as they come, across lost connections.
class item_stream {
 public:
  item_stream(const context& where, const client::hub_client& hub, const items_plan& plan,
              item_printer& printer)
      : where_{where}, hub_{hub}, printer_{printer} {
    what_.path = "/items";
    what_.query = {plan.query.front()};
  }

  /// Connects; what comes from here on waits until run(). Errors: of hub_client::follow().
  result<void> open() {
    auto socket = hub_.follow(what_);
    if (!socket) return pass_on(std::move(socket));
    socket_ = *std::move(socket);
    return {};
  }

  /// @param seen Ids of items that were printed already.
  outcome run(std::set<std::string> seen) {
    seen_ = std::move(seen);
    while (!*where_.stop) {
      const auto ended = read();
      if (printer_.status() != exit_status::done) return {printer_.status()};
      if (*where_.stop) break;
      if (ended || ended.error().code != errc::unreachable)
        return ended ? outcome{} : end_with(where_, ended.error());
      complain(where_, ended.error().message + "; connecting anew: items of the time between are not shown");
      reconnect();
    }
    return {exit_status::interrupted};
  }

 private:
  /// Until the connection ends. Nothing: the hub has said all.
  result<void> read() {
    while (!*where_.stop) {
      auto message = socket_->next(look_at_stop);
      if (!message) return pass_on(std::move(message));
      if (!*message) continue;
      const auto item = client::parse_json(**message);
      if (!item || !item->is_object()) continue;
      if (auto taken = take(*item); !taken) return taken;
      if (ended_ || printer_.status() != exit_status::done) return {};
    }
    return {};
  }

  result<void> take(const json& item) {
    ended_ = text_of(item, "id").empty() && client::flag_of(item, "ended");
    if (ended_) return {};
    if (member_of(item, "missing").is_object()) {
      printer_.warn(member_of(item, "missing"));
    } else if (member_of(item, "dropped").is_number() && text_of(item, "id").empty()) {
      complain(where_, client::to_text(member_of(item, "dropped")) +
                           " items were passed over: they come faster than they can be taken");
    } else if (member_of(item, "id").is_null() && !text_of(item, "error").empty()) {
      return fail(errc::io_failed, text_of(item, "error")); // said just before the hub closes
    } else if (seen_.erase(text_of(item, "id")) == 0) {
      printer_.print(item);
    }
    return {};
  }

  void reconnect() {
    while (!*where_.stop) {
      const auto end = std::chrono::steady_clock::now() + where_.reconnect_after;
      while (!*where_.stop && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::min(look_at_stop, where_.reconnect_after));
      if (*where_.stop || open()) return;
    }
  }

  const context& where_;
  const client::hub_client& hub_;
  item_printer& printer_;
  client::call what_;
  std::unique_ptr<client::web_socket> socket_;
  std::set<std::string> seen_;
  bool ended_ = false; ///< The limit of the filter itself is reached.
};

outcome show_items(const context& where, const items_arguments& asked, const items_plan& plan,
                   const client::hub_client& hub) {
  item_printer printer{where, asked.as_json};
  item_stream stream{where, hub, plan, printer};
  // First: what comes while the list is read is then in the stream, or in both.
  if (asked.follow) {
    if (auto opened = stream.open(); !opened) return end_with(where, opened.error());
  }
  auto found = newest_items(where, hub, plan, printer);
  if (!found) return end_with(where, found.error());
  std::reverse(found->begin(), found->end());
  std::set<std::string> seen;
  for (const json& item : *found) {
    if (!printer.print(item)) return {printer.status()};
    seen.insert(text_of(item, "id"));
  }
  if (asked.follow) return stream.run(std::move(seen));
  if (*where.stop) return {exit_status::interrupted};
  return {};
}

} // namespace

outcome items_command(const context& where, const argument_list& given) {
  items_arguments asked;
  arguments args{"items", "[options] [FILTER]",
                 "Shows stored items of all nodes that a filter lets through, merged by time, and with -f "
                 "those that come."};
  declare(args, asked);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (const auto log = set_up_log({}, asked.hub.common); !log) return refuse(where, log.error().message);
  const auto plan = plan_items(asked);
  if (!plan) return refuse(where, plan.error().message);
  const auto hub = hub_of(where, asked.hub, where.stop);
  if (!hub) return refuse(where, hub.error().message);
  if (asked.follow && where.signals != nullptr) where.signals->end_gracefully(*where.stop);
  return show_items(where, asked, *plan, *hub);
}

} // namespace remora::cli
