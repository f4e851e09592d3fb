#include "traffic/dissect/dns/dns_likeness.hpp"

#include "traffic/dissect/dns/dns_message.hpp"

namespace remora::traffic {

namespace {

constexpr std::uint16_t dns_port = 53;

bool has_dns_port(const flow_info& flow) noexcept {
  return flow.client.port == dns_port || flow.server.port == dns_port;
}

/// Query, inverse query, status, notify, update, stateful operations.
bool is_known_opcode(unsigned opcode) noexcept { return opcode <= 6 && opcode != 3; }

/// IN, CS, CH, HS, none, any.
bool is_known_class(std::uint16_t klass) noexcept {
  return (klass >= 1 && klass <= 4) || klass == 254 || klass == 255;
}

/// A message whose parts are all there needs no more proof. One that was cut, or has something behind it that
/// cannot be read, has to begin with a usual question.
bool is_plausible(byte_view message) {
  bool usual_question = false;
  const auto what = outline_dns(message, [&](dns_section section, const dns_entry& entry) {
    if (section == dns_section::questions) usual_question = is_known_class(entry.klass);
  });
  if (!what) return false;
  const dns_header& header = what->header;
  if (what->has_all() && what->end == message.size()) {
    // Nothing but a header says something only as an error.
    return what->entries() != 0 || (header.is_response() && header.rcode() != 0);
  }
  return is_known_opcode(header.opcode()) && header.counts[0] == 1 && what->has_all_questions() &&
         usual_question;
}

likeness of_side(byte_view message) noexcept {
  const auto header = read_dns_header(message);
  return header && header->is_response() ? likeness::of_a_server : likeness::of_a_client;
}

} // namespace

likeness datagram_like_dns(byte_view payload, const flow_info& flow, direction /*way*/) {
  if (!has_dns_port(flow) || !is_plausible(payload)) return likeness::no;
  return of_side(payload);
}

likeness stream_like_dns(byte_view start, const flow_info& flow) {
  constexpr std::size_t length_bytes = 2;
  if (!has_dns_port(flow)) return likeness::no;
  if (start.size() < length_bytes) return likeness::unsure;
  const std::size_t length = load_big16(start.data());
  if (length < dns_header::size) return likeness::no;
  const byte_view message = start.skip(length_bytes).first(length);
  if (is_plausible(message)) return of_side(message);
  return message.size() < length ? likeness::unsure : likeness::no;
}

} // namespace remora::traffic
