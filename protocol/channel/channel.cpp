#include "protocol/channel/channel.hpp"

#include <algorithm>

namespace remora::protocol {

namespace {

tl::unexpected<error> refuse(const std::string& why) {
  return fail(errc::invalid_frame, "a frame of a channel was refused: " + why);
}

} // namespace

channel::channel(std::uint64_t incarnation, const channel_settings& settings, stream_position remembered)
    : settings_{settings.within_bounds()},
      incarnation_{std::clamp<std::uint64_t>(incarnation, 1, max_stream_number)},
      sending_{settings_, counters_},
      receiving_{settings_, counters_, remembered} {}

void channel::connected(moment now) {
  connected_ = true;
  ask_ = true;
  acknowledge_by(now);
  sending_.restart(now);
}

/// Everything that can be wrong with a frame as such is found here, before any of it is believed.
result<channel_frame> channel::check(std::string_view bytes) const {
  auto frame = decode_channel_frame(bytes);
  if (!frame) return frame;
  if (frame->payload.size() > settings_.payload_bytes) {
    return refuse("its message of " + std::to_string(frame->payload.size()) +
                  " bytes is larger than the limit of " + std::to_string(settings_.payload_bytes) +
                  "; both ends need the same limit");
  }
  return frame;
}

result<void> channel::receive(std::string_view bytes, moment now) {
  const auto frame = check(bytes);
  if (!frame) {
    ++counters_.refused_frames;
    return tl::unexpected<error>(frame.error());
  }
  if (frame->incarnation < receiving_.incarnation()) {
    ++counters_.stale_frames;
    // A peer that came back with an old disk learns from the report why it is not heard.
    acknowledge_by(now + settings_.ack_delay);
    return {};
  }
  if (frame->incarnation > receiving_.incarnation()) {
    const bool known = receiving_.incarnation() != 0;
    receiving_.begin(frame->incarnation, frame->floor);
    if (known) sending_.restart(now); // what it held in memory is gone
  } else {
    receiving_.skip_to(frame->floor);
  }
  if (frame->report) take_report(*frame->report, now);
  if (frame->number) take_data(*frame, now);
  if (frame->asks) acknowledge_by(now);
  return {};
}

/// A report that cannot be true says nothing about the message beside it: the other direction must not stop
/// because this one is confused.
void channel::take_report(const channel_report& report, moment now) {
  if (report.incarnation != incarnation_) {
    ++counters_.stale_reports;
    if (report.incarnation > incarnation_) {
      outranked_by_ = std::max(outranked_by_.value_or(0), report.incarnation);
    }
  } else if (!sending_.is_plausible(report)) {
    ++counters_.refused_reports;
  } else {
    sending_.learn(report, now);
  }
}

void channel::take_data(const channel_frame& frame, moment now) {
  const auto intake = receiving_.take(*frame.number, frame.payload);
  ++frames_since_report_;
  const bool urgent = intake == receive_window::intake::gap || frames_since_report_ >= settings_.ack_every;
  acknowledge_by(urgent ? now : now + settings_.ack_delay);
}

result<void> channel::confirm(stream_position at, moment now) {
  auto news = receiving_.confirm(at);
  if (!news) return pass_on(std::move(news));
  if (*news) acknowledge_by(now + settings_.ack_delay);
  return {};
}

void channel::acknowledge_by(moment when) noexcept {
  acknowledge_at_ = acknowledge_at_ ? std::min(*acknowledge_at_, when) : when;
}

std::optional<std::string> channel::poll(moment now) {
  if (!connected_) return std::nullopt;
  sending_.expire(now);
  if (const auto number = sending_.take_next(now)) return make_frame(number, ask_);
  const bool question = sending_.is_question_due(now);
  if (question) sending_.asked(now);
  if (!question && !(acknowledge_at_ && *acknowledge_at_ <= now)) return std::nullopt;
  ++counters_.acks_alone;
  return make_frame(std::nullopt, question || ask_);
}

/// Every frame carries the report, for the sixteen bytes it costs; the list of ranges takes a walk through
/// the buffer, so it comes along only when there is news.
std::string channel::make_frame(std::optional<std::uint64_t> number, bool asks) {
  channel_frame frame;
  frame.incarnation = incarnation_;
  frame.floor = sending_.floor();
  frame.asks = asks;
  frame.report = receiving_.report(acknowledge_at_.has_value());
  frame.number = number;
  if (number) frame.payload = sending_.payload(*number);
  ask_ = false;
  acknowledge_at_.reset();
  frames_since_report_ = 0;
  return encode(frame);
}

std::optional<moment> channel::next_deadline() const noexcept {
  if (!connected_) return std::nullopt;
  const auto resend = sending_.deadline();
  if (!resend) return acknowledge_at_;
  return acknowledge_at_ ? std::min(*acknowledge_at_, *resend) : resend;
}

} // namespace remora::protocol
