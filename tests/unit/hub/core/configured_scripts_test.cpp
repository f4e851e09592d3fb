#include "hub/scripts/configured_scripts.hpp"

#include <gmock/gmock.h>

#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;
using ::testing::ElementsAre;

class ConfiguredScripts : public test::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    in = std::make_unique<stores>(data());
  }
  configured_change take(const std::vector<script_source>& scripts) {
    config::script_set set;
    set.scripts = scripts;
    return must(take_over_configured(*in, set, scripting, at_second(0)));
  }
  /// "Dns+" when it is active, "Dns-" when it is not.
  std::vector<std::string> stored() {
    std::vector<std::string> all;
    for (const auto& script : must(in->scripts.list()))
      all.push_back(script.title + (script.active ? "+" : "-"));
    return all;
  }
  static script_source file(const std::string& title) {
    return {0, title, "/s/" + title + ".js", "//" + title};
  }

  std::unique_ptr<stores> in;
  config::scripting_settings scripting;
};

TEST_F(ConfiguredScripts, AllStartActiveWhenTheListIsEmpty) {
  take({file("Dns"), file("Http")});
  EXPECT_THAT(stored(), ElementsAre("Dns+", "Http+"));
}

TEST_F(ConfiguredScripts, OnlyThoseOfTheListStartActive) {
  scripting.active = {"Http"};
  take({file("Dns"), file("Http")});
  EXPECT_THAT(stored(), ElementsAre("Dns-", "Http+"));
}

TEST_F(ConfiguredScripts, KeepWhatSomebodyChoseWhenAFileChanges) {
  take({file("Dns"), file("Http")});
  must(in->scripts.set_active("Dns", false, {}, at_second(1)));
  auto changed = file("Dns");
  changed.code = "// Dns, changed";
  take({changed, file("Http")});
  EXPECT_THAT(stored(), ElementsAre("Dns-", "Http+"));
}

TEST_F(ConfiguredScripts, FollowTheListWhenItIsChanged) {
  take({file("Dns"), file("Http")});
  must(in->scripts.set_active("Dns", false, {}, at_second(1)));
  scripting.active = {"Dns"};
  take({file("Dns"), file("Http")});
  EXPECT_THAT(stored(), ElementsAre("Dns+", "Http-"));
}

TEST_F(ConfiguredScripts, GoWhenTheirFileIsGoneAndLeaveThoseOfTheApi) {
  must(in->scripts.put({"Mine", "var a;", {}, true}, script_origin::api, {}, at_second(0)));
  take({file("Dns")});
  take({});
  EXPECT_THAT(stored(), ElementsAre("Mine+"));
}

TEST_F(ConfiguredScripts, OfTheConfigurationItselfHaveNoFile) {
  scripting.scripts = {{"Inline", "var a;"}};
  take({file("Dns"), {1, "Inline", "Inline", "var a;"}});
  const auto all = must(in->scripts.list());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].origin, script_origin::file);
  EXPECT_EQ(all[1].origin, script_origin::in_config);
  EXPECT_EQ(all[1].file, "");
}

TEST_F(ConfiguredScripts, ChangeNothingWhenTheyAreAsBefore) {
  take({file("Dns")});
  const auto before = must(in->scripts.generation());
  EXPECT_TRUE(take({file("Dns")}).empty());
  EXPECT_EQ(must(in->scripts.generation()), before);
}

} // namespace
} // namespace remora::hub
