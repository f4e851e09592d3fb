#include "config/schema.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

TEST(Schema, NamesEachKeyOnceWhateverTheCase) {
  std::set<std::string> names;
  for (const key& k : schema()) {
    std::string folded;
    for (const char c : k.name)
      if (c != '_') folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    EXPECT_TRUE(names.insert(folded).second) << k.name;
  }
}

TEST(Schema, HasNoKeyThatIsASectionToo) {
  for (const key& k : schema())
    EXPECT_FALSE(is_section(k.name)) << k.name;
}

TEST(Schema, SaysWhatEveryKeyMeans) {
  for (const key& k : schema()) {
    EXPECT_GT(k.meaning.size(), 10u) << k.name;
    EXPECT_EQ(k.meaning.find('|'), std::string::npos) << k.name << ": would break the table";
  }
}

TEST(Schema, HasDefaultsThatAreAllowed) {
  // Every default, written as a file, is read without complaint.
  EXPECT_THAT(messages(load(dump_masked(settings{}))), testing::IsEmpty());
}

TEST(Schema, HasTheSecretsItShouldHave) {
  std::set<std::string> secrets;
  for (const key& k : schema())
    if (k.what.secret) secrets.insert(k.name);
  EXPECT_EQ(secrets, (std::set<std::string>{"hub.http.tokens", "hub.link.curve.secret_key",
                                            "worker.curve.secret_key", "scripting.env"}));
}

TEST(UnknownKey, NamesTheNearest) {
  struct row {
    const char* name;
    const char* nearest;
  };
  for (const row& r : {row{"scripting.sorce", "scripting.source"},
                       {"scripting.watchscripts", "scripting.watchScripts"},
                       {"scriptng.source", "scripting"},
                       {"hub.htp.listen", "hub.http"},
                       {"hub.http.lisen", "hub.http.listen"},
                       {"scripting.turn", "scripting.limits.turn"},
                       {"worker.snaplen", "worker.capture.snaplen"},
                       {"hubs", "hub"}}) {
    EXPECT_EQ(unknown_key(r.name),
              "unknown key `" + std::string{r.name} + "`; did you mean `" + r.nearest + "`?");
  }
}

TEST(UnknownKey, NamesNothingWhenNothingIsNear) {
  EXPECT_EQ(unknown_key("completely.different"), "unknown key `completely.different`");
  EXPECT_EQ(unknown_key(""), "unknown key ``");
  EXPECT_EQ(unknown_key(std::string(1000, 'x')).find("did you mean"), std::string::npos);
}

TEST(UnknownKey, CannotForgeLines) { EXPECT_EQ(unknown_key("a\nb").find('\n'), std::string::npos); }

TEST(UnknownKey, IsWhatAKeyWithDotsIs) {
  EXPECT_EQ(error_of("hub.data: /x\n"),
            "a.yaml:1:1: write each part of `hub.data` on a line of its own, the next one indented");
  EXPECT_EQ(error_of("hub:\n  http.listen: x\n"),
            "a.yaml:2:3: write each part of `hub.http.listen` on a line of its own, the next one indented");
}

} // namespace
} // namespace remora::config
