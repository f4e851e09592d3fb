#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/time.hpp"

// How a record says what its fields are called on the wire. Beside the record, in its namespace:
//
//     constexpr auto fields(wire::record<job_order>) {
//       return std::make_tuple(wire::required("what", &job_order::what), wire::defaulted("tag",
//       &job_order::tag));
//     }
//
// and an enumeration, whose values travel as to_string() writes them, says which values there are:
//
//     constexpr auto values(wire::record<job_action>) { return std::array{job_action::run,
//     job_action::pause}; }
//
// encoder, decoder and same() walk these tables; nothing else knows a field's name.
namespace remora::wire {

/// Tells overloads of fields() and values() apart.
template <class T>
struct record {};

/// One field: its name and where it is. At most max_key_bytes long.
template <class Record, class Value>
struct field {
  using value_type = Value;
  std::string_view name;
  Value Record::*member;
  bool required; ///< A message without it is refused; otherwise the member keeps its default.
};

template <class Record, class Value>
constexpr field<Record, Value> required(std::string_view name, Value Record::*member) {
  return {name, member, true};
}

template <class Record, class Value>
constexpr field<Record, Value> defaulted(std::string_view name, Value Record::*member) {
  return {name, member, false};
}

/// Bytes that need not be text.
struct binary {
  std::string bytes;
};

/// How a type that is no enumeration travels as text. Specialise with
/// `static std::string write(const T&)`, `static std::optional<T> read(std::string_view)` and
/// `static constexpr std::string_view expects`, which completes "must be ...".
template <class T>
struct text_form;

/// A field of this type may be missing; it is then not written at all.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

/// A list of a fixed length.
template <class T>
inline constexpr bool is_fixed_list = false;
template <class T, std::size_t N>
inline constexpr bool is_fixed_list<std::array<T, N>> = true;

template <class T, class = void>
inline constexpr bool has_text_form = false;
template <class T>
inline constexpr bool has_text_form<T, std::void_t<decltype(text_form<T>::expects)>> = true;

/// What travels as a map.
template <class T, class = void>
inline constexpr bool is_record = false;
template <class T>
inline constexpr bool is_record<T, std::void_t<decltype(fields(record<T>{}))>> = true;

/// Bytes that the shortest form of a T takes: what a list may be expected to hold.
template <class T>
constexpr std::size_t shortest_form() {
  if constexpr (is_record<T>) {
    return std::apply(
        [](const auto&... each) {
          std::size_t sum = 1;
          ((sum += each.required ? 2 + each.name.size() : 0), ...);
          return sum;
        },
        fields(record<T>{}));
  } else {
    return 1;
  }
}

} // namespace remora::wire
