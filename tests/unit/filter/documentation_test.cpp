#include <fstream>
#include <vector>

#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;

/// The filters in the table of examples of the user's guide.
std::vector<std::string> documented_filters() {
  std::ifstream guide(REMORA_SOURCE_DIR "/docs/filter-language.md");
  std::vector<std::string> filters;
  bool in_table = false;
  for (std::string line; std::getline(guide, line);) {
    in_table = line.empty() ? false : in_table || line == "| filter | matches |";
    if (!in_table || line.rfind("| `", 0) != 0) continue;
    filters.push_back(line.substr(3, line.find("` |") - 3));
  }
  return filters;
}

TEST(DocumentedFilters, MatchWhatTheGuideSays) {
  const std::vector<std::string> filters = documented_filters();
  ASSERT_EQ(filters.size(), 5u);
  const std::vector<std::vector<std::string>> matched{{"I1", "I5"}, {"I2"}, {}, {"I1"}, {"I1", "I5"}};
  for (std::size_t i = 0; i < filters.size(); ++i) {
    std::vector<std::string> found;
    for (const char* name : {"I1", "I2", "I3", "I4", "I5"})
      if (matches(filters[i], filter_data(name))) found.emplace_back(name);
    EXPECT_EQ(found, matched[i]) << filters[i];
  }
  json refused = filter_data("I1");
  refused["response"]["status"] = 403;
  refused["dst"]["pod"] = nullptr;
  refused["dst"]["namespace"] = "bank";
  EXPECT_TRUE(matches(filters[2], refused));
}

} // namespace
} // namespace remora::filter
