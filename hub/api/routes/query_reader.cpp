#include "hub/api/routes/query_reader.hpp"

#include <charconv>

#include "base/units.hpp"
#include "base/utf8.hpp"

namespace remora::hub {

void query_reader::refuse(std::string_view name, std::string_view must_be, std::string_view is) {
  if (failed_) return;
  failed_ = error{errc::invalid_usage, "the query parameter \"" + std::string{name} + "\" must be " +
                                           std::string{must_be} + ", but is " + remora::quoted(is)};
}

std::string query_reader::text(std::string_view name) const {
  return std::string{asked_.query_value(name).value_or(std::string_view{})};
}

std::optional<timestamp> query_reader::instant(std::string_view name) {
  const auto given = asked_.query_value(name);
  if (!given) return std::nullopt;
  if (const auto exact = parse_rfc3339(*given)) return exact;
  const auto ago = parse_duration(*given);
  // A span that reaches back before the first time there is means: everything.
  if (ago && *ago >= nanoseconds{0}) {
    return now_ < timestamp::min() + *ago ? timestamp::min() : now_ - *ago;
  }
  refuse(name, "a time such as 2026-01-31T12:00:00Z, or a duration such as 5m (that long ago)", *given);
  return std::nullopt;
}

std::optional<nanoseconds> query_reader::duration(std::string_view name) {
  const auto given = asked_.query_value(name);
  if (!given) return std::nullopt;
  const auto span = parse_duration(*given);
  if (span && *span > nanoseconds{0}) return *span;
  refuse(name, "a duration above zero, such as 5m", *given);
  return std::nullopt;
}

std::optional<std::int64_t> query_reader::number(std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  const auto given = asked_.query_value(name);
  if (!given) return std::nullopt;
  std::int64_t read = 0;
  const auto* end = given->data() + given->size();
  const auto [stop, problem] = std::from_chars(given->data(), end, read);
  if (problem == std::errc{} && stop == end && read >= least && read <= most) return read;
  refuse(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most), *given);
  return std::nullopt;
}

bool query_reader::flag(std::string_view name) { return word(name, {"false", "true"}) == "true"; }

std::string_view query_reader::word(std::string_view name, std::initializer_list<std::string_view> allowed) {
  const auto given = asked_.query_value(name);
  if (!given) return *allowed.begin();
  std::string all;
  for (const auto one : allowed) {
    if (*given == one) return one;
    if (one.empty()) continue;
    if (!all.empty()) all += " or ";
    all += one;
  }
  refuse(name, all, *given);
  return *allowed.begin();
}

console_level query_reader::level(std::string_view name) {
  const auto given = word(name, {"debug", "info", "log", "warn", "error"});
  for (const auto level :
       {console_level::info, console_level::log, console_level::warn, console_level::error})
    if (to_string(level) == given) return level;
  return console_level::debug;
}

http::page_request query_reader::page() {
  auto read = http::read_page(asked_);
  if (read) return std::move(*read);
  if (!failed_) failed_ = std::move(read).error();
  return {};
}

} // namespace remora::hub
