#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "filter/json_record.hpp"
#include "filter/query.hpp"
#include "tests/support/filter_items.hpp"

namespace remora::filter::test {

using nlohmann::json;
using remora::test::filter_data;

/// 2026-01-02T03:04:05.006Z: later than every item.
constexpr timestamp later = from_unix_ns(1'767'323'045'006'000'000);

inline const macro_table& default_macros() {
  static const macro_table table;
  return table;
}

inline outcome evaluate(std::string_view text, const json& item, timestamp now = later) {
  const auto compiled_query = compile(text, default_macros());
  if (!compiled_query) {
    ADD_FAILURE() << text << " does not compile: " << compiled_query.error().text();
    return {};
  }
  json_record on{item};
  return (*compiled_query)->evaluate(on, now);
}

/// Whether an item matches; a run-time error is a failure of the test.
inline bool matches(std::string_view text, const json& item, timestamp now = later) {
  const outcome o = evaluate(text, item, now);
  EXPECT_EQ(o.failure, "") << text;
  return o.matched;
}

/// The run-time error of a query, or "".
inline std::string failure(std::string_view text, const json& item) {
  const outcome o = evaluate(text, item);
  EXPECT_TRUE(o.failure.empty() || !o.matched);
  return std::string{o.failure};
}

/// The item as a query with redact() alters it; null when it did not.
inline json altered(std::string_view text, const json& item) {
  const outcome o = evaluate(text, item);
  EXPECT_TRUE(o.matched) << text << ": " << o.failure;
  return o.altered ? *o.altered : json{};
}

/// The text of the error that a query is refused with, or "" when it compiles.
inline std::string compile_text(std::string_view text) {
  const auto made = compile(text, default_macros());
  return made ? "" : made.error().text();
}

inline dialect spoken(std::string_view text) {
  const auto made = compile(text, default_macros());
  EXPECT_TRUE(made) << text;
  return made ? (*made)->spoken() : dialect::none;
}

} // namespace remora::filter::test
