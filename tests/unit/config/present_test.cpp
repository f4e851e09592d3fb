#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

const std::string source_dir = REMORA_SOURCE_DIR;

std::string content_of(const std::string& path) {
  std::stringstream out;
  out << std::ifstream{path}.rdbuf();
  return out.str();
}

TEST(Dump, IsReadBackToTheSameSettings) {
  const std::string yaml = R"(hub: {data: "/a b", http: {listen: "[::1]:1"}, retention: {runs: 1h30m}}
worker: {capture: {interfaces: [eth0, "x: y"], filter: "port 80 # \"x\"", buffer: 512MB}, hub: "127.0.0.1:1"}
scripting: {active: ["dns watch", "a, b"], watchScripts: false, limits: {turn: 1s500ms, queue: 1000}}
log: {level: debug, format: json}
)";
  const std::string dump = dump_masked(loaded(yaml));
  EXPECT_EQ(dump_masked(loaded(dump)), dump);
  EXPECT_NE(dump.find("    interfaces: [\"eth0\",\"x: y\"]\n"), std::string::npos) << dump;
}

TEST(Dump, ShowsInlineScriptsAsTheirSize) {
  EXPECT_NE(dump_masked(loaded("scripting: {scripts: {a: \"12345\"}}"))
                .find("scripts: {\"a\":\"(5 bytes of code)\"}"),
            std::string::npos);
}

TEST(ShippedFiles, SayWhatIsTheDefaultAnyway) {
  for (const char* name : {"hub.yaml", "worker.yaml"}) {
    const auto outcome = load_settings({{source_dir + "/config/" + name}, {}, {}});
    EXPECT_THAT(messages(outcome), testing::IsEmpty());
    EXPECT_TRUE(outcome.warnings.empty());
    settings expected;
    if (outcome.is_set("scripting.source")) expected.scripting.source = "/etc/remora/scripts";
    EXPECT_EQ(dump_masked(outcome.value), dump_masked(expected)) << name;
  }
}

/// Everything from a heading of level three on, up to the end of the file.
constexpr const char* first_heading = "\n### `hub`\n";

TEST(Documentation, HoldsTheTableOfTheSchema) {
  const std::string path = source_dir + "/docs/configuration.md";
  const std::string document = content_of(path);
  const std::size_t start = document.find(first_heading);
  ASSERT_NE(start, std::string::npos);
  if (std::getenv("UPDATE_DOCS") != nullptr)
    std::ofstream{path} << document.substr(0, start) << reference_table();
  EXPECT_EQ(content_of(path).substr(start), reference_table())
      << "run this test with UPDATE_DOCS=1 in the environment";
}

TEST(Documentation, HasExamplesThatAreRight) {
  const std::string document = content_of(source_dir + "/docs/configuration.md");
  const environment_map environment{{"SLACK_WEBHOOK", "https://x"}, {"HUB_PORT", "8899"}};
  int examples = 0;
  const std::string fence = "```yaml\n";
  for (std::size_t at = document.find(fence); at != std::string::npos; at = document.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    const std::string yaml = document.substr(begin, document.find("```", begin) - begin);
    const auto read_any = [](const std::string&) -> result<std::string> { return "0123456789abcdef\n"; };
    EXPECT_THAT(messages(load_texts({{"example", yaml}}, {}, environment, read_any)), testing::IsEmpty())
        << yaml;
    ++examples;
  }
  EXPECT_GE(examples, 2);
}

} // namespace
} // namespace remora::config
