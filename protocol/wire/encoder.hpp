#pragma once

#include "protocol/wire/cbor_writer.hpp"
#include "protocol/wire/field.hpp"

namespace remora::wire {

/// Writes records as CBOR maps, field by field as their tables say; optional fields that hold nothing are
/// left out.
class encoder {
 public:
  explicit encoder(cbor_writer& out) noexcept : out_{out} {}

  /// Times are written as Unix nanoseconds, durations as nanoseconds, enumerations as text.
  template <class T>
  void value(const T& from) {
    if constexpr (std::is_same_v<T, bool>)
      out_.boolean(from);
    else if constexpr (std::is_unsigned_v<T>)
      out_.number(from);
    else if constexpr (std::is_integral_v<T>)
      out_.signed_number(from);
    else if constexpr (std::is_same_v<T, std::string>)
      out_.text(from);
    else if constexpr (std::is_same_v<T, binary>)
      out_.binary(from.bytes);
    else if constexpr (std::is_same_v<T, timestamp>)
      out_.signed_number(to_unix_ns(from));
    else if constexpr (std::is_same_v<T, nanoseconds>)
      out_.signed_number(from.count());
    else if constexpr (std::is_enum_v<T>)
      out_.text(to_string(from));
    else if constexpr (has_text_form<T>)
      out_.text(text_form<T>::write(from));
    else if constexpr (is_list<T> || is_fixed_list<T>)
      list(from);
    else
      map(
          from, [] {}, 0);
  }

  /// A record as a map with `more` fields in front, which `write_more()` writes.
  template <class T, class WriteMore>
  void map(const T& from, WriteMore write_more, std::size_t more) {
    std::apply(
        [&](const auto&... each) {
          out_.map(more + (0u + ... + (is_there(from.*each.member) ? 1u : 0u)));
          write_more();
          (one_field(each.name, from.*each.member), ...);
        },
        fields(record<T>{}));
  }

 private:
  template <class T>
  static bool is_there(const T& value) {
    if constexpr (is_optional<T>)
      return value.has_value();
    else
      return true;
  }

  template <class T>
  void one_field(std::string_view name, const T& from) {
    if constexpr (is_optional<T>) {
      if (from) one_field(name, *from);
    } else {
      out_.text(name);
      value(from);
    }
  }

  template <class List>
  void list(const List& from) {
    out_.list(from.size());
    for (const auto& each : from)
      value(each);
  }

  cbor_writer& out_;
};

} // namespace remora::wire
