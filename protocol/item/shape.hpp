#pragma once

#include <cstddef>
#include <string_view>

namespace remora {

class value_writer;

/// One member of a part of an item: its name, and how its value is written.
struct member {
  std::string_view name;
  void (*write)(const void* part, value_writer& to);
  bool (*is_there)(const void* part); ///< Null: always.
};

/// Names the members of a kind of part, in the order in which they are listed and enumerated. A constant: its
/// address stands for the kind.
struct shape {
  const member* first = nullptr;
  std::size_t count = 0;

  const member* begin() const noexcept { return first; }
  const member* end() const noexcept { return first + count; }
};

/// A part of an item and what it is made of. Valid as long as the item.
struct shaped {
  const shape* of = nullptr;
  const void* at = nullptr;
};

namespace detail {
template <class Function>
struct written_part;
template <class Part>
struct written_part<void (*)(const Part&, value_writer&)> {
  using type = Part;
};
} // namespace detail

/// A member that `Write`, a function of (const Part&, value_writer&), writes. `IsThere`, a function of
/// (const Part&), says whether an optional member exists.
template <auto Write>
constexpr member member_of(std::string_view name) {
  using part = typename detail::written_part<decltype(Write)>::type;
  return {name, [](const void* of, value_writer& to) { Write(*static_cast<const part*>(of), to); }, nullptr};
}
template <auto Write, auto IsThere>
constexpr member member_of(std::string_view name) {
  using part = typename detail::written_part<decltype(Write)>::type;
  return {name, [](const void* of, value_writer& to) { Write(*static_cast<const part*>(of), to); },
          [](const void* of) { return IsThere(*static_cast<const part*>(of)); }};
}

template <std::size_t Count>
constexpr shape shape_of(const member (&members)[Count]) {
  return {members, Count};
}

} // namespace remora
