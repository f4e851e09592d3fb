#pragma once

#include "protocol/wire/field.hpp"

namespace remora::wire {

/// Whether two records agree in every field that travels.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (is_optional<T>) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  } else if constexpr (is_list<T> || is_fixed_list<T>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return same(x, y); });
  } else if constexpr (std::is_same_v<T, binary>) {
    return a.bytes == b.bytes;
  } else if constexpr (is_record<T>) {
    return std::apply([&](const auto&... each) { return (same(a.*each.member, b.*each.member) && ...); },
                      fields(record<T>{}));
  } else {
    return a == b;
  }
}

} // namespace remora::wire
