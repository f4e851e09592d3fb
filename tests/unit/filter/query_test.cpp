#include <atomic>
#include <thread>
#include <vector>

#include "filter/query_cache.hpp"
#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;

TEST(Dialect, IsDecidedByMarks) {
  for (const char* text :
       {"a and b", "a or b", "a == nil", "a == r'x'", "r'x' != a", "limit(1)", "seconds(1) > 2", "a.json()",
        "a.*", "a..b", "a[*]", "a == `x`", "record('x')", "a.xml() && b"})
    EXPECT_TRUE(compile(text, default_macros()) ? spoken(text) == dialect::kfl1
                                                : compile_text(text).find('&') != std::string::npos)
        << text;
  for (const char* text :
       {"http && dns", "http || dns", "1 in [1]", "size('') == 0", "'a'.matches('a')", "status_code == 1",
        "now().getHours() > 0", "path == ''", "timestamp('1970-01-01T00:00:00Z') < now()"})
    EXPECT_EQ(spoken(text), dialect::kfl2) << text;
}

TEST(Dialect, DoesNotLookIntoStringsAndComments) {
  EXPECT_EQ(spoken("http && path == ' and r\"x\" == '"), dialect::kfl2);
  EXPECT_EQ(spoken("http and a == '&&' // status_code in"), dialect::kfl1);
  EXPECT_EQ(spoken("a.and == 1"), dialect::kfl1) << "no mark after a dot; KFL2 does not know it";
  EXPECT_EQ(spoken("'a and b' == ''"), dialect::kfl2);
}

TEST(Dialect, OfANeutralQueryIsKfl2WhenThatCompiles) {
  EXPECT_EQ(spoken("src.name == 'a'"), dialect::kfl2);
  EXPECT_EQ(spoken("dst.port == '8080'"), dialect::kfl1);
  EXPECT_EQ(spoken("timestamp > 1760000000000"), dialect::kfl1);
  EXPECT_EQ(spoken("statuscode >= 400"), dialect::kfl1);
  EXPECT_TRUE(matches("src.service.name != 'x'", json::object())) << "KFL2: a default";
  EXPECT_FALSE(matches("src.service.name != 'x' and true", json::object())) << "KFL1: absent";
  EXPECT_EQ(spoken(""), dialect::none);
}

TEST(Dialect, MarkedForKfl2NeverFallsBack) {
  EXPECT_NE(compile_text("status_code == '200'"), "");
  EXPECT_NE(compile_text("method.x == 1"), "");
}

TEST(MacroTable, AddsMacrosForBothDialects) {
  const auto table = macro_table::make(
      {{"api", "http and request.path.startsWith('/api')"}, {"slow_api", "api and elapsedTime > 10"}});
  ASSERT_TRUE(table) << table.error().message;
  json item = {{"protocol", {{"name", "http"}}}, {"request", {{"path", "/api/x"}}}, {"elapsedTime", 11}};
  json_record on{item};
  for (const char* text : {"slow_api", "slow_api and http", "slow_api && http", "!(slow_api == false)"}) {
    const auto query = compile(text, *table);
    ASSERT_TRUE(query) << text << ": " << query.error().text();
    EXPECT_TRUE((*query)->evaluate(on, later).matched) << text;
  }
}

TEST(MacroTable, HasHttpsUnlessItIsGiven) {
  const json item = {{"protocol", {{"name", "http"}}}, {"tls", true}};
  EXPECT_TRUE(matches("https", item));
  EXPECT_TRUE(matches("https and true", item));
  EXPECT_FALSE(matches("https", {{"protocol", {{"name", "http"}}}, {"tls", false}}));
  json_record on{item};
  EXPECT_FALSE((*compile("https", *macro_table::make({{"https", "false"}})))->evaluate(on, later).matched);
}

TEST(MacroTable, LetsAMacroTakeThePlaceOfAFlag) {
  const auto table = macro_table::make({{"http", "a == 1"}});
  json item = {{"a", 1}};
  json_record on{item};
  EXPECT_TRUE((*compile("http", *table))->evaluate(on, later).matched);
  EXPECT_TRUE((*compile("http and true", *table))->evaluate(on, later).matched);
}

TEST(MacroTable, TakesAnEmptyMacroAsTrue) {
  const auto table = macro_table::make({{"anything", " "}});
  const json item;
  json_record on{item};
  EXPECT_TRUE((*compile("anything", *table))->evaluate(on, later).matched);
  EXPECT_TRUE((*compile("anything and true", *table))->evaluate(on, later).matched);
}

TEST(MacroTable, RefusesWhatCannotWork) {
  const auto message = [](const macro_table::texts& texts) {
    const auto made = macro_table::make(texts);
    return made ? std::string{} : made.error().message;
  };
  EXPECT_EQ(message({{"a", "b and c"}, {"b", "not x"}}), "macro \"b\": 1:5: unexpected token \"x\"");
  EXPECT_EQ(message({{"a", "b"}, {"b", "c or d"}, {"c", "a"}}), "macro \"a\": uses itself: a -> b -> c -> a");
  EXPECT_EQ(message({{"a", "!a"}}), "macro \"a\": uses itself: a -> a");
  for (const char* name : {"", "a-b", "a b", "and", "nil", "true", "1a", "a.b"})
    EXPECT_NE(message({{name, "true"}}), "") << name;
  EXPECT_EQ(macro_table::make({{"a", "("}}).error().code, errc::invalid_config);
}

TEST(MacroTable, CountsTheDepthOfMacrosInMacros) {
  macro_table::texts texts{{"m0", "x"}};
  for (int i = 1; i < 300; ++i)
    texts["m" + std::to_string(i)] = "(m" + std::to_string(i - 1) + ")";
  const auto made = macro_table::make(texts);
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().message.find("too") != std::string::npos) << made.error().message;
}

TEST(MacroTable, LimitsTheWorkOfMacrosThatMultiply) {
  macro_table::texts texts{{"m0", "true"}};
  for (int i = 1; i < 60; ++i)
    texts["m" + std::to_string(i)] = "m" + std::to_string(i - 1) + " and m" + std::to_string(i - 1);
  const auto table = macro_table::make(texts);
  ASSERT_TRUE(table) << table.error().message;
  const json item;
  json_record on{item};
  const outcome o = (*compile("m59 and true", *table))->evaluate(on, later);
  EXPECT_FALSE(o.matched);
  EXPECT_NE(o.failure, "");
}

// What kfl.match() and kfl.validate() of scripts promise, as far as no script is needed for it.

TEST(ScriptQueries, MatchOrDoNot) {
  json item = filter_data("I1");
  EXPECT_FALSE(matches("undefined", item)) << "String(undefined) is a selector that no item has";
  EXPECT_TRUE(matches("http and limit(0)", item));
  EXPECT_TRUE(matches("http and limit(0)", item)) << "limit() counts nothing here";
  altered("redact(\"request.path\")", item);
  EXPECT_EQ(item["request"]["path"], "/v2/prices");
  item["passed"] = true;
  EXPECT_TRUE(matches("passed and http", item));
}

TEST(ScriptQueries, AreValidOrNot) {
  for (const char* text : {"", "http and response.status == 500", "http && status_code == 500"})
    EXPECT_EQ(compile_text(text), "");
  EXPECT_EQ(compile_text("a b"), "1:3: unexpected token \"b\"");
  EXPECT_NE(compile_text("x == r\"(\""), "");
}

TEST(QueryCache, GivesTheSameQueryAgain) {
  query_cache cache;
  const auto first = cache.compile("http and a", default_macros());
  EXPECT_EQ(*first, *cache.compile("http and a", default_macros()));
  EXPECT_NE(*first, *cache.compile("http and a", *macro_table::make({}))) << "another table";
  EXPECT_FALSE(cache.compile("a b", default_macros()));
  EXPECT_EQ(cache.compile("a b", default_macros()).error().text(), "1:3: unexpected token \"b\"");
  EXPECT_EQ(cache.size(), 3u);
}

TEST(QueryCache, ForgetsWhatWasUnusedForLongest) {
  query_cache cache{2};
  const auto a = *cache.compile("a", default_macros());
  const auto b = *cache.compile("b", default_macros());
  EXPECT_EQ(*cache.compile("a", default_macros()), a);
  cache.compile("c", default_macros());
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(*cache.compile("a", default_macros()), a);
  EXPECT_NE(*cache.compile("b", default_macros()), b);
}

TEST(QueryCache, KeepsAtLeast256AndLimitsTheirTexts) {
  query_cache cache;
  const auto first = *cache.compile("q0", default_macros());
  for (int i = 1; i < 256; ++i)
    cache.compile("q" + std::to_string(i), default_macros());
  EXPECT_EQ(*cache.compile("q0", default_macros()), first);
  for (int i = 0; i < 100; ++i)
    cache.compile(std::to_string(i) + std::string(60'000, ' '), default_macros());
  EXPECT_LT(cache.size(), 100u);
}

TEST(Query, IsSharedByThreads) {
  const auto item = filter_data("I1");
  query_cache cache;
  std::vector<query_ptr> queries;
  for (const char* text : {"http and request.headers['user-agent'] == r'^shopd' and redact('request.path')",
                           "http && status_code >= 500 && path.matches('^/v[0-9]') && 'app' in local_labels"})
    queries.push_back(*cache.compile(text, default_macros()));
  std::atomic<int> matched{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      json_record on{item};
      for (int n = 0; n < 200; ++n)
        for (const query_ptr& query : queries)
          matched += query->evaluate(on, later).matched ? 1 : 0;
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(matched, 4 * 200 * 2);
}

/// A record as a native one would be: its members are in a table, and a path is bound to an index once.
class bound_kind final : public record_kind {
 public:
  std::uintptr_t bind(const path& p) const override {
    ++asked;
    if (p.names() == std::vector<std::string>{"protocol", "name"}) return 1;
    return p.names() == std::vector<std::string>{"response", "status"} ? 2 : 0;
  }
  mutable std::atomic<int> asked{0};
};
bound_kind& native_kind() {
  static bound_kind kind;
  return kind;
}
class bound_record final : public record {
 public:
  explicit bound_record(std::int64_t status) noexcept : status_{status} {}
  field at(const path& p) override {
    switch (p.binding(native_kind())) {
      case 1:
        return std::string_view{"http"};
      case 2:
        return status_;
      default:
        return absent{};
    }
  }
  const json& whole() override {
    built = true;
    return tree_;
  }
  bool built = false;

 private:
  std::int64_t status_;
  json tree_ = json::object();
};

TEST(Record, IsAskedToBindEachPathOnce) {
  const auto query = *compile("http and response.status == 503", default_macros());
  bound_record first{503};
  EXPECT_TRUE(query->evaluate(first, later).matched);
  const int asked = native_kind().asked;
  for (int i = 0; i < 10; ++i) {
    bound_record other{500 + i};
    EXPECT_EQ(query->evaluate(other, later).matched, i == 3);
    EXPECT_FALSE(other.built) << "nothing is built that no path asks for";
  }
  EXPECT_EQ(native_kind().asked, asked);
}

TEST(Record, MayGiveScalarsAsTrees) {
  class tree_record final : public record {
   public:
    field at(const path&) override { return &five_; }
    const json& whole() override { return five_; }

   private:
    json five_ = 5;
  } on;
  EXPECT_TRUE((*compile("a == 5 and a > 4", default_macros()))->evaluate(on, later).matched);
  EXPECT_TRUE((*compile("id == 5 && stream == '5'", default_macros()))->evaluate(on, later).matched);
}

} // namespace
} // namespace remora::filter
