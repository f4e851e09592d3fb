#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "http/paging.hpp"
#include "http/request.hpp"
#include "protocol/console_line.hpp"

namespace remora::hub {

/// Reads the query parameters of one request, strictly. The first that is wrong is remembered and what is
/// read after it is of no use: ask failed() once, after all were read. That a parameter is known and comes
/// once was checked before, by the declaration of its route (declare.hpp).
class query_reader {
 public:
  query_reader(const http::request& asked, timestamp now) : asked_{asked}, now_{now} {}

  /// The value, or "" when there is none.
  std::string text(std::string_view name) const;
  /// RFC 3339 in UTC, or a duration such as 5m: that long before now.
  std::optional<timestamp> instant(std::string_view name);
  std::optional<nanoseconds> duration(std::string_view name);
  /// A whole number from `least` to `most`.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);
  /// true or false; false when there is none.
  bool flag(std::string_view name);
  /// One of these words; the first when there is none.
  std::string_view word(std::string_view name, std::initializer_list<std::string_view> allowed);
  console_level level(std::string_view name);
  http::page_request page();

  /// What is wrong, once. Errors: invalid_usage, naming the parameter and what it may be.
  const std::optional<error>& failed() const noexcept { return failed_; }

 private:
  void refuse(std::string_view name, std::string_view must_be, std::string_view is);

  const http::request& asked_;
  timestamp now_;
  std::optional<error> failed_;
};

} // namespace remora::hub
