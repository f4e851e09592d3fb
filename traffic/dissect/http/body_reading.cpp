// How message_reader reads bodies. Source: RFC 9112, sections 6 and 7.

#include <algorithm>
#include <utility>

#include "traffic/dissect/http/message_reader.hpp"

namespace remora::traffic::http {

namespace {

constexpr std::uint8_t most_digits = 15; ///< Of a chunk's size: its sums stay far below 2^64.
constexpr std::size_t longest_extension = 16 * 1024;
constexpr std::size_t longest_trailers = 64 * 1024;

int hex_digit(char c) noexcept {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view take(std::string_view& rest, std::uint64_t most) noexcept {
  const std::size_t count = most < rest.size() ? static_cast<std::size_t>(most) : rest.size();
  const std::string_view taken = rest.substr(0, count);
  rest.remove_prefix(count);
  return taken;
}

} // namespace

void message_reader::store(std::string_view& rest) {
  size_ += rest.size();
  part_->append(rest, with_.body_limit());
  rest = {};
}

void message_reader::read_length(std::string_view& rest, timestamp time) {
  std::string_view taken = take(rest, remaining_);
  remaining_ -= taken.size();
  store(taken);
  if (remaining_ == 0) complete(time);
}

void message_reader::read_chunk_size(std::string_view& rest, timestamp time) {
  while (!rest.empty()) {
    const char c = rest.front();
    const int digit = hex_digit(c);
    rest.remove_prefix(1);
    ++size_;
    if (digit >= 0 && digits_ < most_digits) {
      remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
      ++digits_;
      continue;
    }
    if (digits_ == 0 || digit >= 0) return break_off(time, "not the size of a chunk");
    if (c == '\n') return end_chunk_size(time);
    if (c != '\r' && c != ';' && c != ' ' && c != '\t') return break_off(time, "not the size of a chunk");
    phase_ = phase::chunk_extension;
    extension_size_ = 0;
    return;
  }
}

void message_reader::read_chunk_extension(std::string_view& rest, timestamp time) {
  const std::size_t end = rest.find('\n');
  const std::size_t room = longest_extension - extension_size_;
  const std::size_t wanted = end == std::string_view::npos ? rest.size() : end + 1;
  if (wanted > room) {
    size_ += room;
    rest.remove_prefix(room);
    return break_off(time, "the extension of a chunk is longer than 16 KiB");
  }
  size_ += wanted;
  rest.remove_prefix(wanted);
  extension_size_ += static_cast<std::uint32_t>(wanted);
  if (end != std::string_view::npos) end_chunk_size(time);
}

void message_reader::end_chunk_size(timestamp /*time*/) {
  digits_ = 0;
  extension_size_ = 0;
  phase_ = remaining_ == 0 ? phase::trailers : phase::chunk_data;
  searched_ = 0; // in trailers: where the line begins
}

void message_reader::read_chunk_data(std::string_view& rest) {
  std::string_view taken = take(rest, remaining_);
  remaining_ -= taken.size();
  store(taken);
  if (remaining_ == 0) phase_ = phase::chunk_end;
}

void message_reader::read_chunk_end(std::string_view& rest, timestamp time) {
  const char c = rest.front();
  rest.remove_prefix(1);
  ++size_;
  if (c == '\n') {
    extension_size_ = 0;
    phase_ = phase::chunk_size;
    return;
  }
  if (c != '\r' || extension_size_ != 0) return break_off(time, "a chunk is longer than its size");
  extension_size_ = 1; // the CR was seen
}

void message_reader::read_trailers(std::string_view& rest, timestamp time) {
  const std::size_t end = rest.find('\n');
  const std::size_t wanted = end == std::string_view::npos ? rest.size() : end + 1;
  const std::size_t room = longest_trailers - held_.size();
  const std::string_view taken = take(rest, std::min(wanted, room));
  held_.append(taken);
  size_ += taken.size();
  if (taken.size() < wanted) return break_off(time, "the trailers are longer than 64 KiB");
  if (end == std::string_view::npos) return;
  const std::string_view line = std::string_view{held_}.substr(searched_);
  if (line != "\n" && line != "\r\n") {
    searched_ = held_.size();
    return;
  }
  held_.resize(searched_);
  if (!held_.empty()) part_->set_trailers(std::move(held_));
  complete(time);
}

void message_reader::lose_in_body(std::uint64_t missing_bytes, timestamp time) {
  part_->lose(missing_bytes);
  size_ += missing_bytes;
  gap_ = true;
  if (phase_ == phase::until_close) return;
  remaining_ -= missing_bytes;
  if (remaining_ != 0) return;
  if (phase_ == phase::length) return complete(time);
  phase_ = phase::chunk_end;
}

} // namespace remora::traffic::http
