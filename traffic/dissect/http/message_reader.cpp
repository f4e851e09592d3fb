#include "traffic/dissect/http/message_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace remora::traffic::http {

namespace {

/// A header block that is longer is not read on.
constexpr std::size_t longest_head = 256 * 1024;
/// While searching: a line that is longer begins no message.
constexpr std::size_t longest_searched = 8 * 1024;
/// What a client may say behind a CONNECT that nobody answered.
constexpr std::size_t most_held = 64 * 1024;
/// Capacity that a reader keeps between messages.
constexpr std::size_t kept_capacity = 4096;

std::string missing_text(std::uint64_t bytes) { return std::to_string(bytes) + " bytes were missing"; }

request_kind kind_of(std::string_view method, const start_line& line) noexcept {
  if (line.is_simple()) return request_kind::simple;
  if (method == "HEAD") return request_kind::head;
  if (method == "CONNECT") return request_kind::connect;
  return request_kind::ordinary;
}

bool is_success(std::uint16_t status) noexcept { return status / 100 == 2; }

} // namespace

void message_reader::read(std::string_view& rest, timestamp time) {
  switch (phase_) {
    case phase::start:
      return read_start(rest);
    case phase::head:
      return read_head(rest, time);
    case phase::held:
      return hold(rest);
    case phase::search:
      return search(rest);
    case phase::lost:
      return find_segment(rest);
    case phase::length:
      return read_length(rest, time);
    case phase::chunk_size:
      return read_chunk_size(rest, time);
    case phase::chunk_extension:
      return read_chunk_extension(rest, time);
    case phase::chunk_data:
      return read_chunk_data(rest);
    case phase::chunk_end:
      return read_chunk_end(rest, time);
    case phase::trailers:
      return read_trailers(rest, time);
    case phase::until_close:
      return store(rest);
  }
}

void message_reader::read_start(std::string_view& rest) noexcept {
  // Empty lines before a message are to be ignored: RFC 9112, section 2.2.
  const std::size_t begin = rest.find_first_not_of("\r\n");
  rest.remove_prefix(std::min(begin, rest.size()));
  if (!rest.empty()) phase_ = phase::head;
}

std::optional<start_line> message_reader::parse_line(std::string_view line) const noexcept {
  return is_request() ? parse_request_line(line) : parse_status_line(line);
}

bool message_reader::begins_message(std::string_view line) const noexcept {
  return is_request() ? is_full_request_line(line) : parse_status_line(line).has_value();
}

message_reader::line_state message_reader::read_start_line(std::string_view text, std::size_t& line_bytes) {
  const std::size_t end = text.find('\n', searched_);
  if (end == std::string_view::npos) {
    searched_ = line_bytes = text.size();
    const bool possible = is_request() ? may_become_request_line(text) : may_become_status_line(text);
    return possible && text.size() < longest_head ? line_state::incomplete : line_state::bad;
  }
  line_bytes = end + 1;
  line_ = parse_line(without_cr(text.substr(0, end)));
  if (!line_) return line_state::bad;
  scanner_.begin(end + 1);
  if (is_request()) place_.number = with_.request_begins(kind_of(text.substr(0, line_->method_size), *line_));
  return line_state::good;
}

void message_reader::read_head(std::string_view& rest, timestamp time) {
  const std::size_t before = held_.size();
  if (before != 0) held_.append(rest);
  const std::string_view text = (before == 0 ? rest : std::string_view{held_}).substr(0, longest_head);
  if (!line_) {
    std::size_t line_bytes = 0;
    const line_state state = read_start_line(text, line_bytes);
    if (state == line_state::bad) return refuse_line(rest, line_bytes, before, time);
    if (state == line_state::incomplete) {
      if (before == 0) held_.assign(rest);
      rest = {};
      return;
    }
  }
  if (!scanner_.scan(text)) {
    if (before == 0) held_.assign(text);
    if (text.size() < longest_head) {
      rest = {};
      return;
    }
    rest.remove_prefix(longest_head - before);
    held_.resize(longest_head);
    give_up_head(time, item_trouble::dissection, "the header block is longer than 256 KiB");
    with_.in_doubt();
    phase_ = phase::search;
    return;
  }
  rest.remove_prefix(scanner_.size() - before);
  take_head(text.substr(0, scanner_.size()), rest, time);
}

/// @param bad_bytes What is no start line: a whole line, or as much as had to be seen of it.
void message_reader::refuse_line(std::string_view& rest, std::size_t bad_bytes, std::size_t held_bytes,
                                 timestamp time) {
  const char* beginning = held_bytes == 0 ? rest.data() : held_.data();
  const bool is_simple_response = !is_request() && with_.next_request() == request_kind::simple;
  if (is_simple_response) { // RFC 1945, section 6: all that comes is the body
    place_ = with_.response_begins();
    part_ = message::make(message_kind::response, {}, start_line{});
    const std::string all{beginning, bad_bytes};
    rest.remove_prefix(bad_bytes - held_bytes);
    held_.clear();
    phase_ = phase::until_close;
    std::string_view first = all;
    return store(first);
  }
  const bool is_whole_line = beginning[bad_bytes - 1] == '\n';
  const bool gap = gap_;
  rest.remove_prefix(bad_bytes - held_bytes);
  forget();
  // The rest of the line must not be taken for a line of its own.
  if (!is_whole_line) held_.assign(1, '\0');
  phase_ = phase::search;
  with_.not_understood(way_, time, is_request() ? "not a request line" : "not a status line", gap);
}

body_framing message_reader::framing_of(std::string_view head) const noexcept {
  if (line_->is_simple()) return {};
  if (is_request()) return scanner_.framing(head, true);
  const std::uint16_t status = line_->status;
  const bool has_no_body = place_.request == request_kind::head || status < 200 || status == 204 ||
                           status == 304 || (place_.request == request_kind::connect && is_success(status));
  return has_no_body ? body_framing{} : scanner_.framing(head, false);
}

void message_reader::take_head(std::string_view head, std::string_view& rest, timestamp time) {
  if (!is_request()) {
    // Interim responses say nothing of their own, and do not count. After 101 there is nothing else.
    if (line_->status < 200 && line_->status != 101) return forget();
    place_ = with_.response_begins();
  }
  size_ = head.size();
  const bool is_connect =
      is_request() && kind_of(head.substr(0, line_->method_size), *line_) == request_kind::connect;
  const bool leaves =
      !is_request() &&
      (line_->status == 101 || (place_.request == request_kind::connect && is_success(line_->status)));
  frame_body(framing_of(head), head, rest, time);
  if (is_connect && phase_ == phase::start) phase_ = phase::held;
  // From here on the bytes are another protocol's: WebSocket, HTTP/2, whatever a tunnel carries.
  if (leaves) with_.leave_http();
}

void message_reader::frame_body(body_framing framing, std::string_view head, std::string_view& rest,
                                timestamp time) {
  using kind = body_framing::kind;
  const auto part_kind = is_request() ? message_kind::request : message_kind::response;
  if (framing.fault != nullptr)
    trouble_ = std::make_unique<half_trouble>(half_trouble{item_trouble::dissection, framing.fault});
  const bool is_at_hand = framing.how == kind::length && framing.length <= rest.size() &&
                          framing.length <= with_.body_limit() && !framing.unknown;
  const std::size_t at_hand = is_at_hand ? static_cast<std::size_t>(framing.length) : 0;
  part_ = message::make(part_kind, head, *line_, rest.substr(0, at_hand));
  line_.reset();
  held_.clear();
  rest.remove_prefix(at_hand);
  size_ += at_hand;
  if (framing.unknown) {
    complete(time);
    phase_ = phase::search;
    return with_.in_doubt();
  }
  if (framing.how == kind::none || is_at_hand) return complete(time);
  remaining_ = framing.how == kind::length ? framing.length : 0;
  digits_ = 0;
  if (framing.how == kind::length) phase_ = phase::length;
  if (framing.how == kind::chunked) phase_ = phase::chunk_size;
  if (framing.how == kind::until_close) phase_ = phase::until_close;
}

void message_reader::hold(std::string_view& rest) {
  if (held_.size() + rest.size() > most_held) return with_.leave_http(); // it is a tunnel, then
  held_.append(rest);
  rest = {};
}

void message_reader::resume(timestamp time) {
  const std::string waiting = std::move(held_);
  forget();
  std::string_view rest = waiting;
  while (!rest.empty() && !with_.is_over())
    read(rest, time);
}

void message_reader::search(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) {
    const std::size_t room = longest_searched + 1 - std::min(longest_searched + 1, held_.size());
    held_.append(rest.substr(0, room));
    rest = {};
    return;
  }
  const bool is_too_long = held_.size() + end > longest_searched;
  if (held_.empty() && !is_too_long && begins_message(without_cr(rest.substr(0, end)))) {
    phase_ = phase::head;
    return;
  }
  const bool is_split = !held_.empty();
  if (!is_too_long) held_.append(rest.substr(0, end + 1));
  rest.remove_prefix(end + 1);
  if (is_split && !is_too_long &&
      begins_message(without_cr(std::string_view{held_}.substr(0, held_.size() - 1)))) {
    std::size_t line_bytes = 0;
    searched_ = 0;
    read_start_line(held_, line_bytes);
    phase_ = phase::head;
    return;
  }
  held_.clear();
}

void message_reader::find_segment(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\n');
  const bool begins = end != std::string_view::npos && begins_message(without_cr(rest.substr(0, end)));
  if (!begins) {
    rest = {};
    return;
  }
  gap_ = true;
  phase_ = phase::head;
}

void message_reader::on_gap(std::uint64_t missing_bytes, timestamp time, bool other_is_inside) {
  switch (phase_) {
    case phase::length:
    case phase::chunk_data:
      if (missing_bytes > remaining_) break;
      return lose_in_body(missing_bytes, time);
    case phase::until_close:
      return lose_in_body(missing_bytes, time);
    default:
      break;
  }
  gap_ = true;
  const bool has_begun = phase_ >= phase::length;
  if (phase_ == phase::length) { // all of it that was left, and more
    lose_in_body(remaining_, time);
  } else if (has_begun) {
    break_off(time, missing_text(missing_bytes));
  } else if (phase_ == phase::head) {
    give_up_head(time, item_trouble::dissection, missing_text(missing_bytes));
  }
  forget();
  phase_ = phase::lost;
  with_.lost_count(way_, other_is_inside);
}

void message_reader::on_end(stream_end end, timestamp time) {
  if (with_.is_over()) return;
  if (phase_ == phase::head || phase_ >= phase::length) end_inside(end, time);
}

void message_reader::end_inside(stream_end end, timestamp time) {
  const bool was_given_up = end == stream_end::idle || end == stream_end::evicted;
  const item_trouble kind = was_given_up ? item_trouble::timeout : item_trouble::connection;
  const char* why = end == stream_end::reset ? "Reset" : "unexpected EOF";
  const bool is_simple_head = phase_ == phase::head && line_ && line_->is_simple();
  if (end == stream_end::fin && is_simple_head) {
    const std::string head = std::move(held_);
    std::string_view nothing;
    return take_head(head, nothing, time);
  }
  if (phase_ == phase::head) return give_up_head(time, kind, why);
  if (phase_ == phase::until_close && end == stream_end::fin) return complete(time);
  if (end == stream_end::fin && is_refused()) return complete(time);
  complete_cut(time, kind, why);
}

/// A client that waits with its body for the server's consent need not send it when the answer comes instead:
/// RFC 9110, section 10.1.1.
bool message_reader::is_refused() const noexcept {
  const bool awaits_body = phase_ == phase::length || (phase_ == phase::chunk_size && digits_ == 0);
  return is_request() && awaits_body && part_->body_size() == 0 && with_.is_answered(place_.number);
}

/// What came of a head becomes a message when its start line is there, for that much is known of it.
void message_reader::give_up_head(timestamp time, item_trouble kind, std::string why) {
  if (!line_) {
    with_.not_understood(way_, time, std::move(why), gap_);
    return forget();
  }
  if (!is_request()) {
    if (line_->status < 200 && line_->status != 101) return forget();
    place_ = with_.response_begins();
  }
  size_ = held_.size();
  part_ = message::make(is_request() ? message_kind::request : message_kind::response, held_, *line_);
  complete_cut(time, kind, std::move(why));
}

void message_reader::complete(timestamp time) {
  part_->close(false);
  with_.completed(way_, place_.number, std::move(part_), time, size_, gap_, std::move(trouble_));
  forget();
}

void message_reader::complete_cut(timestamp time, item_trouble kind, std::string why) {
  if (!trouble_) trouble_ = std::make_unique<half_trouble>(half_trouble{kind, std::move(why)});
  part_->close(true, phase_ == phase::length ? part_->body_size() + remaining_ : 0);
  with_.completed(way_, place_.number, std::move(part_), time, size_, gap_, std::move(trouble_));
  forget();
}

void message_reader::break_off(timestamp time, std::string why) {
  complete_cut(time, item_trouble::dissection, std::move(why));
  with_.in_doubt();
  phase_ = phase::search;
}

void message_reader::forget() noexcept {
  phase_ = phase::start;
  part_.reset();
  trouble_.reset();
  if (held_.capacity() > kept_capacity) std::string{}.swap(held_);
  held_.clear();
  line_.reset();
  searched_ = 0;
  remaining_ = size_ = 0;
  place_ = {};
  gap_ = false;
}

} // namespace remora::traffic::http
