#include "protocol/wire/decoder.hpp"

#include <utility>

namespace remora::wire {

namespace {

/// -1 - n as text; n may be beyond what 64 bits with a sign hold.
std::string negative_text(std::uint64_t n) {
  return n == std::numeric_limits<std::uint64_t>::max() ? "-18446744073709551616"
                                                        : "-" + std::to_string(n + 1);
}

std::string number_text(const cbor_item& item) {
  return item.kind == cbor_kind::negative ? negative_text(item.argument) : std::to_string(item.argument);
}

bool is_whole(cbor_kind kind) { return kind == cbor_kind::number || kind == cbor_kind::negative; }

} // namespace

bool decoder::expect(cbor_item& out, cbor_kind kind) {
  const auto item = reader_.next();
  if (!item) return refuse(item.error());
  if (item->kind != kind) return refuse_kind(to_string(kind), item->kind);
  out = *item;
  return true;
}

bool decoder::boolean(bool& out) {
  cbor_item item;
  if (!expect(item, cbor_kind::boolean)) return false;
  out = item.argument == 1;
  return true;
}

bool decoder::number(std::uint64_t& out, std::uint64_t max) {
  const auto item = reader_.next();
  if (!item) return refuse(item.error());
  if (!is_whole(item->kind)) return refuse_kind("a whole number", item->kind);
  if (item->kind == cbor_kind::negative) return refuse("must not be negative, but is " + number_text(*item));
  if (item->argument > max)
    return refuse("must be at most " + std::to_string(max) + ", but is " + number_text(*item));
  out = item->argument;
  return true;
}

bool decoder::signed_number(std::int64_t& out, std::int64_t min, std::int64_t max) {
  const auto item = reader_.next();
  if (!item) return refuse(item.error());
  if (!is_whole(item->kind)) return refuse_kind("a whole number", item->kind);
  // -1 - n lies at or above min when n <= -1 - min: the complement, as min is below 0.
  const bool below = item->kind == cbor_kind::negative;
  const auto bound = static_cast<std::uint64_t>(below ? ~min : max);
  if (item->argument > bound)
    return refuse("must be from " + std::to_string(min) + " to " + std::to_string(max) + ", but is " +
                  number_text(*item));
  const auto magnitude = static_cast<std::int64_t>(item->argument);
  out = below ? -1 - magnitude : magnitude;
  return true;
}

bool decoder::string(std::string_view& out, cbor_kind kind) {
  cbor_item item;
  if (!expect(item, kind)) return false;
  out = item.bytes;
  return true;
}

bool decoder::head(std::size_t& out, cbor_kind kind) {
  cbor_item item;
  if (!expect(item, kind)) return false;
  out = static_cast<std::size_t>(item.argument);
  return true;
}

bool decoder::skip() { return reader_.skip() || refuse("is cut off"); }

bool decoder::refuse(std::string reason) {
  path_.clear();
  problem_ = std::move(reason);
  return false;
}

bool decoder::refuse_kind(std::string_view wanted, cbor_kind got) {
  return refuse("must be " + std::string{wanted} + ", but is " + std::string{to_string(got)});
}

bool decoder::refuse_text(std::string_view wanted, std::string_view got) {
  return refuse("must be " + std::string{wanted} + ", but is " + quoted(got));
}

void decoder::within_field(std::string_view name) {
  // Called from the inside out: the path grows to the left, in front of the reason.
  const std::string shown = quoted(name);
  std::string path = shown.substr(1, shown.size() - 2);
  if (path_.empty())
    problem_.insert(0, ": ");
  else if (path_.front() != '[')
    path += '.';
  problem_.insert(0, path);
  path_.insert(0, path);
}

void decoder::within_element(std::size_t index) {
  std::string path = "[" + std::to_string(index) + "]";
  if (path_.empty())
    problem_.insert(0, ": ");
  else if (path_.front() != '[')
    path += '.';
  problem_.insert(0, path);
  path_.insert(0, path);
}

} // namespace remora::wire
