#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/send.hpp>
#include <caf/typed_response_promise.hpp>
#include <gmock/gmock.h>

#include "tests/support/deterministic_test.hpp"
#include "tests/support/frame_builder.hpp"
#include "worker/conductor.hpp"

namespace remora::worker::test {

inline constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;
inline timestamp at_ms(std::int64_t milliseconds) {
  return from_unix_ns(start_ns + milliseconds * 1'000'000);
}

/// Packets at given milliseconds, each of 54 bytes, and what else reading may meet.
struct fake_source final : traffic::packet_source {
  explicit fake_source(std::vector<std::int64_t> at) : times{std::move(at)} {}

  result<traffic::read_status> read(traffic::frame_handler& handler, std::size_t max_frames,
                                    milliseconds) override {
    ++reads;
    most_asked_for = std::max(most_asked_for, max_frames);
    if (on_read) on_read(reads);
    std::size_t delivered = 0;
    for (; next < times.size() && delivered < std::min(max_frames, most_at_once); ++delivered, ++next) {
      traffic::frame made;
      made.time = at_ms(times[next]);
      const auto& bytes = next < contents.size() ? contents[next] : content;
      made.wire_length = static_cast<std::uint32_t>(bytes.size());
      made.link = traffic::link_type::ethernet;
      made.bytes = {bytes.data(), bytes.size()};
      handler.on_frame(made);
    }
    received += delivered;
    if (next < times.size() || never_ends)
      return delivered > 0 ? traffic::read_status::more : traffic::read_status::idle;
    if (failure) return tl::unexpected<error>(*failure);
    return traffic::read_status::end;
  }

  traffic::source_counters counters() override {
    traffic::source_counters all;
    all.received = received;
    return all;
  }
  const std::vector<error>& damage() const override { return damages; }

  std::vector<std::int64_t> times;
  std::size_t most_at_once = SIZE_MAX;
  bool never_ends = false; ///< A live source.
  std::optional<error> failure;
  std::vector<error> damages;
  std::function<void(int)> on_read; ///< With the number of the call.
  int reads = 0;
  std::size_t most_asked_for = 0;
  std::size_t next = 0;
  std::uint64_t received = 0;
  std::vector<remora::test::bytes> contents; ///< Of the first packets; the others have `content`.
  remora::test::bytes content =
      remora::test::ethernet(remora::test::ether_ipv4, remora::test::ipv4({}, remora::test::tcp({}, {})));
};

/// A script that does as it is told by a test.
struct fake_script {
  using promise = caf::typed_response_promise<actors::round_done_ptr>;

  std::size_t index = 0;
  bool wants_packets = true;
  bool holds = false;                         ///< Rounds are answered when let_answer() says so.
  timestamp handled_until = timestamp::min(); ///< What it says when it finishes.
  std::function<void(const actors::round&, actors::round_done&)> says;
  std::vector<actors::round_ptr> rounds;
  std::vector<actors::script_start> starts;
  std::vector<protocol::job_order> orders;
  std::deque<std::pair<promise, actors::round_done_ptr>> held;

  /// Times of the packets it was given, in milliseconds.
  std::vector<std::int64_t> packets() const {
    std::vector<std::int64_t> all;
    for (const actors::round_ptr& work : rounds) {
      if (!work->packets || !wants_packets) continue;
      for (const packet_info& packet : *work->packets)
        all.push_back((packet.timestamp_ns - start_ns) / 1'000'000);
    }
    return all;
  }
  /// Where the clock of each round goes, in milliseconds.
  std::vector<std::int64_t> untils() const {
    std::vector<std::int64_t> all;
    for (const actors::round_ptr& work : rounds)
      all.push_back((to_unix_ns(work->until) - start_ns) / 1'000'000);
    return all;
  }
  /// "round:tag" of each command it was given, rounds counted from 1.
  std::vector<std::string> commands() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      for (const actors::job_command& command : rounds[i]->commands)
        all.push_back(std::to_string(i + 1) + ':' + command.tag);
    }
    return all;
  }

  promise take(promise answer, const actors::round_ptr& work) {
    rounds.push_back(work);
    auto done = std::make_shared<actors::round_done>();
    done->script = index;
    done->number = work->number;
    done->next_due = timestamp::max();
    if (says) says(*work, *done);
    if (holds) {
      held.emplace_back(answer, std::move(done));
    } else {
      answer.deliver(actors::round_done_ptr{std::move(done)});
    }
    return answer;
  }
  /// Only while its actor is at work: an answer is sent from there.
  void answer() {
    if (held.empty()) return;
    auto [waiting, done] = std::move(held.front());
    held.pop_front();
    waiting.deliver(std::move(done));
  }
};

inline actors::script_actor::behavior_type fake_script_behavior(actors::script_actor::pointer self,
                                                                fake_script* script) {
  return {
      [](atom::load) -> actors::load_report_ptr { return std::make_shared<const actors::load_report>(); },
      [script](atom::prepare) -> actors::load_report_ptr {
        auto report = std::make_shared<actors::load_report>();
        report->wants_packets = script->wants_packets;
        return report;
      },
      [script](const actors::script_start_ptr& how) { script->starts.push_back(*how); },
      [script](const actors::job_order_ptr& order) { script->orders.push_back(*order); },
      [self, script](const actors::round_ptr& work) {
        return script->take(self->make_response_promise<actors::round_done_ptr>(), work);
      },
      [](const actors::hub_call_ptr&) { return atom::done::value; },
      [](const actors::screening_ptr&) { return actors::screened_ptr{}; },
      [script](atom::wake) { script->answer(); },
      [script](atom::finish, bool) -> actors::script_tally_ptr {
        auto tally = std::make_shared<actors::script_tally>();
        tally->handled_until = script->handled_until;
        return tally;
      },
  };
}

/// A conductor with fake scripts and a fake source, message by message.
class conductor_test : public remora::test::deterministic_test {
 public:
  ~conductor_test() override {
    for (const auto& script : scripts)
      script->held.clear();
    for (const auto& handle : handles)
      caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    if (reader) caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
    run();
  }

 protected:
  conductor_test() : source{std::make_unique<fake_source>(std::vector<std::int64_t>{})} {
    parts.start = at_ms(0);
    parts.stop = &stop;
  }

  fake_script& add_script(bool wants_packets = true) {
    fake_script& made = make_script(scripts.size(), wants_packets);
    script_slot slot;
    slot.handle = handles.back();
    slot.wants_packets = wants_packets;
    parts.scripts.push_back(slot);
    return made;
  }
  /// One that the conductor does not know yet.
  fake_script& make_script(std::size_t index, bool wants_packets = true) {
    auto made = std::make_unique<fake_script>();
    made->index = index;
    made->wants_packets = wants_packets;
    handles.push_back(sys.spawn(fake_script_behavior, made.get()));
    scripts.push_back(std::move(made));
    return *scripts.back();
  }
  /// The script of slot `leaves` goes, the one made last comes into slot `joins`.
  void change(std::vector<std::size_t> leaves, std::optional<std::size_t> joins,
              std::vector<std::string> tags = {}) {
    auto change = std::make_shared<script_change>();
    change->leave = std::move(leaves);
    if (joins)
      change->join.push_back(
          {*joins, handles.back(), scripts.back()->wants_packets, false, false, std::move(tags)});
    caf::anon_send(reader, script_change_ptr{std::move(change)});
  }

  /// `count` packets, one a millisecond.
  void set_packets(std::size_t count) {
    source->times.clear();
    for (std::size_t i = 0; i < count; ++i)
      source->times.push_back(static_cast<std::int64_t>(i));
  }

  template <class Behavior>
  void start(Behavior behavior, std::uint64_t lag) {
    const std::size_t count = scripts.size();
    parts.scope = std::make_shared<actors::process_scope>(count, actors::process_scope::publish::on_merge);
    parts.exchange = actors::job_exchange{count, lag};
    parts.batcher = std::make_unique<packet_batcher>();
    parts.source = std::move(source);
    parts.on_lost = [this](std::size_t script) { told_lost.push_back(script); };
    parts.client = caf::actor_cast<caf::actor>(self);
    reader = sys.spawn(behavior, std::make_shared<conductor_parts>(std::move(parts)));
  }

  /// The report, when it has come.
  capture_report_ptr report() {
    capture_report_ptr given;
    self->receive([&](const capture_report_ptr& made) { given = made; },
                  caf::after(std::chrono::seconds{0}) >> [] {});
    return given;
  }

  /// A script that holds back its answers gives the oldest.
  void let_answer(std::size_t script) { caf::anon_send(handles[script], atom::wake::value); }

  /// What the conductor said of scripts that left: slot and dropped events.
  std::vector<std::pair<std::size_t, std::uint64_t>> left() {
    std::vector<std::pair<std::size_t, std::uint64_t>> all;
    bool more = true;
    while (more) {
      self->receive([&](const script_left_ptr& said) { all.emplace_back(said->index, said->dropped_events); },
                    caf::after(std::chrono::seconds{0}) >> [&] { more = false; });
    }
    return all;
  }

  void lose(std::size_t script) {
    caf::anon_send(reader, std::make_shared<const actors::script_lost>(actors::script_lost{script}));
  }

  stop_flag stop{false};
  conductor_parts parts;
  std::unique_ptr<fake_source> source;
  std::vector<std::unique_ptr<fake_script>> scripts;
  std::vector<actors::script_actor> handles;
  std::vector<std::size_t> told_lost;
  conductor reader;
};

} // namespace remora::worker::test
