// What clients and servers that others wrote say to each other over HTTP/1, against the server's own log.

#include <set>

#include <gmock/gmock.h>

#include "tests/e2e/servers/scale.hpp"
#include "tests/e2e/servers/web_server.hpp"

namespace remora::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class WebTraffic : public ::testing::TestWithParam<web_kind> {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(network_lab::why_not(), ""); }

  void run(const std::vector<std::string>& command) const { room_.run("one", command); }
  /// curl, silent, with the answers thrown away.
  void curl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"curl", "-s", "-S", "--remove-on-error"});
    run(arguments);
  }
  std::string url(const std::string& path) const { return web_.url(path); }
  /// A page that is thrown away.
  std::vector<std::string> pages(const std::vector<std::string>& paths) const {
    std::vector<std::string> words;
    for (const auto& path : paths)
      words.insert(words.end(), {"-o", "/dev/null", url(path)});
    return words;
  }
  void fetch(std::vector<std::string> options, const std::vector<std::string>& paths) const {
    const auto words = pages(paths);
    options.insert(options.end(), words.begin(), words.end());
    curl(options);
  }
  std::string some_file(std::size_t bytes) const {
    return room_.files().file("some", std::string(bytes, 'x'));
  }

  /// The items, after they were compared with the log: the same requests and answers on each connection, in
  /// the same order, nothing lost, nothing twice, no half.
  std::vector<json> items_as_logged(compared how = compared::all) {
    if (GetParam() == web_kind::apache) how = compared::essentials; // its counts are off by one now and then
    auto items = capture_.finish().items;
    EXPECT_EQ(difference(by_connection(exchanges_of(items), how), by_connection(web_.log(), how)), "");
    return items;
  }
  static std::vector<std::string> statuses(const std::vector<json>& items) {
    std::vector<std::string> all;
    for (const auto& item : items)
      all.push_back(exchange_of(item).status);
    return all;
  }

  room room_;
  web_server web_{GetParam(), room_, "one", "127.0.0.1"};
  capture capture_{room_, "one", "lo", web_.probe_from("one")};
};

TEST_P(WebTraffic, HasAnItemForEachPageOfAConnectionThatIsKept) {
  fetch({}, {"/small.txt", "/page.html", "/big.bin", "/missing", "/small.txt?q=a%20b&q=c"});
  const auto items = items_as_logged();
  EXPECT_THAT(statuses(items), ElementsAre("200", "200", "200", "404", "200"));
  std::set<std::string> connections;
  for (const auto& item : items)
    connections.insert(exchange_of(item).port);
  EXPECT_THAT(connections, SizeIs(1));
}

TEST_P(WebTraffic, KnowsAnswersWithoutABody) {
  fetch({"-I"}, {"/small.txt", "/big.bin"});
  fetch({}, {"/nothing", "/small.txt"});
  fetch({"-z", room_.files().path("web/pages/small.txt")}, {"/small.txt", "/small.txt"}); // newer than that?
  fetch({}, {"/small.txt"});
  EXPECT_THAT(statuses(items_as_logged()), ElementsAre("200", "200", "204", "200", "304", "304", "200"));
}

TEST_P(WebTraffic, FollowsRedirectionsAndRanges) {
  fetch({"-L"}, {"/old"});
  fetch({"-r", "10-99"}, {"/big.bin"});
  fetch({"-r", "0-9,20-29"}, {"/big.bin"});
  const auto items = items_as_logged();
  ASSERT_THAT(statuses(items), ElementsAre("302", "200", "206", "206"));
  EXPECT_EQ(items[2].at("response").at("bodySize"), 90);
}

TEST_P(WebTraffic, ReadsTheFieldsOfForms) {
  fetch({"-d", "name=Ada", "--data-urlencode", "said=a b&c"}, {"/take"});
  fetch({"-F", "name=Ada", "-F", "file=@" + some_file(10'000) + ";type=text/plain"}, {"/take"});
  const auto items = items_as_logged();
  ASSERT_EQ(items.size(), 2u);
  const auto& form = items[0].at("request").at("postData").at("params");
  EXPECT_EQ(form, json::parse(R"([{"name":"name","value":"Ada"},{"name":"said","value":"a b&c"}])"));
  const auto& parts = items[1].at("request").at("postData").at("params");
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[1].at("fileName"), "some");
  EXPECT_EQ(parts[1].at("value"), std::string(10'000, 'x'));
}

TEST_P(WebTraffic, JoinsTheChunksOfAnUpload) {
  run({"sh", "-c", R"(exec curl -s -o /dev/null -X POST -H Expect: -T - "$1" <"$2")", "sh", url("/take"),
       some_file(200'000)});
  const auto items = items_as_logged();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("request").at("headers").at("Transfer-Encoding"), "chunked");
  EXPECT_EQ(items[0].at("request").at("bodySize"), 200'000);
}

TEST_P(WebTraffic, DoesNotTakeAContinueForTheAnswer) {
  const auto body = "@" + some_file(300'000);
  const std::vector<std::string> slow{"-H", "Expect: 100-continue", "--expect100-timeout",
                                      "60", "--data-binary",        body};
  fetch(slow, {"/take", "/take"});
  const auto items = items_as_logged(compared::essentials); // servers count the interim answer
  ASSERT_EQ(items.size(), 2u);
  for (const auto& item : items) {
    EXPECT_EQ(exchange_of(item).status, "200");
    EXPECT_EQ(item.at("request").at("bodySize"), 300'000);
  }
}

TEST_P(WebTraffic, KnowsTheRefusalOfABodyThatNeverComes) {
  fetch({"-H", "Expect: 100-continue", "--expect100-timeout", "60", "-d", "@" + some_file(300'000)},
        {"/missing"});
  const auto items = items_as_logged(compared::essentials);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(exchange_of(items[0]).status, "404");
  // Apache lets the body come and reads it.
  EXPECT_EQ(items[0].at("request").at("bodySize"), GetParam() == web_kind::nginx ? 0 : 300'000);
}

TEST_P(WebTraffic, UndoesTheCompressionOfPages) {
  fetch({}, {"/page.html"});
  fetch({"--compressed"}, {"/page.html"});
  const auto items = items_as_logged();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1].at("response").at("headers").at("Content-Encoding"), "gzip");
  EXPECT_EQ(items[1].at("response").at("content").at("text"),
            items[0].at("response").at("content").at("text"));
  EXPECT_LT(items[1].at("responseSize"), 5'000);
}

TEST_P(WebTraffic, KnowsWhereAnAnswerEndsThatTheConnectionEnds) {
  fetch({"-H", "Connection: close"}, {"/big.bin", "/small.txt"});
  fetch({"--http1.0"}, {"/big.bin", "/page.html", "/missing"});
  fetch({"--http1.0", "--compressed"}, {"/page.html"}); // without a length
  EXPECT_EQ(items_as_logged().size(), 6u);
}

TEST_P(WebTraffic, SurvivesARefusedTunnel) {
  room_.lab().run("one", {"curl", "-s", "-p", "-x", url(""), "http://elsewhere.test/"}); // fails, of course
  fetch({}, {"/small.txt"});
  const auto items = items_as_logged(compared::essentials);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].at("request").at("method"), "CONNECT");
}

TEST_P(WebTraffic, OfWget) {
  run({"wget", "-q", "-O", "/dev/null", url("/small.txt"), url("/page.html"), url("/big.bin"), url("/old")});
  run({"wget", "-q", "-O", "/dev/null", "--no-http-keep-alive", url("/small.txt"), url("/big.bin")});
  run({"wget", "-q", "-O", "/dev/null", "--post-data=a=1", url("/take")});
  EXPECT_EQ(items_as_logged().size(), 8u);
}

TEST_P(WebTraffic, OfThousandsOfConnections) {
  run({"ab", "-q", "-n", std::to_string(many(2'000)), "-c", "20", url("/small.txt")});
  EXPECT_EQ(items_as_logged().size(), many(2'000));
}

TEST_P(WebTraffic, OfThousandsOfRequestsOnAFewConnections) {
  run({"ab", "-q", "-k", "-n", std::to_string(many(3'000)), "-c", "10", url("/small.txt")});
  EXPECT_EQ(items_as_logged().size(), many(3'000));
}

TEST_P(WebTraffic, OfThousandsOfUploads) {
  run({"ab", "-q", "-k", "-n", std::to_string(many(1'000)), "-c", "10", "-p", some_file(2'000), "-T",
       "text/plain", url("/take")});
  EXPECT_EQ(items_as_logged().size(), many(1'000));
}

TEST_P(WebTraffic, OfPipelinedRequests) {
  run({"h2load", "--h1", "-n", std::to_string(many(3'000)), "-c", "10", "-m", "8", url("/small.txt"),
       url("/missing"), url("/nothing")});
  EXPECT_EQ(items_as_logged().size(), many(3'000));
}

INSTANTIATE_TEST_SUITE_P(Servers, WebTraffic, ::testing::Values(web_kind::nginx, web_kind::apache),
                         [](const auto& given) { return name_of(given.param); });

} // namespace
} // namespace remora::test
