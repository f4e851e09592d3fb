#include "traffic/dissect/http/message.hpp"

#include <algorithm>
#include <cstring>

namespace remora::traffic::http {

std::unique_ptr<message> message::make(message_kind kind, std::string_view head, const start_line& line,
                                       std::string_view body) {
  return std::unique_ptr<message>{new (head.size() + body.size()) message{kind, head, line, body}};
}

message::message(message_kind kind, std::string_view head, const start_line& line,
                 std::string_view body) noexcept
    : body_size_{body.size()},
      line_{line},
      head_size_{static_cast<std::uint32_t>(head.size())},
      inline_body_size_{static_cast<std::uint32_t>(body.size())},
      kind_{kind} {
  char* to = reinterpret_cast<char*>(this + 1);
  if (!head.empty()) std::memcpy(to, head.data(), head.size());
  if (!body.empty()) std::memcpy(to + head.size(), body.data(), body.size());
}

shaped message::members() const noexcept {
  return {kind_ == message_kind::request ? &request_shape : &response_shape, this};
}

std::size_t message::footprint() const noexcept {
  std::size_t total = sizeof *this + head_size_ + inline_body_size_;
  if (late_) total += sizeof *late_ + late_->body.capacity() + late_->trailers.capacity();
  return total;
}

message::late_parts& message::late() {
  if (!late_) late_ = std::make_unique<late_parts>();
  return *late_;
}

void message::append(std::string_view bytes, std::size_t limit) {
  body_size_ += bytes.size();
  if (truncated_) return;
  std::string& kept = late().body;
  const std::size_t room = limit - std::min(limit, kept.size());
  kept.append(bytes.substr(0, room));
  truncated_ = bytes.size() > room;
}

void message::lose(std::uint64_t bytes) noexcept {
  body_size_ += bytes;
  truncated_ = true;
}

void message::set_trailers(std::string&& lines) { late().trailers = std::move(lines); }

void message::close(bool is_cut, std::uint64_t true_size) {
  if (is_cut) truncated_ = true;
  if (true_size != 0) body_size_ = true_size;
  // A string that grew by doubling holds up to twice what is in it.
  if (late_ && late_->body.capacity() > late_->body.size() + late_->body.size() / 4)
    late_->body.shrink_to_fit();
}

std::string_view message::fields() const noexcept {
  const std::size_t line_end = head().find('\n');
  if (line_end == std::string_view::npos) return {};
  return head().substr(line_end + 1);
}

std::string_view message::trailers() const noexcept {
  return late_ ? std::string_view{late_->trailers} : std::string_view{};
}

std::string_view message::body() const noexcept {
  if (late_) return late_->body;
  return {bytes() + head_size_, inline_body_size_};
}

} // namespace remora::traffic::http
