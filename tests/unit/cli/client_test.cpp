#include <atomic>
#include <sys/socket.h>
#include <thread>

#include <gmock/gmock.h>

#include "base/file_descriptor.hpp"
#include "cli/client/digest.hpp"
#include "cli/client/hub_client.hpp"
#include "tests/unit/cli/hub_fixture.hpp"
#include "tests/unit/cli/raw_server.hpp"

namespace remora::client {
namespace {

using cli::test::HubTest;
using cli::test::raw_server;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct written_address {
  const char* given;
  const char* text;
};

class HubAddress : public ::testing::TestWithParam<written_address> {};

TEST_P(HubAddress, IsReadAsPeopleWriteIt) {
  const auto read = parse_hub_address(GetParam().given);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->text(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Addresses, HubAddress,
                         ::testing::Values(written_address{"http://127.0.0.1:8899", "http://127.0.0.1:8899"},
                                           written_address{"hub.example", "http://hub.example:8899"},
                                           written_address{"https://hub.example/", "https://hub.example"},
                                           written_address{"http://hub.example", "http://hub.example"},
                                           written_address{"https://hub.example:8443/remora/",
                                                           "https://hub.example:8443/remora"},
                                           written_address{"[::1]:8899", "http://[::1]:8899"}));

class WrongHubAddress : public ::testing::TestWithParam<const char*> {};

TEST_P(WrongHubAddress, IsRefusedWithAnExample) {
  const auto read = parse_hub_address(GetParam());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), errc::invalid_usage);
}

INSTANTIATE_TEST_SUITE_P(Addresses, WrongHubAddress,
                         ::testing::Values("", "ftp://hub", "http://", "hub:0", "hub:70000", "hub:x", "::1",
                                           "[::1", "hub name", "http://hub?x=1", "hub\r\nX: y"));

TEST(HubAddress, NeverRepeatsAPassword) {
  const auto read = parse_hub_address("http://me:secret@hub");
  EXPECT_THAT(read.error().message, AllOf(HasSubstr("--token-file"), Not(HasSubstr("secret"))));
}

TEST(PathSegment, EscapesWhatWouldLeadElsewhere) {
  EXPECT_EQ(path_segment("dns watch"), "dns%20watch");
  EXPECT_EQ(path_segment("../x?y#z%"), "..%2Fx%3Fy%23z%25");
  EXPECT_EQ(path_segment(".."), "%2E%2E");
}

TEST(QueryText, LeavesOutWhatWasNotAskedFor) {
  EXPECT_EQ(query_text({{"a", ""}, {"b", "x&y"}, {"c", "1"}}), "?b=x%26y&c=1");
  EXPECT_EQ(query_text({{"a", ""}}), "");
}

TEST(Digest, IsThatOfTheHub) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Json, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse_json(std::string(90, '[') + std::string(90, ']')));
  EXPECT_FALSE(parse_json(std::string(500'000, '[')));
  EXPECT_FALSE(parse_json(std::string(200, '[') + std::string(200, ']')));
  EXPECT_FALSE(parse_json("{"));
}

/// A client of an address on this machine.
reach reach_of(std::uint16_t port) {
  reach how;
  how.hub = {false, "127.0.0.1", port, ""};
  return how;
}

TEST(Exchange, SaysWhatToCheckWhenNobodyListens) {
  std::uint16_t free = 0;
  { free = raw_server{""}.port(); }
  const auto said = exchange(reach_of(free), {});
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error(), errc::unreachable);
  EXPECT_THAT(said.error().message, HasSubstr("does remora-hub run there"));
}

TEST(Exchange, SaysWhenANameDoesNotExist) {
  reach how = reach_of(1);
  how.hub.host = "no-such-host.invalid";
  EXPECT_EQ(exchange(how, {}).error(), errc::unreachable);
}

TEST(Exchange, GivesUpOnAServerThatIsSilent) {
  const raw_server silent{std::nullopt};
  reach how = reach_of(silent.port());
  how.answer_time = std::chrono::milliseconds{50};
  const auto said = exchange(how, {});
  EXPECT_EQ(said.error(), errc::unreachable);
  EXPECT_THAT(said.error().message, HasSubstr("did not answer within 50 ms"));
}

TEST(Exchange, EndsWhenItIsStopped) {
  const raw_server silent{std::nullopt};
  std::atomic<bool> stop{true};
  reach how = reach_of(silent.port());
  how.stop = &stop;
  EXPECT_THAT(exchange(how, {}).error().message, HasSubstr("interrupted"));
}

TEST(Exchange, NoticesWhatIsNoHttp) {
  const raw_server other{"220 mail.example ESMTP\r\n"};
  const auto said = exchange(reach_of(other.port()), {});
  EXPECT_EQ(said.error(), errc::malformed_message);
  EXPECT_THAT(said.error().message, HasSubstr("does not speak HTTP"));
}

TEST(Exchange, NoticesAnAnswerThatBreaksOff) {
  const raw_server cut{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"};
  EXPECT_THAT(exchange(reach_of(cut.port()), {}).error().message, HasSubstr("broke off"));
}

TEST(Exchange, BearsNoAnswerThatIsTooLarge) {
  const raw_server large{"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x')};
  reach how = reach_of(large.port());
  how.answer_bytes = std::size_t{1} << 20;
  EXPECT_THAT(exchange(how, {}).error().message, HasSubstr("more than 1 MiB"));
}

TEST(Exchange, SaysWhenAServerWantsNoTls) {
  const raw_server plain{"HTTP/1.1 400 Bad Request\r\n\r\n"};
  reach how = reach_of(plain.port());
  how.hub.tls = true;
  const auto said = exchange(how, {});
  EXPECT_EQ(said.error(), errc::unreachable);
  EXPECT_THAT(said.error().message, HasSubstr("http:// instead of https://"));
}

class HubClient : public HubTest {
 protected:
  hub_client client(const std::string& token = "") {
    start();
    return hub_client{reach_of(server_->port()), token};
  }
};

TEST_F(HubClient, PutsPagesTogether) {
  on(http::method::get, "/nodes", [](const http::request& asked) {
    const bool first = !asked.query_value("cursor");
    return http::json_response(first ? R"({"items":[1,2],"next":"x y","generation":7})"
                                     : R"({"items":[3],"next":null,"generation":8})");
  });
  const auto all = client().ask_all({"GET", "/nodes", {{"limit", "2"}}, {}, {}, false});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(to_text(*all), R"({"items":[1,2,3],"next":null,"generation":7})");
  EXPECT_EQ(asked().at(1).value("cursor"), "x y");
  EXPECT_EQ(asked().at(1).value("limit"), "2");
}

TEST_F(HubClient, AsksForNoMoreThanItNeeds) {
  answers("/nodes", R"({"items":[1,2,3],"next":"more"})");
  EXPECT_EQ(to_text(*client().ask_all({"GET", "/nodes", {}, {}, {}, false}, 2)),
            R"({"items":[1,2],"next":null})");
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(HubClient, DoesNotAskForEverWhenPagesAreEmpty) {
  answers("/nodes", R"({"items":[],"next":"again"})");
  EXPECT_TRUE(client().ask_all({"GET", "/nodes", {}, {}, {}, false}));
  EXPECT_EQ(lines().size(), 1u);
}

struct answered_status {
  unsigned status;
  errc code;
};

class HubClientTells : public HubClient, public ::testing::WithParamInterface<answered_status> {};

TEST_P(HubClientTells, WhatTheProblemDocumentSays) {
  on(http::method::get, "/nodes",
     [](const http::request& asked) { return http::problem(GetParam().status, "the reason", asked.path); });
  const auto said = client().ask({"GET", "/nodes", {}, {}, {}, false});
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, GetParam().code);
  EXPECT_THAT(said.error().message, HasSubstr("the reason"));
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, HubClientTells,
    ::testing::Values(answered_status{400, errc::invalid_usage}, answered_status{404, errc::not_found},
                      answered_status{409, errc::conflict}, answered_status{412, errc::conflict},
                      answered_status{422, errc::invalid_script}, answered_status{500, errc::io_failed},
                      answered_status{503, errc::io_failed}));

TEST_F(HubClient, SaysWhichRoleIsNeededAndNeverTheToken) {
  options_.tokens = {{"reader", config::role::viewer, "viewer-token-0123456"}};
  answers("/jobs/run", "{}", http::method::post);
  answers("/nodes", R"({"items":[]})");
  const call order{"POST", "/jobs/run", {}, {}, {}, false};
  EXPECT_TRUE(client("viewer-token-0123456").ask({"GET", "/nodes", {}, {}, {}, false}));
  const auto low = client("viewer-token-0123456").ask(order);
  EXPECT_EQ(low.error(), errc::refused);
  EXPECT_THAT(low.error().message, AllOf(HasSubstr("role editor"), Not(HasSubstr("viewer-token"))));
  const auto wrong = client("secret-wrong-token-1").ask(order);
  EXPECT_EQ(wrong.error(), errc::refused);
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("does not know this token"), Not(HasSubstr("secret"))));
  EXPECT_THAT(client().ask(order).error().message, HasSubstr("wants a token"));
}

TEST_F(HubClient, SaysWhenWhatAnswersIsNoHub) {
  on(http::method::get, "/nodes", [](const http::request&) { return http::text_response("<html>"); });
  EXPECT_EQ(client().ask({"GET", "/nodes", {}, {}, {}, false}).error(), errc::malformed_message);
}

TEST_F(HubClient, ReadsMessagesOfAWebSocketInOrder) {
  stream("/console", [](const http::request&, const http::websocket& to) {
    to.send(std::string{"one"});
    to.send(std::string{"two"});
    to.close(http::close_code::going_away, "the hub stops");
    return http::websocket_events{};
  });
  auto socket = client().follow({"GET", "/console", {}, {}, {}, false});
  ASSERT_TRUE(socket) << socket.error().message;
  const std::chrono::seconds patience{30};
  EXPECT_EQ((*socket)->next(patience).value(), "one");
  EXPECT_EQ((*socket)->next(patience).value(), "two");
  const auto end = (*socket)->next(patience);
  EXPECT_EQ(end.error(), errc::unreachable);
  EXPECT_THAT(end.error().message, HasSubstr("the hub stops"));
}

TEST_F(HubClient, WaitsForAMessageNoLongerThanItIsTold) {
  stream("/console", [](const http::request&, const http::websocket&) { return http::websocket_events{}; });
  auto socket = client().follow({"GET", "/console", {}, {}, {}, false});
  ASSERT_TRUE(socket) << socket.error().message;
  const auto nothing = (*socket)->next(std::chrono::milliseconds{1});
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
}

TEST_F(HubClient, SaysWhyAWebSocketIsRefused) {
  options_.tokens = {{"reader", config::role::viewer, "viewer-token-0123456"}};
  stream("/console", [](const http::request&, const http::websocket&) { return http::websocket_events{}; });
  const auto socket = client().follow({"GET", "/console", {}, {}, {}, false});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error(), errc::refused);
  EXPECT_THAT(socket.error().message, HasSubstr("wants a token"));
}

} // namespace
} // namespace remora::client
