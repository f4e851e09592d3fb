#include <gmock/gmock.h>

#include "cli/remote/item_text.hpp"
#include "tests/unit/cli/hub_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* page =
    R"({"items":[{"id":"b","startTime":"T2","protocol":{"abbr":"DNS"}},{"id":"a","startTime":"T1","protocol":{"abbr":"HTTP"}}],)"
    R"("next":null,"missing":[{"node":"n2","why":"it is silent"}]})";

class RemoteItems : public HubTest {};

TEST_F(RemoteItems, PrintsTheNewestLast) {
  answers("/items", page);
  EXPECT_EQ(remora_at_hub({"items", "http"}), 0) << err();
  EXPECT_EQ(out(), "T1 HTTP : > :\nT2 DNS : > :\n");
  EXPECT_EQ(asked().front().value("query"), "http");
  EXPECT_EQ(asked().front().value("limit"), "100");
}

TEST_F(RemoteItems, PrintsWholeItemsAsJson) {
  answers("/items", page);
  EXPECT_EQ(remora_at_hub({"items", "--json"}), 0) << err();
  EXPECT_EQ(out(), R"({"id":"a","startTime":"T1","protocol":{"abbr":"HTTP"}})"
                   "\n"
                   R"({"id":"b","startTime":"T2","protocol":{"abbr":"DNS"}})"
                   "\n");
}

TEST_F(RemoteItems, NamesTheNodesThatAreMissing) {
  answers("/items", page);
  EXPECT_EQ(remora_at_hub({"items"}), 0);
  EXPECT_THAT(err(), HasSubstr("items are missing: node n2: it is silent"));
}

TEST_F(RemoteItems, GoesOnOverPagesThatAreEmpty) {
  on(http::method::get, "/items", [](const http::request& asked) {
    const auto cursor = std::string{asked.query_value("cursor").value_or("")};
    if (cursor.empty()) return http::json_response(R"({"items":[],"next":"2","missing":[]})");
    if (cursor == "2") return http::json_response(R"({"items":[{"id":"a"}],"next":"3","missing":[]})");
    return http::json_response(R"({"items":[{"id":"b"}],"next":null,"missing":[]})");
  });
  EXPECT_EQ(remora_at_hub({"items", "--json", "--limit", "5"}), 0) << err();
  EXPECT_EQ(out(), "{\"id\":\"b\"}\n{\"id\":\"a\"}\n");
  EXPECT_EQ(asked().back().value("limit"), "4");
}

TEST_F(RemoteItems, FollowsWithoutShowingAnItemTwice) {
  answers("/items", R"({"items":[{"id":"a"}],"next":null,"missing":[]})");
  stream("/items", [](const http::request&, const http::websocket& client) {
    client.send(R"({"id":"a"})"); // came while the list was read
    client.send(R"({"dropped":7})");
    client.send(R"({"missing":{"node":"n2","why":"it is silent"}})");
    client.send(R"({"id":"b"})");
    client.send(R"({"ended":true})");
    client.close();
    return http::websocket_events{};
  });
  EXPECT_EQ(remora_at_hub({"items", "-f", "--json"}), 0) << err();
  EXPECT_EQ(out(), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_THAT(err(), HasSubstr("7 items were passed over"));
  EXPECT_THAT(err(), HasSubstr("node n2: it is silent"));
}

TEST_F(RemoteItems, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(remora_at_hub({"items", "-f", "--until", "5m"}), 2);
  EXPECT_EQ(remora_at_hub({"items", "a", "b"}), 2);
  EXPECT_EQ(remora_at_hub({"items", "--limit", "0"}), 2);
  EXPECT_THAT(lines(), ElementsAre());
}

// ---- packets

class RemotePackets : public HubTest {
 protected:
  void offer(std::vector<std::string> pieces, std::optional<error> breaks = {}, std::string missing = {}) {
    class body final : public http::body_source {
     public:
      body(std::vector<std::string> pieces, std::optional<error> breaks)
          : pieces_{std::move(pieces)}, breaks_{std::move(breaks)} {}
      result<std::string> next() override {
        if (at_ < pieces_.size()) return pieces_[at_++];
        if (breaks_) return tl::unexpected<error>(*breaks_);
        return std::string{};
      }

     private:
      std::vector<std::string> pieces_;
      std::optional<error> breaks_;
      std::size_t at_ = 0;
    };
    on(http::method::get, "/pcap", [pieces, breaks, missing](const http::request&) {
      http::response out;
      out.content_type = "application/x-pcapng";
      if (!missing.empty()) out.headers.emplace_back("Remora-Missing", missing);
      out.stream = std::make_shared<body>(pieces, breaks);
      return out;
    });
  }
  static std::string content_of(const std::string& name) {
    std::ifstream in{name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
};

TEST_F(RemotePackets, GoIntoAFileAsTheyCome) {
  offer({std::string(300'000, 'a'), "b"});
  EXPECT_EQ(remora_at_hub({"pcap", "dns", "-w", "out.pcapng"}), 0) << err();
  EXPECT_EQ(content_of("out.pcapng"), std::string(300'000, 'a') + "b");
  EXPECT_EQ(asked().front().value("query"), "dns");
}

TEST_F(RemotePackets, GoToStandardOutput) {
  offer({"abc"});
  EXPECT_EQ(remora_at_hub({"pcap", "-w", "-"}), 0) << err();
  EXPECT_EQ(out(), "abc");
}

TEST_F(RemotePackets, AreSaidToBeMissingOfNodesThatDidNotAnswer) {
  offer({"abc"}, {}, "n2, n3");
  EXPECT_EQ(remora_at_hub({"pcap", "-w", "out.pcapng"}), 0);
  EXPECT_THAT(err(), HasSubstr("did not answer: n2, n3"));
}

TEST_F(RemotePackets, AreNotWholeWhenTheAnswerBreaksOff) {
  offer({"abc"}, error{errc::unreachable, "n1 is gone"});
  EXPECT_EQ(remora_at_hub({"pcap", "-w", "out.pcapng"}), 1);
  EXPECT_THAT(err(), HasSubstr("out.pcapng is not whole"));
  EXPECT_EQ(content_of("out.pcapng"), "abc");
}

TEST_F(RemotePackets, CostNoOldFileWhenTheHubHasNone) {
  folder_.write("out.pcapng", "old");
  answers("/pcap", R"({"title":"Not Found","detail":"no node has packets"})", http::method::get, 404);
  EXPECT_EQ(remora_at_hub({"pcap", "-w", "out.pcapng"}), 1);
  EXPECT_THAT(err(), HasSubstr("no node has packets"));
  EXPECT_EQ(content_of("out.pcapng"), "old");
}

TEST_F(RemotePackets, NeedAPlaceToGoTo) {
  EXPECT_EQ(remora_at_hub({"pcap", "dns"}), 2);
  EXPECT_THAT(err(), HasSubstr("-w FILE"));
}

TEST_F(RemotePackets, CannotGoWhereNothingCanBeWritten) {
  offer({"abc"});
  EXPECT_EQ(remora_at_hub({"pcap", "-w", "no/such/folder/out.pcapng"}), 1);
  EXPECT_THAT(err(), HasSubstr("cannot be written"));
}

// ---- an item as a line

client::json read(const char* text) { return client::parse_json(text).value(); }

TEST(ItemText, HasWhatAPersonLooksFor) {
  EXPECT_EQ(
      item_text(read(
          R"({"startTime":"2025-10-09T08:53:20.250118Z","protocol":{"abbr":"HTTP"},"src":{"ip":"10.1.3.20","port":"41730","name":""},
              "dst":{"ip":"2001:db8::1","port":"8080","name":""},"request":{"method":"GET","path":"/v2/prices"},
              "response":{"status":503},"elapsedTime":12500})")),
      "2025-10-09T08:53:20.250118Z HTTP 10.1.3.20:41730 > [2001:db8::1]:8080 GET /v2/prices 503 12.5 ms");
}

TEST(ItemText, PrefersTheSummaryOfTheItem) {
  EXPECT_THAT(item_text(read(R"({"request":{"method":"GET","path":"/long"},"response":{},"elapsedTime":0,
      "base":{"method":"M","summary":"S","status":7,"statusQuery":"x"}})")),
              HasSubstr(" M S 7 0 ms"));
}

TEST(ItemText, ShowsTheQuestionOfDns) {
  EXPECT_THAT(item_text(read(R"({"request":{"opCode":"QUERY","questions":[{"name":"a.example"}]},
      "response":{"rcode":3},"elapsedTime":1000})")),
              HasSubstr("QUERY a.example 3 1 ms"));
}

TEST(ItemText, SaysWhatIsWrongWithAHalf) {
  EXPECT_THAT(item_text(read(R"({"request":{"method":"GET","path":"/"},"response":null,
      "error":{"type":"response","msg":"timed out"}})")),
              HasSubstr("GET / (response: timed out)"));
}

TEST(ItemText, LetsNothingActOnATerminal) {
  const auto line =
      item_text(read(R"({"src":{"name":"\u001b[2J"},"request":{"method":"\u0007","path":"\r\n"}})"));
  for (const char c : line)
    EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
}

TEST(ItemText, SurvivesItemsOfAnyShape) {
  for (const char* text : {"{}", R"({"src":[],"request":"x","base":7,"error":[1]})",
                           R"({"request":{"questions":[7]},"response":[]})"})
    EXPECT_FALSE(item_text(read(text)).empty());
}

} // namespace
} // namespace remora::cli::test
