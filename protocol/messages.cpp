#include "protocol/messages.hpp"

#include <utility>

#include "base/utf8.hpp"
#include "protocol/message_fields.hpp"
#include "protocol/wire/cbor_check.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/same.hpp"

namespace remora::protocol {

namespace {

/// What stands in front of the fields of every message.
struct envelope {
  std::array<std::uint32_t, 2> version{};
  std::string type; ///< Kept when missing, so that the version of a peer is judged before its habits.
};

constexpr auto fields(wire::record<envelope>) {
  return std::make_tuple(wire::required("v", &envelope::version), wire::defaulted("t", &envelope::type));
}

std::string version_text(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

tl::unexpected<error> wrong_version(const envelope& theirs) {
  return fail(errc::version_mismatch, "the peer speaks version " +
                                          version_text(theirs.version[0], theirs.version[1]) +
                                          " of the link, this side speaks version " +
                                          version_text(spoken_version.major, spoken_version.minor) +
                                          ": install the same version of remora on both sides");
}

template <class Message>
result<message> decode_as(std::string_view bytes) {
  wire::decoder in{bytes};
  Message out;
  if (!in.value(out))
    return fail(errc::invalid_message,
                "a message of type " + std::string{Message::facts.type} + " is not valid: " + in.problem());
  return message{std::move(out)};
}

using decode_function = result<message> (*)(std::string_view);

template <class... Messages>
constexpr std::array<decode_function, sizeof...(Messages)> decode_table(const std::variant<Messages...>*) {
  return {&decode_as<Messages>...};
}

/// In the order of message_table.
constexpr auto decoders = decode_table(static_cast<const message*>(nullptr));

template <class Record>
std::size_t size_of(const Record& record) {
  wire::cbor_writer out;
  wire::encoder{out}.value(record);
  return out.size();
}

} // namespace

std::string_view to_string(side from) noexcept { return from == side::worker ? "worker" : "hub"; }

std::string_view to_string(delivery by) noexcept {
  switch (by) {
    case delivery::unnumbered:
      return "unnumbered";
    case delivery::numbered:
      return "numbered";
    case delivery::logged:
      return "logged";
  }
  return "unnumbered";
}

std::string_view to_string(job_action action) noexcept {
  switch (action) {
    case job_action::run:
      return "run";
    case job_action::pause:
      return "pause";
    case job_action::resume:
      return "resume";
    case job_action::remove:
      return "remove";
  }
  return "run";
}

std::string_view to_string(item_order order) noexcept {
  switch (order) {
    case item_order::newest_first:
      return "newest_first";
    case item_order::oldest_first:
      return "oldest_first";
    case item_order::live:
      return "live";
  }
  return "newest_first";
}

result<std::string> encode(const message& what) {
  wire::cbor_writer out;
  const std::string type{facts(what).type};
  const auto write_envelope = [&] {
    const envelope head{{spoken_version.major, spoken_version.minor}, type};
    wire::encoder in_front{out};
    out.text("v");
    in_front.value(head.version);
    out.text("t");
    in_front.value(head.type);
  };
  std::visit([&](const auto& held) { wire::encoder{out}.map(held, write_envelope, 2); }, what);
  if (out.size() > wire::max_message_bytes || out.items() > wire::max_message_items)
    return fail(errc::too_large, "a message of type " + type + " has " + std::to_string(out.size()) +
                                     " bytes and " + std::to_string(out.items()) + " values; at most " +
                                     std::to_string(wire::max_message_bytes) + " bytes and " +
                                     std::to_string(wire::max_message_items) +
                                     " values can be sent: send it in parts, or shorten its texts");
  return out.take();
}

std::size_t encoded_size(const numbered_run& run) { return size_of(run); }
std::size_t encoded_size(const numbered_line& line) { return size_of(line); }
std::size_t encoded_size(const found_item& item) { return size_of(item); }

result<message> decode(std::string_view bytes) {
  if (const auto checked = wire::check_cbor(bytes); !checked)
    return fail(errc::malformed_message, "what arrived is no message: " + checked.error());
  envelope head;
  wire::decoder front{bytes};
  if (!front.value(head))
    return fail(errc::invalid_message, "a message has no valid envelope: " + front.problem());
  if (head.version[0] != spoken_version.major) return wrong_version(head);
  if (head.type.empty()) return fail(errc::invalid_message, "a message has no valid envelope: t: is missing");
  for (std::size_t i = 0; i < message_table.size(); ++i) {
    if (message_table[i].type == head.type) return decoders[i](bytes);
  }
  return fail(errc::unknown_message, "a message of type " + quoted(head.type) + " is not known to version " +
                                         version_text(spoken_version.major, spoken_version.minor) +
                                         " of the link");
}

bool same(const message& a, const message& b) {
  return a.index() == b.index() &&
         std::visit(
             [&](const auto& held) { return wire::same(held, std::get<std::decay_t<decltype(held)>>(b)); },
             a);
}

} // namespace remora::protocol
