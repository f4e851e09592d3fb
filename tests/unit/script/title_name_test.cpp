#include "script/files/title_name.hpp"

#include <cctype>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace remora::script {
namespace {

TEST(TitleName, IsTheTitleWhereThatIsHarmless) {
  struct row {
    const char* title;
    const char* name;
  };
  for (const row& r : {row{"dns watch", "dns watch"},
                       {"Report_2.daily-x", "Report_2.daily-x"},
                       {"a/b", "a%2Fb"},
                       {"a%2Fb", "a%252Fb"},
                       {".", "%2E"},
                       {"..", "%2E%2E"},
                       {"../../etc", "%2E.%2F..%2Fetc"},
                       {".hidden", "%2Ehidden"},
                       {"-rf", "%2Drf"},
                       {" blank ", "%20blank%20"},
                       {"a\nb", "a%0Ab"},
                       {"\xC3\xBC", "%C3%BC"},
                       {"~", "%7E"},
                       {"", "%"},
                       {"%", "%25"}})
    EXPECT_EQ(folder_name_of(r.title), r.name) << r.title;
  EXPECT_EQ(folder_name_of(std::string_view{"a\0b", 3}), "a%00b");
}

TEST(TitleName, KeepsTheBeginningOfALongTitle) {
  const std::string plain(140, 'x');
  EXPECT_EQ(folder_name_of(plain), plain);
  const std::string name = folder_name_of(plain + "x");
  EXPECT_EQ(name.size(), 60 + 1 + 64u);
  EXPECT_EQ(name.substr(0, 61), std::string(60, 'x') + '~');
  EXPECT_NE(name, folder_name_of(plain + "y"));
  const std::string fish = folder_name_of(std::string(200, '\xF0'));
  EXPECT_EQ(fish.substr(57, 4), "%F0~") << "no escape is cut in two";
}

/// A short text of few characters, so that equal ones, and ones that look like names, are often met.
std::string any_title(std::mt19937_64& random) {
  constexpr std::string_view letters{"a%2F/. -~\0\xC3\xBC", 13};
  std::string title;
  for (std::size_t left = random() % 7; left > 0; --left)
    title += letters[random() % letters.size()];
  if (random() % 8 == 0) title.insert(0, std::string(136 + random() % 8, 'a'));
  return title;
}

TEST(TitleName, IsAnotherForEveryTitleAndNeverAPath) {
  std::mt19937_64 random{7};
  std::map<std::string, std::string> title_of;
  for (int i = 0; i < 200'000; ++i) {
    const std::string title = any_title(random);
    const std::string name = folder_name_of(title);
    const auto [known, is_new] = title_of.emplace(name, title);
    ASSERT_TRUE(is_new || known->second == title)
        << title << " and " << known->second << " are both " << name;
    ASSERT_FALSE(name.empty());
    ASSERT_LE(name.size(), 140u);
    ASSERT_EQ(name.find_first_of("/\\\n\t"), std::string::npos);
    ASSERT_EQ(std::string{".- "}.find(name.front()), std::string::npos) << name;
    for (const char c : name)
      ASSERT_TRUE(std::isprint(static_cast<unsigned char>(c)) != 0) << name;
  }
  EXPECT_GT(title_of.size(), 10'000u);
}

} // namespace
} // namespace remora::script
