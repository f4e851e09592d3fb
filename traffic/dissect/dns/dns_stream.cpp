#include "traffic/dissect/dns/dns_stream.hpp"

#include <utility>

namespace remora::traffic {

namespace {

constexpr std::size_t length_bytes = 2;

byte_view view_of(const std::string& bytes) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// Bytes of the message that begins here with its length; 0 when even that is not there.
std::size_t whole_size(byte_view start) noexcept {
  return start.size() < length_bytes ? 0 : length_bytes + load_big16(start.data());
}

void move_bytes(std::string& to, byte_view& from, std::size_t count) {
  const byte_view taken = from.first(count);
  to.append(reinterpret_cast<const char*>(taken.data()), taken.size());
  from = from.skip(count);
}

} // namespace

interest dns_stream_dissector::on_bytes(direction way, byte_view bytes, timestamp time) {
  if (of(way).lost) return now(way);
  while (!bytes.empty()) {
    if (!of(way).begun.empty()) {
      if (!complete_begun(way, bytes, time)) break;
      continue;
    }
    const std::size_t size = whole_size(bytes);
    if (size == 0 || size > bytes.size()) {
      move_bytes(of(way).begun, bytes, bytes.size());
      break;
    }
    on_whole(way, bytes.first(size), time);
    bytes = of(way).lost ? byte_view{} : bytes.skip(size);
  }
  return now(way);
}

/// Adds to the message that has begun. False when there is nothing more to be had of these bytes.
bool dns_stream_dissector::complete_begun(direction way, byte_view& bytes, timestamp time) {
  std::string& begun = of(way).begun;
  if (begun.size() < length_bytes) move_bytes(begun, bytes, length_bytes - begun.size());
  const std::size_t size = whole_size(view_of(begun));
  if (size == 0) return false;
  move_bytes(begun, bytes, size - begun.size());
  if (begun.size() < size) return false;
  const std::string whole = std::exchange(begun, {});
  on_whole(way, view_of(whole), time);
  return !of(way).lost;
}

void dns_stream_dissector::on_whole(direction way, byte_view framed, timestamp time) {
  const byte_view message = framed.skip(length_bytes);
  if (message.size() >= dns_header::size) return talk_.on_message(way, message, framed.size(), false, time);
  // A length that no message has: where the next one begins is anybody's guess.
  talk_.failed(way, message, framed.size(), time, "a DNS message of fewer than 12 bytes");
  of(way).lost = true;
}

interest dns_stream_dissector::now(direction way) noexcept {
  if (!of(way).lost) return interest::bytes;
  return of(opposite(way)).lost ? interest::nothing : interest::end_only;
}

void dns_stream_dissector::abandon(direction way, timestamp time, const char* why) {
  side& one = of(way);
  one.lost = true;
  if (one.begun.empty()) return;
  talk_.failed(way, view_of(one.begun).skip(length_bytes), one.begun.size(), time, why);
  std::string{}.swap(one.begun);
}

interest dns_stream_dissector::on_gap(direction way, std::uint64_t /*missing_bytes*/, timestamp time) {
  abandon(way, time, "bytes of a DNS message are missing");
  talk_.about().give_up();
  return now(way);
}

void dns_stream_dissector::on_end(direction way, stream_end /*end*/, timestamp time) {
  if (!of(way).lost) abandon(way, time, "unexpected EOF");
}

} // namespace remora::traffic
