#include "script/files/temporary_name.hpp"

#include <cstddef>
#include <cstdint>
#include <random>

#include "base/crc32c.hpp"

namespace remora::script {

namespace {

constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t random_size = 10;
constexpr std::size_t check_size = 6;
constexpr std::size_t mark_size = random_size + check_size;

std::string check_of(std::string_view random) {
  std::uint32_t left = crc32c(random);
  std::string check;
  constexpr std::uint32_t base = letters.size();
  for (std::size_t i = 0; i < check_size; ++i, left /= base)
    check += letters[left % base];
  return check;
}

bool is_mark(std::string_view text) {
  return text.find_first_not_of(letters) == std::string_view::npos &&
         text.substr(random_size) == check_of(text.substr(0, random_size));
}

} // namespace

std::string make_temporary_mark() {
  std::random_device dice;
  std::uniform_int_distribution<std::size_t> any{0, letters.size() - 1};
  std::string made;
  while (made.size() < random_size)
    made += letters[any(dice)];
  return made + check_of(made);
}

bool is_temporary_name(std::string_view name) {
  for (std::size_t end = name.size();; end = name.rfind('.', end - 1)) {
    if (end == std::string_view::npos || end < mark_size) return false;
    if (is_mark(name.substr(end - mark_size, mark_size))) return true;
  }
}

} // namespace remora::script
