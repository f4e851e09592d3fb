#include "base/units.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace remora {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

/// From large to small: the order in which a combination has to be written.
constexpr std::array<unit, 7> duration_units{{{"d", 86'400'000'000'000},
                                              {"h", 3'600'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"s", 1'000'000'000},
                                              {"ms", 1'000'000},
                                              {"us", 1'000},
                                              {"ns", 1}}};

/// In lower case; the first name of a factor is the one that is written.
constexpr std::array<unit, 13> size_units{{{"tib", 1ULL << 40},
                                           {"tb", 1'000'000'000'000},
                                           {"gib", 1ULL << 30},
                                           {"gb", 1'000'000'000},
                                           {"mib", 1ULL << 20},
                                           {"mb", 1'000'000},
                                           {"kib", 1ULL << 10},
                                           {"kb", 1'000},
                                           {"ti", 1ULL << 40},
                                           {"gi", 1ULL << 30},
                                           {"mi", 1ULL << 20},
                                           {"ki", 1ULL << 10},
                                           {"b", 1}}};

constexpr std::array<unit, 8> written_sizes{{{"TiB", 1ULL << 40},
                                             {"TB", 1'000'000'000'000},
                                             {"GiB", 1ULL << 30},
                                             {"GB", 1'000'000'000},
                                             {"MiB", 1ULL << 20},
                                             {"MB", 1'000'000},
                                             {"KiB", 1ULL << 10},
                                             {"kB", 1'000}}};

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Digits off the front of `text`; nothing when there are none.
std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n]))
    ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

/// A number as it is written: digits, and digits after the dot.
struct decimal {
  std::string_view whole;
  std::string_view fraction;
};

std::optional<decimal> take_decimal(std::string_view& text) noexcept {
  decimal number{take_digits(text), {}};
  if (number.whole.empty()) return std::nullopt;
  if (text.empty() || text.front() != '.') return number;
  text.remove_prefix(1);
  number.fraction = take_digits(text);
  if (number.fraction.empty()) return std::nullopt;
  return number;
}

std::string_view take_letters(std::string_view& text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && is_letter(text[n]))
    ++n;
  const std::string_view letters = text.substr(0, n);
  text.remove_prefix(n);
  return letters;
}

/// number * factor, the part below one cut off; nothing when 64 bits cannot hold it.
std::optional<std::uint64_t> scale(const decimal& number, std::uint64_t factor) noexcept {
  std::uint64_t whole = 0;
  for (const char c : number.whole) {
    if (__builtin_mul_overflow(whole, std::uint64_t{10}, &whole)) return std::nullopt;
    if (__builtin_add_overflow(whole, static_cast<std::uint64_t>(c - '0'), &whole)) return std::nullopt;
  }
  if (__builtin_mul_overflow(whole, factor, &whole)) return std::nullopt;
  // From the last digit to the first, (digit * factor + part) / 10: exact, and no power of ten can overflow.
  std::uint64_t part = 0;
  for (std::size_t i = number.fraction.size(); i > 0; --i)
    part = (static_cast<std::uint64_t>(number.fraction[i - 1] - '0') * factor + part) / 10;
  if (__builtin_add_overflow(whole, part, &whole)) return std::nullopt;
  return whole;
}

tl::unexpected<error> no_duration(std::string_view why) {
  return fail(errc::invalid_usage,
              "expected a duration such as `500ms`, `10s`, `5m`, `1h30m` or `7d`" + std::string{why});
}

tl::unexpected<error> no_size(std::string_view why) {
  return fail(errc::invalid_usage,
              "expected a size such as `64KiB`, `512MB`, `1GiB` or a number of bytes" + std::string{why});
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

} // namespace

result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds{0};
  if (text.empty()) return no_duration("");
  constexpr std::uint64_t longest = INT64_MAX;
  std::uint64_t total = 0;
  std::size_t next_unit = 0; // each unit once, from large to small: `5m5m` and `5s1h` are slips
  while (!text.empty()) {
    const auto number = take_decimal(text);
    if (!number) return no_duration("");
    const std::string_view name = take_letters(text);
    if (name.empty()) return no_duration("; the unit is missing");
    std::size_t i = next_unit;
    while (i < duration_units.size() && duration_units[i].name != name)
      ++i;
    if (i == duration_units.size())
      return no_duration("; the units are d h m s ms us ns, from large to small");
    next_unit = i + 1;
    const auto part = scale(*number, duration_units[i].factor);
    if (!part || __builtin_add_overflow(total, *part, &total) || total > longest)
      return fail(errc::invalid_usage, "the duration is longer than 292 years");
  }
  return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

std::string format_duration(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "0s";
  std::string out;
  auto rest = static_cast<std::uint64_t>(duration.count());
  if (duration.count() < 0) {
    out = "-";
    rest = 0 - rest; // also right for the smallest number, which has no positive twin
  }
  for (const unit& u : duration_units) {
    if (rest < u.factor) continue;
    out += std::to_string(rest / u.factor);
    out += u.name;
    rest %= u.factor;
  }
  return out;
}

result<byte_size> parse_size(std::string_view text) {
  const auto number = take_decimal(text);
  if (!number) return no_size("");
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  std::uint64_t factor = 1;
  if (text.empty() && !number->fraction.empty()) return no_size("; the unit is missing");
  if (!text.empty()) {
    const std::string name = lower(text);
    factor = 0;
    for (const unit& u : size_units)
      if (u.name == name) factor = u.factor;
    if (factor == 0) return no_size("; the units are B KiB MiB GiB TiB kB MB GB TB");
  }
  const auto bytes = scale(*number, factor);
  if (!bytes) return fail(errc::invalid_usage, "the size does not fit into 64 bits");
  return byte_size{*bytes};
}

std::string format_size(byte_size size) {
  for (const unit& u : written_sizes) {
    if (size.bytes == 0 || size.bytes % u.factor != 0) continue;
    return std::to_string(size.bytes / u.factor) + std::string{u.name};
  }
  return std::to_string(size.bytes);
}

} // namespace remora
