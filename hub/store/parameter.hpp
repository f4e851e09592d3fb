#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace remora::hub {

/// What stands for one `?` of a statement. Text is borrowed: it must live until the statement has run.
class parameter {
 public:
  // Implicit on purpose: parameters are written as a list, {node, 7, planned}.
  // NOLINTBEGIN(google-explicit-constructor)
  template <class Number, class = std::enable_if_t<std::is_integral_v<Number>>>
  parameter(Number number) noexcept : value_{static_cast<std::int64_t>(number)} {}
  parameter(std::string_view text) noexcept : value_{text} {}
  parameter(const std::string& text) noexcept : value_{std::string_view{text}} {}
  parameter(const char* text) noexcept : value_{std::string_view{text}} {}
  parameter(timestamp time) noexcept : value_{to_unix_ns(time)} {}
  parameter(std::optional<timestamp> time) noexcept {
    if (time) value_ = to_unix_ns(*time);
  }
  parameter(std::optional<std::int64_t> number) noexcept {
    if (number) value_ = *number;
  }
  // NOLINTEND(google-explicit-constructor)

  const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&value_); }
  const std::string_view* text() const noexcept { return std::get_if<std::string_view>(&value_); }

 private:
  std::variant<std::monostate, std::int64_t, std::string_view> value_;
};

using parameters = std::vector<parameter>;

} // namespace remora::hub
