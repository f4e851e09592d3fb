// Every example that ships loads, runs over the shipped captures, and says what its comment promises.

#include <filesystem>

#include <gmock/gmock.h>

#include "tests/integration/example_captures.hpp"
#include "tests/integration/remora_process.hpp"
#include "tests/support/capture_writer.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string examples = std::string{REMORA_SOURCE_DIR} + "/examples/";
const std::string demo = examples + "captures/demo.pcap";

std::vector<std::string> all_examples() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator{examples}) {
    const auto name = entry.path().filename().string();
    const bool folder = entry.is_directory() && name != "captures";
    if (folder || entry.path().extension() == ".js") paths.push_back(name);
  }
  return paths;
}

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, LoadsAndRunsOverEveryShippedCapture) {
  for (const auto& capture : std::filesystem::directory_iterator{examples + "captures"}) {
    if (capture.path().extension() == ".md") continue;
    const auto run =
        remora({"run", examples + GetParam(), "-r", capture.path().string(), "--run-jobs-at-end"});
    EXPECT_EQ(run.status, 0) << run.err;
  }
  EXPECT_EQ(remora({"scripts", "check", examples + GetParam()}).status, 0);
}

INSTANTIATE_TEST_SUITE_P(Shipped, Example, ::testing::ValuesIn(all_examples()), [](const auto& given) {
  std::string name;
  for (const char c : given.param)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  return name;
});

TEST(Examples, ShipTheCapturesThatTheGeneratorMakes) {
  for (const auto& capture : example_captures())
    EXPECT_EQ(read_file(examples + "captures/" + capture.name), capture.content) << capture.name;
}

TEST(Examples, PrintTheEnvironment) {
  const auto run =
      remora({"run", examples + "print-env.js", "-r", demo, "-e", "LIMIT=10", "--node-name", "n"});
  EXPECT_EQ(run.out, "This is node n with 1 environment values.\n  LIMIT = 10 (string)\nThe limit is 10\n");
}

TEST(Examples, ShowHowErrorsAreDealtWith) {
  const auto run = remora({"run", examples + "error-handling.js", "-r", demo});
  EXPECT_THAT(run.out, HasSubstr("Not JSON, so 42 is used: SyntaxError\n"));
  EXPECT_THAT(run.out, HasSubstr("Failure 1 of job unlucky: TypeError: no luck in this minute\n"));
  EXPECT_THAT(run.err, HasSubstr("I do not like packet number three"));
}

TEST(Examples, DrawAHistogramOfPacketSizes) {
  const auto run = remora({"run", examples + "packet-sizes.js", "-r", demo, "--json"});
  EXPECT_THAT(run.out, HasSubstr(R"("result":{"<= 64":)"));
}

TEST(Examples, FindFragments) {
  const auto run = remora(
      {"run", examples + "fragments.js", "-r", examples + "captures/fragments.pcap", "--run-jobs-at-end"});
  EXPECT_THAT(run.err, HasSubstr(" packets are fragments\n"));
  const auto none = remora({"run", examples + "fragments.js", "-r", demo, "--run-jobs-at-end"});
  EXPECT_THAT(none.err, Not(HasSubstr("are fragments")));
}

TEST(Examples, ShareALimitBetweenScripts) {
  const auto run = remora({"run", examples + "shared-limits", "-r", demo});
  EXPECT_THAT(run.out, HasSubstr("[watch] "));
  EXPECT_THAT(run.out, HasSubstr("A busy minute: "));
  EXPECT_THAT(run.out, HasSubstr("kB, the limit is 50\n"));
}

} // namespace
} // namespace remora::test
