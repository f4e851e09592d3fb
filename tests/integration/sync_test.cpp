// `remora scripts` against a real hub.

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/integration/hub_process.hpp"

namespace remora::test {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Pair;

TEST(ScriptsSync, PrunesWhatFilesBroughtAndNothingElse) {
  hub_process hub;
  ASSERT_TRUE(hub.start()) << hub.last().err;
  const auto folder = hub.files().path("mine");
  hub.files().file("mine/alpha.js", "// alpha\n");
  hub.files().file("mine/beta.js", "// beta\n");
  const auto brought = remora({"scripts", "watch", "--once", "--hub", hub.url(), folder});
  ASSERT_EQ(brought.status, 0) << brought.err << hub.log();
  ASSERT_EQ(hub.call("PUT", "/api/v1/scripts/by%20hand", R"({"code":"// by hand\n"})").at("status"), 201);

  std::filesystem::remove(folder + "/beta.js");
  const auto pruned = remora({"scripts", "watch", "--once", "--prune", "--hub", hub.url(), folder});
  ASSERT_EQ(pruned.status, 0) << pruned.err << hub.log();
  std::map<std::string, std::string> files;
  const auto scripts = hub.get("/api/v1/scripts");
  for (const auto& script : scripts.at("items"))
    files[script.at("title")] = script.at("file");
  EXPECT_THAT(files, ElementsAre(Pair("alpha", EndsWith("mine/alpha.js")), Pair("by hand", "")));
}

} // namespace
} // namespace remora::test
