#include "stream_fixture.hpp"

namespace remora::hub::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Api, ListsItemsAsNodesSentThem) {
  hub.items_answer = {{R"({"id":"a","size":1e3})", R"({"id":"b"})"}, "more", {{"n2", "it is silent"}}};
  const auto page = read("/api/v1/items?query=http&limit=2");
  EXPECT_EQ(page["items"], json::parse(R"([{"id":"a","size":1e3},{"id":"b"}])"));
  EXPECT_EQ(page["next"], "more");
  EXPECT_EQ(page["missing"], json::parse(R"([{"node":"n2","why":"it is silent"}])"));
  EXPECT_EQ(hub.last_items.query, "http");
  EXPECT_EQ(hub.last_items.limit, 2U);
}

TEST_F(Api, SaysThatThereAreNoMoreItems) {
  EXPECT_EQ(read("/api/v1/items"), json::parse(R"({"items":[],"next":null,"missing":[]})"));
  EXPECT_EQ(hub.last_items.limit, 100U);
}

TEST_F(Api, PassesTheCursorAndTheTimesOfAListOn) {
  read("/api/v1/items?cursor=abc&since=1970-01-01T00:00:05Z&until=1970-01-01T00:00:09Z");
  EXPECT_EQ(hub.last_items.cursor, "abc");
  EXPECT_EQ(hub.last_items.from, at_second(5));
  EXPECT_EQ(hub.last_items.until, at_second(9));
}

TEST_F(Api, KeepsItsAnswerSoundWhateverANodeSent) {
  hub.items_answer.items = {R"({"id":)"};
  const auto answer = get("/api/v1/items");
  EXPECT_TRUE(json::accept(answer.body)) << answer.body;
}

TEST_F(Api, ShowsWhereAFilterIsWrong) {
  hub.fail_with(error{errc::invalid_filter, "1:5: unexpected token \"?\"\nhtt ??? a : p\n    ^"});
  const auto answer = get("/api/v1/items?query=htt%20%3F%3F%3F");
  EXPECT_EQ(detail(answer, 400), "1:5: unexpected token \"?\"\nhtt ??? a : p\n    ^");
  const auto problem = json::parse(answer.body);
  EXPECT_EQ(problem["line"], 1);
  EXPECT_EQ(problem["column"], 5);
}

TEST_F(Api, AsksToComeAgainWhenTooManyAsk) {
  hub.fail_with(error{errc::window_full, "later"});
  EXPECT_EQ(header(get("/api/v1/items"), "Retry-After"), "1");
}

TEST_F(Api, FindsAnItemWhetherItsSlashIsEscapedOrNot) {
  hub.items_answer.items = {R"({"id":"x"})"};
  for (const auto* target : {"/api/v1/items/10.1.0.7:30001%2F000000000042.pcap-3",
                             "/api/v1/items/10.1.0.7:30001/000000000042.pcap-3"}) {
    EXPECT_EQ(read(target), json::parse(R"({"id":"x"})"));
    EXPECT_EQ(hub.last_items.item, "10.1.0.7:30001/000000000042.pcap-3");
  }
}

TEST_F(Api, SaysThatAnItemMayBeOnANodeThatDidNotAnswer) {
  EXPECT_EQ(detail(get("/api/v1/items/a"), 404), "there is no item \"a\", or not any more");
  hub.items_answer.missing = {{"n2", "it is silent"}};
  EXPECT_THAT(detail(get("/api/v1/items/a"), 404), HasSubstr("not all nodes answered: n2 (it is silent)"));
}

TEST_F(Api, StreamsACaptureAndNamesTheNodesThatAreMissing) {
  hub.capture_pieces = {"section one ", "section two"};
  hub.capture_missing = {{"n2", "it is silent"}, {"n3", "it is off"}};
  const auto answer = get("/api/v1/pcap?query=dns");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "application/x-pcapng");
  EXPECT_EQ(answer.body, "section one section two");
  EXPECT_EQ(header(answer, "Remora-Missing"), "n2, n3");
  EXPECT_EQ(hub.last_capture.query, "dns");
}

TEST_F(Api, CutsACaptureOffThatBreaks) {
  hub.capture_pieces = {"a"};
  hub.capture_breaks = error{errc::unreachable, "n1 is gone"};
  EXPECT_EQ(get("/api/v1/pcap").body, "a[cut off]");
}

TEST_F(Api, SaysThatThereAreNoSuchPackets) {
  EXPECT_THAT(detail(get("/api/v1/pcap"), 404), HasSubstr("no node has packets"));
}

TEST_F(Api, RefusesWrongParametersOfItemsToo) {
  EXPECT_THAT(detail(get("/api/v1/items?limit=0"), 400), HasSubstr("\"limit\""));
  EXPECT_THAT(detail(get("/api/v1/items?qury=a"), 400), HasSubstr("did you mean \"query\"?"));
  EXPECT_THAT(detail(get("/api/v1/pcap?since=soon"), 400), HasSubstr("\"since\""));
}

// ---- live

TEST_F(Streams, GiveNewItemsAsTheyAre) {
  const auto client = open("/api/v1/items?query=http");
  ASSERT_EQ(hub.item_clients.size(), 1U);
  EXPECT_EQ(hub.item_clients[0].query, "http");
  const auto to = hub.item_clients[0].to.lock();
  to->take(R"({"id":"a"})");
  to->skipped(7);
  to->trouble({"n2", "it is silent"});
  EXPECT_THAT(client.next(3), ElementsAre(R"({"id":"a"})", R"({"dropped":7})",
                                          R"({"missing":{"node":"n2","why":"it is silent"}})"));
}

TEST_F(Streams, LetGoOfItemsWhenTheClientGoes) {
  const auto client = open("/api/v1/items");
  EXPECT_FALSE(hub.item_clients[0].to.expired());
  client.events.on_close();
  EXPECT_TRUE(hub.item_clients[0].to.expired());
}

TEST_F(Streams, HaveNoRoomForItemsThatAClientDoesNotRead) {
  const auto client = open("/api/v1/items");
  const auto to = hub.item_clients[0].to.lock();
  const std::string large = '"' + std::string(100'000, 'x') + '"';
  int taken = 0;
  for (; to->has_room() && taken < 100; ++taken)
    to->take(large);
  EXPECT_LT(taken, 10);
  EXPECT_EQ(client.client->dropped(), 0U);
  client.next(static_cast<std::size_t>(taken));
  EXPECT_TRUE(to->has_room());
}

TEST_F(Streams, EndWhenTheFilterHasReachedItsLimit) {
  const auto client = open("/api/v1/items");
  hub.item_clients[0].to.lock()->ended();
  EXPECT_EQ(client.next(), R"({"ended":true})");
  EXPECT_THAT(client.next(), HasSubstr("closed 1000"));
}

TEST_F(Streams, RefuseAFilterOfItemsThatIsWrong) {
  hub.fail_with(error{errc::invalid_filter, "1:5: unexpected token \"?\"\nhtt ?\n    ^"});
  const auto client = open("/api/v1/items?query=htt%20%3F");
  EXPECT_THAT(client.next(), HasSubstr("unexpected token"));
  EXPECT_THAT(client.next(), HasSubstr("closed 1008"));
}

TEST_F(Streams, TakeTheFilterOfTheCompatibleOneFromItsFirstMessageAndEveryLaterOne) {
  const auto client = open("/api/wsFull");
  EXPECT_TRUE(hub.item_clients.empty());
  client.events.on_text("http");
  client.events.on_text("dns");
  ASSERT_EQ(hub.item_clients.size(), 2U);
  EXPECT_EQ(hub.item_clients[0].query, "http");
  EXPECT_TRUE(hub.item_clients[0].to.expired());
  EXPECT_EQ(hub.item_clients[1].query, "dns");
  hub.item_clients[1].to.lock()->trouble({"n2", "it is silent"}); // its clients expect items alone
  hub.item_clients[1].to.lock()->take(R"({"id":"a"})");
  EXPECT_EQ(client.next(), R"({"id":"a"})");
}

TEST_F(Streams, SayThePlaceOfAWrongFilterToTheCompatibleClient) {
  const auto client = open("/api/wsFull");
  hub.fail_with(error{errc::invalid_filter, "1:5: unexpected token \"?\"\nhtt ?\n    ^"});
  client.events.on_text("htt ?");
  EXPECT_EQ(client.next(), R"({"error":"1:5: unexpected token \"?\"","position":"1:5"})");
  EXPECT_THAT(client.next(), HasSubstr("closed 1008"));
}

} // namespace
} // namespace remora::hub::test
