#include "worker/queries/capture_queries.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "traffic/store/capture_cut.hpp"

namespace remora::worker {

namespace {

using clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t most_names = 10'000; ///< In one file.

std::optional<ip_address> parse_address(const std::string& text) {
  ip_address out;
  if (::inet_pton(AF_INET6, text.c_str(), out.bytes.data()) == 1) return out;
  out.bytes = {};
  out.bytes[10] = out.bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, text.c_str(), out.bytes.data() + 12) == 1) return out;
  return std::nullopt;
}

std::string text_member(const json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// What an item calls the two ends of its stream.
void take_names(const json& item, std::map<ip_address, std::string>& names) {
  if (!item.is_object()) return;
  for (const char* side : {"src", "dst"}) {
    const auto end = item.find(side);
    if (end == item.end() || !end->is_object() || names.size() >= most_names) continue;
    const auto address = parse_address(text_member(*end, "ip"));
    const auto name = text_member(*end, "name");
    if (address && !name.empty()) names.emplace(*address, name);
  }
}

} // namespace

/// One capture file in the making, and its thread.
class capture_queries::capture {
 public:
  capture(capture_queries& of, protocol::capture_query asked)
      : of_{of}, asked_{std::move(asked)}, thread_{[this] { run(); }} {}
  ~capture() {
    cancel();
    thread_.join();
  }
  capture(const capture&) = delete;
  capture& operator=(const capture&) = delete;

  bool has_ended() const noexcept { return ended_; }
  void cancel() {
    {
      const std::lock_guard held{mutex_};
      cancelled_ = true;
    }
    changed_.notify_one();
  }
  void credit(std::uint32_t pieces) {
    {
      const std::lock_guard held{mutex_};
      credit_ += pieces;
      was_asked_ = true;
    }
    changed_.notify_one();
  }

 private:
  void run() {
    try {
      make();
    } catch (const std::exception& thrown) {
      end_with(std::string{"the capture failed: "} + thrown.what());
    }
    ended_ = true;
  }

  void make() {
    if (of_.streams_ == nullptr) return end_with(no_stream_store);
    if (auto found = find_streams(); !found) return end_with(found.error().message);
    if (is_cancelled()) return;
    if (streams_.empty()) return end_with({});
    piece_.ready = true;
    say();
    piece_.ready = false;
    traffic::pcapng_options about;
    about.comment = "node " + of_.node_;
    if (!asked_.query.empty()) about.comment += ", streams that match: " + asked_.query;
    about.comment = std::string{cut_utf8(about.comment, 8'192)};
    about.names.assign(names_.begin(), names_.end());
    auto made = traffic::cut_pcapng(
        *of_.streams_, streams_, [this](traffic::byte_view bytes) { return put(bytes); }, about);
    if (is_cancelled()) return;
    if (late_) return end_with("the hub took nothing for too long");
    // What was deleted since it was found is no error: the file ends before it.
    if (!made && !(made.error() == errc::not_found)) return end_with(made.error().message);
    end_with({});
  }

  result<void> find_streams() {
    if (asked_.query.empty()) {
      for (const auto& each : of_.streams_->streams()) {
        const bool overlaps =
            (!asked_.from || each.last >= *asked_.from) && (!asked_.until || each.first < *asked_.until);
        if (overlaps) streams_.insert(each.number);
      }
    }
    if (of_.with_.items == nullptr)
      return asked_.query.empty() ? result<void>{} : fail(errc::not_found, no_item_store);
    // Without a filter too: items know the names of addresses.
    std::set<std::uint64_t> seen;
    auto last_sign = clock::now();
    bool too_many = false;
    auto found = for_each_match(
        {asked_.query, asked_.from, asked_.until, asked_.now}, of_.with_,
        [&](const traffic::stored_item& one) {
          if (seen.count(one.stream) != 0) return false;
          too_many = seen.size() == of_.limits_.streams;
          return !too_many;
        },
        [&](const traffic::stored_item& one, const json& document) {
          seen.insert(one.stream);
          if (!asked_.query.empty() && of_.streams_->contains(one.stream)) streams_.insert(one.stream);
          take_names(document, names_);
        },
        [&] {
          if (const auto now = clock::now(); now - last_sign >= of_.limits_.sign_of_life) {
            last_sign = now;
            say();
          }
          return !too_many && !is_cancelled();
        });
    if (found && too_many && !asked_.query.empty())
      return fail(errc::too_large,
                  "more than " + std::to_string(seen.size()) + " streams match; ask for fewer of them");
    return found;
  }

  /// Takes a part of the file, which is whole blocks, and sends it in pieces.
  bool put(traffic::byte_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += protocol::max_piece_bytes) {
      if (!wait_for_credit()) return false;
      const auto end = std::min(bytes.size(), at + protocol::max_piece_bytes);
      ++piece_.number;
      piece_.bytes.bytes.assign(bytes.data() + at, bytes.data() + end);
      say();
      piece_.bytes.bytes.clear();
    }
    return true;
  }

  bool wait_for_credit() {
    std::unique_lock held{mutex_};
    while (!cancelled_ && credit_ == 0 && !late_) {
      was_asked_ = false;
      // A credit of nothing is a sign that the hub still waits for its turn.
      late_ = !changed_.wait_for(held, of_.limits_.patience,
                                 [this] { return cancelled_ || credit_ > 0 || was_asked_; });
    }
    if (late_ || cancelled_) return false;
    --credit_;
    return true;
  }

  void end_with(std::string error) {
    if (is_cancelled()) return;
    if (piece_.number > 0) ++piece_.number;
    piece_.ready = false;
    piece_.bytes.bytes.clear();
    piece_.last = true;
    piece_.error = std::move(error);
    say();
  }

  void say() {
    piece_.id = asked_.id;
    of_.say_(piece_);
  }

  bool is_cancelled() {
    const std::lock_guard held{mutex_};
    return cancelled_;
  }

  capture_queries& of_;
  const protocol::capture_query asked_;
  protocol::capture_piece piece_;
  std::set<std::uint64_t> streams_;
  std::map<ip_address, std::string> names_;
  bool late_ = false;
  std::atomic<bool> ended_{false};

  std::mutex mutex_; ///< Guards what follows.
  std::condition_variable changed_;
  std::uint64_t credit_ = 0;
  bool was_asked_ = false; ///< The hub has given credit since, if only none.
  bool cancelled_ = false;
  std::thread thread_; ///< Last: it uses all of the above.
};

capture_queries::capture_queries(search_tools with, const traffic::stream_store* streams, std::string node,
                                 capture_limits limits, std::function<void(protocol::message)> say)
    : with_{with}, streams_{streams}, node_{std::move(node)}, limits_{limits}, say_{std::move(say)} {}

capture_queries::~capture_queries() { stop(); }

void capture_queries::ask(const protocol::capture_query& what) {
  {
    const std::lock_guard held{mutex_};
    if (ending_ || captures_.count(what.id) != 0) return;
    for (auto it = captures_.begin(); it != captures_.end();)
      it = it->second->has_ended() ? captures_.erase(it) : std::next(it);
    if (captures_.size() < limits_.captures) {
      captures_.emplace(what.id, std::make_unique<capture>(*this, what));
      return;
    }
  }
  protocol::capture_piece busy;
  busy.id = what.id;
  busy.last = true;
  busy.error = "this node makes as many captures at a time as it takes; ask again later";
  say_(std::move(busy));
}

void capture_queries::credit(const protocol::capture_credit& what) {
  const std::lock_guard held{mutex_};
  if (const auto found = captures_.find(what.id); found != captures_.end())
    found->second->credit(what.pieces);
}

void capture_queries::cancel(std::uint64_t id) {
  const std::lock_guard held{mutex_};
  if (const auto found = captures_.find(id); found != captures_.end()) found->second->cancel();
}

void capture_queries::cancel_all() {
  const std::lock_guard held{mutex_};
  for (auto& [id, each] : captures_)
    each->cancel();
}

void capture_queries::stop() {
  decltype(captures_) all;
  {
    const std::lock_guard held{mutex_};
    ending_ = true;
    all.swap(captures_);
  }
  for (auto& [id, each] : all)
    each->cancel();
  all.clear(); // waits
}

} // namespace remora::worker
