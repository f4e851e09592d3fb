// Traffic over a link that loses, repeats and reorders packets: what TCP mends, reassembly has to mend as
// well.

#include <csignal>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/e2e/servers/web_server.hpp"

namespace remora::test {
namespace {

/// The machine on which remora listens. What the other one sent may be lost before it is seen, what its own
/// sends after: it then sees the same bytes twice.
class RoughLink : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(network_lab::why_not(), ""); }

  RoughLink() {
    for (const char* cable : {"to-client", "to-server"}) // from the switch to the program
      room_.run("switch", {"ip", "link", "set", cable, "nomaster"});
    link_ = std::make_unique<process>(
        room_.on("switch", {REMORA_ROUGH_LINK, "to-client", "to-server", "10", "20", "300", "1"}));
    EXPECT_TRUE(link_->prints("ready")) << link_->complaints();
    web_ = std::make_unique<web_server>(web_kind::nginx, room_, "server", room_.address("server"));
    capture_ = std::make_unique<capture>(room_, GetParam(), "eth0", web_->probe_from("client"));
  }

  void run(const std::vector<std::string>& command) const { room_.run("client", command); }

  /// Compares what remora saw, live and from the file, with the log.
  void compare(std::size_t exchanges) {
    const auto live = capture_->finish().items;
    EXPECT_EQ(live.size(), exchanges);
    const auto logged = by_connection(web_->log(), compared::all);
    EXPECT_EQ(difference(by_connection(exchanges_of(live), compared::all), logged), "");
    EXPECT_EQ(difference(by_connection(exchanges_of(capture_->of_file().items), compared::all), logged), "");
    link_->send(SIGTERM);
    const auto said = link_->wait().out;
    std::istringstream words{said.substr(said.find('\n') + 1)};
    unsigned lost = 0;
    unsigned doubled = 0;
    std::string word;
    words >> lost >> word >> doubled;
    EXPECT_GT(lost, 10u) << said;
    EXPECT_GT(doubled, 10u) << said;
  }

  room room_{{"client", "server"}};
  std::unique_ptr<process> link_;
  std::unique_ptr<web_server> web_;
  std::unique_ptr<capture> capture_;
};

TEST_P(RoughLink, LosesNoPageOfManyConnections) {
  run({"ab", "-q", "-n", "200", "-c", "20", web_->url("/page.html")});
  compare(200);
}

TEST_P(RoughLink, LosesNoPageOfFewConnections) {
  run({"ab", "-q", "-k", "-n", "600", "-c", "20", web_->url("/small.txt")});
  run({"h2load", "--h1", "-n", "400", "-c", "10", "-m", "8", web_->url("/page.html"), web_->url("/nothing")});
  compare(1'000);
}

TEST_P(RoughLink, LosesNoByteOfLargeBodies) {
  const auto body = room_.files().file("body", std::string(200'000, 'x'));
  // ab would begin one more now and then, and leave it.
  run({"sh", "-c", R"(for i in $(seq 20); do curl -s -S -o /dev/null --data-binary "@$2" "$1" & done; wait)",
       "sh", web_->url("/take"), body});
  run({"ab", "-q", "-n", "20", "-c", "10", web_->url("/big.bin")});
  compare(40);
}

INSTANTIATE_TEST_SUITE_P(SeenFrom, RoughLink, ::testing::Values("client", "server"),
                         [](const auto& given) { return std::string{given.param}; });

} // namespace
} // namespace remora::test
