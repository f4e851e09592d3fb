#pragma once

#include <limits>

#include "base/utf8.hpp"
#include "protocol/wire/cbor_reader.hpp"
#include "protocol/wire/field.hpp"

namespace remora::wire {

/// Reads records out of CBOR that check_cbor() has accepted. Fields that are not known are passed over; one
/// that has the wrong type or range ends the reading with a problem() that names it.
class decoder {
 public:
  /// `bytes` outlive the decoder.
  explicit decoder(std::string_view bytes) noexcept : reader_{bytes} {}

  /// Reads one value into `out`, which holds its defaults. @returns false when there is a problem(); `out`
  /// then holds a part of what was read.
  template <class T>
  bool value(T& out);

  /// "jobs[3].cron: must be text, but is a number".
  const std::string& problem() const noexcept { return problem_; }

 private:
  bool boolean(bool& out);
  bool number(std::uint64_t& out, std::uint64_t max);
  bool signed_number(std::int64_t& out, std::int64_t min, std::int64_t max);
  bool string(std::string_view& out, cbor_kind kind);
  /// The head of a list or map. @returns how many elements or pairs follow.
  bool head(std::size_t& out, cbor_kind kind);
  bool skip();
  /// Reads the next value when it is of this kind.
  bool expect(cbor_item& out, cbor_kind kind);

  bool refuse(std::string reason);
  bool refuse_kind(std::string_view wanted, cbor_kind got);
  bool refuse_text(std::string_view wanted, std::string_view got);
  void within_field(std::string_view name);
  void within_element(std::size_t index);

  template <class T>
  bool integer(T& out);
  template <class T>
  bool named_value(T& out);
  template <class T>
  bool text_value(T& out);
  template <class T>
  bool list(T& out);
  template <class T>
  bool fixed_list(T& out);
  template <class T>
  bool map(T& out);

  cbor_reader reader_;
  std::string path_;
  std::string problem_;
};

template <class T>
bool decoder::value(T& out) {
  if constexpr (std::is_same_v<T, bool>) {
    return boolean(out);
  } else if constexpr (std::is_integral_v<T>) {
    return integer(out);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, binary>) {
    constexpr bool is_text = std::is_same_v<T, std::string>;
    std::string_view bytes;
    if (!string(bytes, is_text ? cbor_kind::text : cbor_kind::binary)) return false;
    if constexpr (is_text)
      out = bytes;
    else
      out.bytes = bytes;
    return true;
  } else if constexpr (std::is_same_v<T, timestamp> || std::is_same_v<T, nanoseconds>) {
    std::int64_t ns = 0;
    if (!integer(ns)) return false;
    out = T{nanoseconds{ns}};
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    return named_value(out);
  } else if constexpr (has_text_form<T>) {
    return text_value(out);
  } else if constexpr (is_optional<T>) {
    out.reset();
    return reader_.null_follows() ? skip() : value(out.emplace());
  } else if constexpr (is_list<T>) {
    return list(out);
  } else if constexpr (is_fixed_list<T>) {
    return fixed_list(out);
  } else {
    return map(out);
  }
}

template <class T>
bool decoder::integer(T& out) {
  using limits = std::numeric_limits<T>;
  std::conditional_t<std::is_unsigned_v<T>, std::uint64_t, std::int64_t> read = 0;
  if constexpr (std::is_unsigned_v<T>) {
    if (!number(read, limits::max())) return false;
  } else {
    if (!signed_number(read, limits::min(), limits::max())) return false;
  }
  out = static_cast<T>(read);
  return true;
}

template <class T>
bool decoder::named_value(T& out) {
  std::string_view text;
  if (!string(text, cbor_kind::text)) return false;
  std::string known;
  for (const T each : values(record<T>{})) {
    if (to_string(each) == text) {
      out = each;
      return true;
    }
    known += known.empty() ? "one of " : ", ";
    known += to_string(each);
  }
  return refuse_text(known, text);
}

template <class T>
bool decoder::text_value(T& out) {
  std::string_view text;
  if (!string(text, cbor_kind::text)) return false;
  auto read = text_form<T>::read(text);
  if (!read) return refuse_text(text_form<T>::expects, text);
  out = *std::move(read);
  return true;
}

template <class T>
bool decoder::list(T& out) {
  using element = typename T::value_type;
  // Without a required field a list of empty maps would be a hundred times larger in memory than on the wire.
  static_assert(!is_record<element> || shortest_form<element>() > 1, "an element needs a required field");
  std::size_t count = 0;
  if (!head(count, cbor_kind::list)) return false;
  out.clear();
  out.reserve(std::min(count, reader_.remaining() / shortest_form<element>()));
  for (std::size_t i = 0; i < count; ++i) {
    if (!value(out.emplace_back())) {
      within_element(i);
      return false;
    }
  }
  return true;
}

template <class T>
bool decoder::fixed_list(T& out) {
  std::size_t count = 0;
  if (!head(count, cbor_kind::list)) return false;
  if (count != out.size())
    return refuse("must have " + std::to_string(out.size()) + " elements, but has " + std::to_string(count));
  for (std::size_t i = 0; i < count; ++i) {
    if (!value(out[i])) {
      within_element(i);
      return false;
    }
  }
  return true;
}

template <class T>
bool decoder::map(T& out) {
  static_assert(is_record<T>, "declare fields(wire::record<T>) beside the record");
  constexpr auto table = fields(record<T>{});
  constexpr std::size_t size = std::tuple_size_v<decltype(table)>;
  std::array<bool, size + 1> seen{}; // one more: an array of none has no data
  std::size_t count = 0;
  if (!head(count, cbor_kind::map)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    std::string_view key;
    if (!string(key, cbor_kind::text)) return false;
    std::size_t index = 0;
    bool fits = true;
    const auto read_if_named = [&](const auto& each) {
      if (each.name != key) return ++index, false;
      seen[index] = true;
      fits = value(out.*each.member);
      return true;
    };
    const bool known = std::apply([&](const auto&... each) { return (read_if_named(each) || ...); }, table);
    if (!known) fits = skip();
    if (!fits) {
      within_field(key);
      return false;
    }
  }
  std::size_t index = 0;
  const auto is_missing = [&](const auto& each) {
    if (!each.required || seen[index]) return ++index, false;
    refuse("is missing");
    within_field(each.name);
    return true;
  };
  return !std::apply([&](const auto&... each) { return (is_missing(each) || ...); }, table);
}

} // namespace remora::wire
