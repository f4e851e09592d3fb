#include "hub/records/record_intake.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "base/log.hpp"

namespace remora::hub {

namespace {

/// A worker numbers its lines on and on, over all its lives: what is sent again by a later life is known by
/// its number.
constexpr std::uint64_t numbering_of_lines = 0;

} // namespace

void record_intake::take(const std::string& node, protocol::stream_position at,
                         const protocol::message& what) {
  // A record is of the node whose key the connection has, whatever it says itself.
  if (const auto* runs = std::get_if<protocol::job_runs>(&what)) {
    for (const auto& run : runs->runs) {
      gathering_.runs.push_back(run);
      gathering_.runs.back().run.node = node;
    }
  } else if (const auto* lines = std::get_if<protocol::console_lines>(&what)) {
    line_batch mine{numbering_of_lines, lines->lines};
    for (auto& numbered : mine.lines)
      numbered.line.node = node;
    gathering_.lines.push_back(std::move(mine));
  } else if (const auto* dropped = std::get_if<protocol::lines_dropped>(&what)) {
    counters_.lines_dropped += dropped->count;
  }
  gathering_.confirm[node] = at;
  write_next();
}

void record_intake::write(stores& in, const batch& what, timestamp now, outcome& out) {
  auto runs = in.runs.append(what.runs, now);
  if (!runs) {
    out.done = pass_on(std::move(runs));
    return;
  }
  out.runs_new = static_cast<std::uint64_t>(std::count(runs->begin(), runs->end(), true));
  if (what.lines.empty()) return;
  auto lines = in.console.append(what.lines, now);
  if (lines) {
    out.lines = *lines;
  } else {
    out.done = pass_on(std::move(lines));
  }
}

void record_intake::write_next() {
  if (writing_ || gathering_.empty()) return;
  writing_ = std::make_shared<const batch>(std::exchange(gathering_, {}));
  auto out = std::make_shared<outcome>();
  with_.store([what = writing_, now = with_.clock(), out](stores& in) { write(in, *what, now, *out); },
              [this, out] { written(*out); });
}

void record_intake::written(const outcome& came) {
  if (!came.done) {
    ++counters_.failures;
    if (trouble_ != came.done.error().message) {
      trouble_ = came.done.error().message;
      log::error("records-not-stored", "why=", trouble_,
                 " what=nodes keep their records until they are stored");
    }
    waiting_to_retry_ = true;
    return;
  }
  if (!trouble_.empty()) log::info("records-stored-again", "after=", trouble_);
  trouble_.clear();
  const auto done = std::exchange(writing_, nullptr);
  counters_.runs_stored += came.runs_new;
  counters_.runs_repeated += done->runs.size() - came.runs_new;
  counters_.lines_stored += came.lines.stored;
  counters_.lines_repeated += came.lines.repeated;
  for (const auto& [node, at] : done->confirm)
    with_.confirm(node, at);
  if (came.lines.stored > 0 || came.runs_new > 0) with_.stored(came.lines.stored > 0, came.runs_new > 0);
  write_next();
}

void record_intake::try_again() {
  if (!std::exchange(waiting_to_retry_, false)) return;
  auto out = std::make_shared<outcome>();
  with_.store([what = writing_, now = with_.clock(), out](stores& in) { write(in, *what, now, *out); },
              [this, out] { written(*out); });
}

} // namespace remora::hub
