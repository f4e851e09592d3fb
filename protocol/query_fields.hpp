#pragma once

#include "protocol/query_messages.hpp"
#include "protocol/wire/field.hpp"

// How the fields of questions for stored items and packets are called on the wire. See record_fields.hpp.
namespace remora::protocol {

constexpr auto values(wire::record<item_order>) {
  return std::array{item_order::newest_first, item_order::oldest_first, item_order::live};
}

constexpr auto fields(wire::record<item_query>) {
  using m = item_query;
  return std::make_tuple(wire::required("id", &m::id), wire::defaulted("query", &m::query),
                         wire::defaulted("order", &m::order), wire::defaulted("cursor", &m::cursor),
                         wire::defaulted("limit", &m::limit), wire::defaulted("max_bytes", &m::max_bytes),
                         wire::defaulted("from", &m::from), wire::defaulted("until", &m::until),
                         wire::required("now", &m::now), wire::defaulted("item", &m::item),
                         wire::defaulted("far_behind", &m::far_behind));
}

constexpr auto fields(wire::record<cancel_query>) {
  return std::make_tuple(wire::required("id", &cancel_query::id));
}

constexpr auto fields(wire::record<capture_query>) {
  using m = capture_query;
  return std::make_tuple(wire::required("id", &m::id), wire::defaulted("query", &m::query),
                         wire::defaulted("from", &m::from), wire::defaulted("until", &m::until),
                         wire::required("now", &m::now));
}

constexpr auto fields(wire::record<capture_credit>) {
  return std::make_tuple(wire::required("id", &capture_credit::id),
                         wire::required("pieces", &capture_credit::pieces));
}

constexpr auto fields(wire::record<found_item>) {
  return std::make_tuple(wire::required("number", &found_item::number),
                         wire::required("time", &found_item::time),
                         wire::required("json", &found_item::json));
}

constexpr auto fields(wire::record<item_page>) {
  using m = item_page;
  return std::make_tuple(wire::required("id", &m::id), wire::defaulted("items", &m::items),
                         wire::defaulted("cursor", &m::cursor), wire::defaulted("done", &m::done),
                         wire::defaulted("skipped", &m::skipped), wire::defaulted("error", &m::error));
}

constexpr auto fields(wire::record<capture_piece>) {
  using m = capture_piece;
  return std::make_tuple(wire::required("id", &m::id), wire::required("number", &m::number),
                         wire::defaulted("bytes", &m::bytes), wire::defaulted("ready", &m::ready),
                         wire::defaulted("last", &m::last), wire::defaulted("error", &m::error));
}

} // namespace remora::protocol
