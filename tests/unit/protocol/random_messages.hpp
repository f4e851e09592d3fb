#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "protocol/message_fields.hpp"

// Messages made at random, by walking the tables that encoder and decoder walk: a new message or field is
// covered without a change here.
namespace remora::protocol::test {

class randomly {
 public:
  explicit randomly(std::uint64_t seed) : engine_{seed} {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

  /// A message of one type with every field filled at random.
  message of_type(std::size_t index) { return of_type(index, static_cast<const message*>(nullptr)); }

  template <class T>
  void fill(T& out) {
    if constexpr (std::is_same_v<T, bool>) {
      out = below(2) == 1;
    } else if constexpr (std::is_integral_v<T>) {
      out = number<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      out = text();
    } else if constexpr (std::is_same_v<T, wire::binary>) {
      out.bytes = bytes();
    } else if constexpr (std::is_same_v<T, timestamp> || std::is_same_v<T, nanoseconds>) {
      out = T{nanoseconds{number<std::int64_t>()}};
    } else if constexpr (std::is_same_v<T, script_hash>) {
      fill(out.bytes);
    } else if constexpr (std::is_enum_v<T>) {
      const auto all = values(wire::record<T>{});
      out = all[below(all.size())];
    } else if constexpr (wire::is_optional<T>) {
      out.reset();
      if (below(2) == 1) fill(out.emplace());
    } else if constexpr (wire::is_list<T>) {
      out.resize(below(4));
      for (auto& each : out)
        fill(each);
    } else if constexpr (wire::is_fixed_list<T>) {
      for (auto& each : out)
        fill(each);
    } else {
      std::apply([&](const auto&... each) { (fill(out.*each.member), ...); }, fields(wire::record<T>{}));
    }
  }

 private:
  template <class... Messages>
  message of_type(std::size_t index, const std::variant<Messages...>*) {
    message out;
    std::size_t at = 0;
    const auto make = [&](auto made) {
      if (at++ != index) return;
      fill(made);
      out = std::move(made);
    };
    (make(Messages{}), ...);
    return out;
  }

  /// Any number, those at the ends of each length of a CBOR head more often than chance would have it.
  template <class T>
  T number() {
    using limits = std::numeric_limits<T>;
    switch (below(4)) {
      case 0:
        return below(2) == 0 ? limits::min() : limits::max();
      case 1:
        return static_cast<T>(below(26));
      case 2: {
        const std::uint64_t edge = std::uint64_t{1} << (8u << below(3)); // 2^8, 2^16, 2^32
        return static_cast<T>(edge - below(2));
      }
      default:
        return static_cast<T>(engine_());
    }
  }

  std::string text() {
    static constexpr std::string_view characters[] = {"a",
                                                      "\"",
                                                      "\n",
                                                      std::string_view("\0", 1),
                                                      "\\",
                                                      "ß",
                                                      "\xE2\x82\xAC",
                                                      "\xF0\x9F\x98\x80",
                                                      "x y",
                                                      "v",
                                                      "t",
                                                      "\xEF\xBF\xBD"};
    std::string out;
    for (std::size_t length = below(below(10) == 0 ? 300 : 20); length > 0; --length)
      out += characters[below(std::size(characters))];
    return out;
  }

  std::string bytes() {
    std::string out(below(40), '\0');
    for (char& c : out)
      c = static_cast<char>(below(256));
    return out;
  }

  std::mt19937_64 engine_;
};

} // namespace remora::protocol::test
