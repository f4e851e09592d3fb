#include "hub/store/script_store.hpp"

#include <gmock/gmock.h>

#include "protocol/content_hash.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto file = script_origin::file;
constexpr auto api = script_origin::api;

class ScriptStore : public test::StoreTest {
 protected:
  script_store scripts() { return script_store{data()}; }
  stored_script put(const std::string& title, const std::string& code,
                    std::optional<std::uint64_t> expected = {}) {
    return must(scripts().put({title, code, "", {}}, api, expected, at_second(1)));
  }
  std::vector<std::string> titles() {
    std::vector<std::string> all;
    for (const auto& script : must(scripts().list()))
      all.push_back(script.title);
    return all;
  }
};

TEST_F(ScriptStore, GivesBackWhatWasPut) {
  must(scripts().put({"Dns", "var a = 1;", "/etc/dns.js", false}, file, {}, at_second(5)));
  reopen();
  const auto found = must(scripts().find("Dns"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, "var a = 1;");
  EXPECT_EQ(found->hash, content_hash("var a = 1;"));
  EXPECT_EQ(found->file, "/etc/dns.js");
  EXPECT_EQ(found->origin, file);
  EXPECT_FALSE(found->active);
  EXPECT_EQ(found->created, at_second(5));
  EXPECT_EQ(found->changed, at_second(5));
}

TEST_F(ScriptStore, ListsScriptsInTheOrderTheyCame) {
  put("b", "1");
  put("a", "2");
  put("b", "3");
  EXPECT_THAT(titles(), ElementsAre("b", "a"));
}

TEST_F(ScriptStore, FindsCodeByItsHash) {
  const auto made = put("a", "var x;");
  EXPECT_EQ(must(scripts().code_of(made.hash)), "var x;");
  EXPECT_EQ(must(scripts().code_of(content_hash("other"))), std::nullopt);
}

TEST_F(ScriptStore, RaisesTheGenerationWithEveryChange) {
  EXPECT_EQ(must(scripts().generation()), 0u);
  put("a", "1");
  EXPECT_EQ(must(scripts().generation()), 1u);
  put("a", "2");
  EXPECT_EQ(must(scripts().generation()), 2u);
  must(scripts().set_active("a", false, {}, at_second(2)));
  EXPECT_EQ(must(scripts().generation()), 3u);
  EXPECT_EQ(must(scripts().raise_generation()), 4u);
  must(scripts().remove("a", {}));
  reopen();
  EXPECT_EQ(must(scripts().generation()), 5u);
}

TEST_F(ScriptStore, KeepsGenerationAndVersionWhenNothingChanged) {
  const auto first = put("a", "1");
  const auto again = put("a", "1");
  EXPECT_EQ(again.version, first.version);
  must(scripts().set_active("a", true, {}, at_second(9)));
  EXPECT_EQ(must(scripts().generation()), 1u);
}

TEST_F(ScriptStore, RefusesAChangeOfAnOldVersion) {
  const auto old = put("a", "1").version;
  const auto now = put("a", "2").version;
  auto late = scripts().put({"a", "3", "", {}}, api, old, at_second(2));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::conflict);
  EXPECT_THAT(late.error().message, HasSubstr("version " + std::to_string(now)));
  EXPECT_EQ(must(scripts().find("a"))->code, "2");
  EXPECT_EQ(scripts().remove("a", old).error(), errc::conflict);
  EXPECT_EQ(scripts().set_active("a", false, old, at_second(3)).error(), errc::conflict);
  EXPECT_EQ(put("a", "3", now).code, "3");
}

TEST_F(ScriptStore, MakesAScriptOnlyWhereThereIsNoneWhenAskedTo) {
  put("a", "1", 0);
  EXPECT_EQ(scripts().put({"a", "2", "", {}}, api, 0, at_second(2)).error(), errc::conflict);
}

TEST_F(ScriptStore, NeverUsesAVersionTwiceAlsoWhenAScriptComesBack) {
  const auto first = put("a", "1").version;
  must(scripts().remove("a", {}));
  EXPECT_GT(put("a", "1").version, first);
}

TEST_F(ScriptStore, SaysThatThereIsNoSuchScript) {
  EXPECT_EQ(scripts().remove("none", {}).error(), errc::not_found);
  EXPECT_EQ(scripts().set_active("none", true, {}, at_second(1)).error(), errc::not_found);
}

TEST_F(ScriptStore, RefusesWhatIsNoText) {
  EXPECT_EQ(scripts().put({"a", "\xFF", "", {}}, api, {}, at_second(1)).error(), errc::invalid_script);
  EXPECT_EQ(scripts().put({"", "1", "", {}}, api, {}, at_second(1)).error(), errc::invalid_script);
}

TEST_F(ScriptStore, ReplacesTheScriptsOfOneOriginAndLeavesTheOthers) {
  put("mine", "1");
  must(scripts().replace_origin(file, {{"a", "1", "a.js", {}}, {"b", "1", "b.js", {}}}, at_second(1)));
  const auto change =
      must(scripts().replace_origin(file, {{"b", "2", "b.js", {}}, {"c", "1", "c.js", {}}}, at_second(2)));
  EXPECT_THAT(change.added, ElementsAre("c"));
  EXPECT_THAT(change.changed, ElementsAre("b"));
  EXPECT_THAT(change.removed, ElementsAre("a"));
  EXPECT_THAT(titles(), ElementsAre("mine", "b", "c"));
  EXPECT_EQ(change.generation, 3u);
}

TEST_F(ScriptStore, CountsAWholeSetAsOneGeneration) {
  const auto change =
      must(scripts().replace_origin(file, {{"a", "1", "", {}}, {"b", "1", "", {}}}, at_second(1)));
  EXPECT_EQ(change.generation, 1u);
  const auto same =
      must(scripts().replace_origin(file, {{"a", "1", "", {}}, {"b", "1", "", {}}}, at_second(2)));
  EXPECT_TRUE(same.empty());
  EXPECT_EQ(same.generation, 1u);
  EXPECT_EQ(must(scripts().generation()), 1u);
}

TEST_F(ScriptStore, TakesOverATitleOfAnotherOriginAndSaysSo) {
  put("a", "by hand");
  const auto change = must(scripts().replace_origin(file, {{"a", "from a file", "a.js", {}}}, at_second(1)));
  EXPECT_THAT(change.taken_over, ElementsAre("a"));
  EXPECT_EQ(must(scripts().find("a"))->origin, file);
}

TEST_F(ScriptStore, ReplacesNothingWhenOneOfTheSetIsWrong) {
  must(scripts().replace_origin(file, {{"a", "1", "", {}}}, at_second(1)));
  EXPECT_FALSE(scripts().replace_origin(file, {{"b", "1", "", {}}, {"c", "\xFF", "", {}}}, at_second(2)));
  auto twice = scripts().replace_origin(file, {{"b", "1", "x.js", {}}, {"b", "1", "y.js", {}}}, at_second(2));
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("y.js"));
  EXPECT_THAT(titles(), ElementsAre("a"));
}

TEST_F(ScriptStore, LeavesOutADamagedScriptAndCountsItOnce) {
  put("a", "1");
  put("b", "2");
  must(data().run("UPDATE script SET code = '9' WHERE title = 'a'"));
  EXPECT_THAT(titles(), ElementsAre("b"));
  EXPECT_THAT(titles(), ElementsAre("b"));
  EXPECT_EQ(must(scripts().find("a")), std::nullopt);
  EXPECT_EQ(data().damaged().rows(), 1u);
}

TEST_F(ScriptStore, LetsADamagedScriptBePutAgainOrRemoved) {
  put("a", "1");
  put("b", "1");
  must(data().run("UPDATE script SET code = '9'"));
  EXPECT_EQ(put("a", "1").code, "1");
  must(scripts().remove("b", {}));
  EXPECT_THAT(titles(), ElementsAre("a"));
}

} // namespace
} // namespace remora::hub
