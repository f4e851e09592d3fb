#include "config/live_settings.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/schema.hpp"
#include "support.hpp"

namespace remora::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LiveSettings : public testing::Test {
 public:
  LiveSettings() {
    std::string name = (std::filesystem::temp_directory_path() / "remora-live-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~LiveSettings() override { std::filesystem::remove_all(folder_); }
  LiveSettings(const LiveSettings&) = delete;
  LiveSettings& operator=(const LiveSettings&) = delete;

 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{path(name), std::ios::binary} << content;
    return path(name);
  }
  /// Settings that were loaded from hub.yaml with this content.
  live_settings started(const std::string& yaml, key_list foreign = {}, settings_judge judge = {}) const {
    live_settings live{{{write("hub.yaml", yaml)}, {}, {}}, std::move(foreign), std::move(judge)};
    const auto loaded = live.load();
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.errors.front().message);
    return live;
  }
  reload_outcome reloaded(live_settings& live, const std::string& yaml) const {
    write("hub.yaml", yaml);
    return live.reload();
  }

  std::filesystem::path folder_;
};

TEST_F(LiveSettings, TakeOverWhatTakesEffectAtOnce) {
  auto live = started("scripting: {source: /a}\njobs: {timezone: UTC}\n");
  const auto out = reloaded(live,
                            "scripting: {source: /b, limits: {turn: 1s}}\njobs: {timezone: CET}\n"
                            "log: {level: debug}\nworker: {limits: {flows: 5000}}\n");
  EXPECT_TRUE(out.ok());
  EXPECT_THAT(out.change.at_once, ElementsAre("worker.limits.flows", "scripting.source",
                                              "scripting.limits.turn", "jobs.timezone", "log.level"));
  EXPECT_THAT(out.change.at_restart, IsEmpty());
  EXPECT_EQ(live.running().scripting.source, "/b");
  EXPECT_EQ(live.running().scripting.limits.turn, std::chrono::seconds{1});
  EXPECT_EQ(live.running().jobs.timezone, "CET");
  EXPECT_EQ(live.running().log.level, log::level::debug);
  EXPECT_EQ(live.running().worker.limits.flows, 5'000);
}

TEST_F(LiveSettings, KeepWhatNeedsARestartAndNameItEachTime) {
  auto live = started("hub: {data: /a}\n");
  for (int time = 0; time < 2; ++time) {
    const auto out = reloaded(live, "hub: {data: /b, link: {listen: \"127.0.0.1:9\"}}\n");
    EXPECT_THAT(out.change.at_once, IsEmpty());
    EXPECT_THAT(out.change.at_restart, ElementsAre("hub.data", "hub.link.listen"));
    EXPECT_EQ(describe(out.change), "takes effect with a restart: hub.data, hub.link.listen");
    EXPECT_EQ(live.running().hub.data, "/a");
  }
  EXPECT_TRUE(reloaded(live, "hub: {data: /a}\n").change.empty());
}

TEST_F(LiveSettings, GoBackToTheDefaultOfAKeyThatIsLeftOut) {
  auto live = started("scripting: {limits: {turn: 1s}}\n");
  EXPECT_THAT(reloaded(live, "").change.at_once, ElementsAre("scripting.limits.turn"));
  EXPECT_EQ(live.running().scripting.limits.turn, std::chrono::seconds{5});
}

TEST_F(LiveSettings, RefuseAnInvalidFileAsAWholeWithAllItsErrors) {
  auto live = started("scripting: {source: /a}\n");
  const auto out = reloaded(live, "scripting: {source: /b, limits: {turn: x}}\nhub: {dta: /d}\n");
  ASSERT_EQ(out.errors.size(), 2u);
  EXPECT_THAT(out.errors[0].message, HasSubstr("hub.yaml:1:40: `scripting.limits.turn`"));
  EXPECT_THAT(out.errors[1].message, HasSubstr("hub.yaml:2:7: "));
  EXPECT_TRUE(out.change.empty());
  EXPECT_EQ(live.running().scripting.source, "/a");
  EXPECT_TRUE(reloaded(live, "scripting: {source: /b}\n").ok());
  EXPECT_EQ(live.running().scripting.source, "/b");
}

TEST_F(LiveSettings, StayWhenTheirFileIsGone) {
  auto live = started("scripting: {source: /a}\n");
  std::filesystem::remove(path("hub.yaml"));
  const auto out = live.reload();
  ASSERT_EQ(out.errors.size(), 1u);
  EXPECT_EQ(out.errors[0].code, errc::not_found);
  EXPECT_EQ(live.running().scripting.source, "/a");
}

TEST_F(LiveSettings, RefuseToOpenWhatIsUnprotected) {
  auto live = started("");
  const auto out = reloaded(live, "hub: {link: {listen: \"0.0.0.0:8891\"}}\n");
  ASSERT_EQ(out.errors.size(), 1u);
  EXPECT_THAT(out.errors[0].message, HasSubstr("hub.yaml:1:22: `hub.link.listen`: beyond loopback"));
}

TEST_F(LiveSettings, RefuseWhatTheProgramFindsWrong) {
  const settings_judge no_mars = [](const settings& s) {
    std::vector<error> out;
    if (s.jobs.timezone == "Mars/Olympus") out.push_back({errc::invalid_config, "no such zone"});
    return out;
  };
  auto live = started("jobs: {timezone: CET}\n", {}, no_mars);
  const auto out = reloaded(live, "jobs: {timezone: Mars/Olympus}\n");
  ASSERT_EQ(out.errors.size(), 1u);
  EXPECT_EQ(live.running().jobs.timezone, "CET");
}

TEST_F(LiveSettings, SayNothingAboutSectionsOfOtherPrograms) {
  auto live = started("", {"worker"});
  const auto out = reloaded(live, "worker: {data: /b, limits: {flows: 5000}}\nscripting: {enabled: false}\n");
  EXPECT_EQ(describe(out.change), "changed: scripting.enabled");
  EXPECT_EQ(reloaded(live, "worker: {dta: /b}\n").errors.size(), 1u) << "but they have to be right";
}

TEST_F(LiveSettings, FollowTheFilesThatValuesComeFrom) {
  const std::string token = write("token", "0123456789abcdef\n");
  const std::string secret = write("secret", "one\n");
  auto live =
      started("hub: {http: {tokens: [{role: admin, file: " + token +
              "}]}}\nscripting: {env: {S: \"${file:" + secret + "}\", T: \"${file:" + secret + "}\"}}\n");
  EXPECT_THAT(live.files(), ElementsAre(path("hub.yaml"), secret, token));
  write("secret", "two\n");
  EXPECT_THAT(live.reload().change.at_once, ElementsAre("scripting.env"));
  EXPECT_EQ(*live.running().scripting.env.find("S")->text(), "two");
  std::filesystem::remove(secret);
  EXPECT_FALSE(live.reload().ok());
  EXPECT_THAT(live.files(), Contains(secret)) << "so that its return is noticed";
}

TEST_F(LiveSettings, AreLoadedFromNothingButTheirDefaults) {
  live_settings live{{}};
  EXPECT_TRUE(live.load().ok());
  EXPECT_TRUE(compare(settings{}, live.running()).empty());
}

TEST_F(LiveSettings, AreTheDefaultsUntilTheyAreLoaded) {
  live_settings live{{{write("hub.yaml", "hub: {dta: 1}")}, {}, {}}};
  EXPECT_FALSE(live.load().ok());
  EXPECT_TRUE(compare(settings{}, live.running()).empty());
}

TEST(SettingsChange, NamesKeysAndNeverValues) {
  const auto change =
      compare(loaded("scripting: {env: {A: CANARY}}"), loaded("scripting: {env: {A: CANARY2}}"));
  EXPECT_EQ(describe(change), "changed: scripting.env");
}

TEST(SettingsChange, SeesADifferenceThatTheMaskedDumpHides) {
  const std::string before = "hub: {http: {tokens: [{role: admin, token: 0123456789abcdef}]}}";
  const std::string after = "hub: {http: {tokens: [{role: admin, token: 0123456789abcdeX}]}}";
  EXPECT_THAT(compare(loaded(before), loaded(after)).at_restart, ElementsAre("hub.http.tokens"));
  EXPECT_THAT(compare(loaded("scripting: {scripts: {a: b}}"), loaded("scripting: {scripts: {a: c}}")).at_once,
              ElementsAre("scripting.scripts"));
}

TEST(SettingsChange, KnowsWhichSectionsItTouches) {
  const auto change = compare(loaded(""), loaded("scripting: {limits: {turn: 1s}}\nhub: {data: /b}"));
  EXPECT_TRUE(change.touches("scripting"));
  EXPECT_TRUE(change.touches("scripting.limits"));
  EXPECT_TRUE(change.touches("scripting.limits.turn"));
  EXPECT_FALSE(change.touches("script"));
  EXPECT_FALSE(change.touches("scripting.limits.job"));
  EXPECT_FALSE(change.touches("hub")) << "which needs a restart";
  EXPECT_EQ(describe(change), "changed: scripting.limits.turn; takes effect with a restart: hub.data");
}

TEST(SettingsChange, IsEmptyBetweenEqualSettings) {
  const auto change = compare(loaded("hub: {data: /a}"), loaded("hub: {data: /a}"));
  EXPECT_TRUE(change.empty());
  EXPECT_EQ(describe(change), "nothing changed");
}

TEST(SettingsChange, TakesOverOneKeyAndNoOther) {
  const settings from = loaded("scripting: {source: /b, limits: {turn: 1s}}\nhub: {data: /b}");
  for (const key& k : schema()) {
    settings to;
    k.what.hand_on(from, to);
    EXPECT_TRUE(k.what.same(from, to)) << k.name;
    for (const key& other : schema())
      EXPECT_TRUE(other.name == k.name || other.what.same(to, settings{})) << other.name;
  }
}

} // namespace
} // namespace remora::config
