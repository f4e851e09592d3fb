#include "worker/ordered_records.hpp"

#include <tuple>

namespace remora::worker {

class ordered_records::script_lane final : public actors::record_lane {
 public:
  script_lane(ordered_records& all, std::size_t script) : all_{all}, script_{script} {}

  void console(console_line line) override {
    const position at{round_, to_unix_ns(line.time)};
    const std::size_t bytes = sizeof(record) + line.text.size();
    all_.put(script_, {at, std::move(line), bytes});
  }

  void job(job_run run, timestamp at) override {
    std::size_t bytes = sizeof(record) + run.result_json.size() + run.error.size();
    for (const std::string& line : run.console)
      bytes += line.size();
    all_.put(script_, {{round_, to_unix_ns(at)}, std::move(run), bytes});
  }

  void clear_console(timestamp at) override {
    all_.put(script_, {{round_, to_unix_ns(at)}, clear_screen{}, sizeof(record)});
  }

  void enter_round(std::uint64_t number) override {
    round_ = number;
    all_.enter_round(script_, number);
  }

 private:
  ordered_records& all_;
  std::size_t script_;
  std::uint64_t round_ = 0;
};

ordered_records::ordered_records(record_sink& sink, std::size_t scripts, bool with_items)
    : sink_{sink}, scripts_{scripts}, lanes_(scripts + (with_items ? 1 : 0)) {
  // Items begin with the first round after those in which scripts load.
  if (with_items) lanes_[scripts].round = scripts + 1;
  for (std::size_t i = 0; i < scripts; ++i)
    handles_.push_back(std::make_shared<script_lane>(*this, i));
}

std::shared_ptr<actors::record_lane> ordered_records::lane(std::size_t script) const {
  return handles_.at(script);
}

void ordered_records::put(std::size_t script, record made) {
  std::unique_lock lock{mutex_};
  lane_state& lane = lanes_[script];
  // The lane that is furthest behind can always send, so somebody always moves on.
  room_.wait(lock, [&] { return lane.closed || lane.waiting_bytes < max_waiting_bytes; });
  if (lane.closed) return;
  lane.waiting_bytes += made.bytes;
  lane.waiting.push_back(std::move(made));
  send_all();
}

void ordered_records::enter_round(std::size_t script, std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  lanes_[script].round = number;
  if (lanes_.size() > 1) send_all();
}

void ordered_records::close(std::size_t script) {
  const std::lock_guard lock{mutex_};
  lanes_[script].closed = true;
  room_.notify_all();
  send_all();
}

void ordered_records::items(std::uint64_t round, const item_batch_ptr& all) {
  for (std::size_t i = 0; all && i < all->size(); ++i) {
    const item& one = (*all)[i];
    const std::size_t bytes = sizeof(record) + sizeof(item) + (one.request ? one.request->footprint() : 0) +
                              (one.response ? one.response->footprint() : 0);
    put(scripts_, {{round, to_unix_ns(one.completed)}, one_item{all, i}, bytes});
  }
  enter_round(scripts_, round + 1);
}

void ordered_records::close_items() { close(scripts_); }

/// Of what was made at one time, items go first.
std::size_t ordered_records::rank(std::size_t lane) const noexcept { return lane == scripts_ ? 0 : lane + 1; }

/// True when no other script can still make a record that belongs before this script's first waiting one.
bool ordered_records::may_go(std::size_t script) const {
  const position& mine = lanes_[script].waiting.front().at;
  for (std::size_t other = 0; other < lanes_.size(); ++other) {
    const lane_state& lane = lanes_[other];
    if (other == script) continue;
    if (!lane.waiting.empty()) {
      const position& theirs = lane.waiting.front().at;
      if (std::make_tuple(theirs.round, theirs.clock_ns, rank(other)) <
          std::make_tuple(mine.round, mine.clock_ns, rank(script)))
        return false;
    } else if (!lane.closed && lane.round <= mine.round) {
      return false; // it is still in this round, or before it
    }
  }
  return true;
}

bool ordered_records::send_next() {
  for (std::size_t script = 0; script < lanes_.size(); ++script) {
    lane_state& lane = lanes_[script];
    if (lane.waiting.empty() || !may_go(script)) continue;
    // Off the list before it goes out: a sink that throws gets no record twice.
    const record made = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    lane.waiting_bytes -= made.bytes;
    send(made);
    return true;
  }
  return false;
}

void ordered_records::send_all() {
  bool sent = false;
  while (send_next())
    sent = true;
  if (sent) room_.notify_all();
}

void ordered_records::send(const record& made) {
  if (const auto* line = std::get_if<console_line>(&made.what)) {
    sink_.console(*line);
  } else if (const auto* run = std::get_if<job_run>(&made.what)) {
    sink_.job(*run);
  } else if (const auto* found = std::get_if<one_item>(&made.what)) {
    sink_.item((*found->batch)[found->index]);
  } else {
    sink_.clear_console();
  }
}

} // namespace remora::worker
