#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "http/base64url.hpp"
#include "http/health.hpp"
#include "served.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::http {
namespace {

using namespace test;
using ::testing::HasSubstr;

const std::string upgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A short frame as a client sends it: masked with zeros, which is allowed and readable.
std::string frame(unsigned char opcode, const std::string& payload, bool masked = true) {
  std::string out;
  out += static_cast<char>(0x80U | opcode);
  out += static_cast<char>((masked ? 0x80U : 0U) | payload.size());
  if (masked) out.append(4, '\0');
  return out + payload;
}
constexpr unsigned char text_frame = 1;
constexpr unsigned char binary_frame = 2;
constexpr unsigned char close_frame = 8;
constexpr unsigned char ping_frame = 9;

/// Answers every text with itself, and notes what it hears.
class echoing {
 public:
  route at(const std::string& path) {
    return websocket_route(path, access::viewer, "echo", [this](const request&, const websocket& to) {
      {
        const std::lock_guard lock{mutex_};
        sockets_.push_back(to);
      }
      changed_.notify_all();
      return websocket_events{[to](const std::string& text) { to.send("echo " + text); },
                              [this] {
                                const std::lock_guard lock{mutex_};
                                ++closed_;
                                changed_.notify_all();
                              }};
    });
  }
  websocket wait_for_socket() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !sockets_.empty(); });
    return sockets_.front();
  }
  int wait_for_closed(int count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return closed_ >= count; });
    return closed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<websocket> sockets_;
  int closed_ = 0;
};

class WebSocket : public ::testing::Test {
 protected:
  client open(const served& server, const std::string& more = {}) {
    auto one = server.connect();
    const auto got = one.ask(get("/ws", upgrade + more));
    EXPECT_EQ(got.status, 101u) << got.body;
    EXPECT_EQ(got.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    return one;
  }
  /// The payload of one short frame of the server's.
  static std::string read_frame(client& from) {
    const std::string head = from.read_bytes(2);
    if (head.size() < 2) return "gone";
    const std::string payload = from.read_bytes(static_cast<unsigned char>(head[1]));
    if ((static_cast<unsigned char>(head[0]) & 0xfU) != close_frame) return payload;
    const auto code = static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    return "close " + std::to_string(code) + " " + payload.substr(2);
  }

  /// Reads until the notices {"dropped":n} name `wanted` messages in sum, or nothing more comes. There may be
  /// several: the kernel takes more and more from the server while nobody reads, so room comes and goes.
  static std::uint64_t count_of_dropped(client& from, std::uint64_t wanted) {
    constexpr std::string_view notice = "{\"dropped\":";
    std::uint64_t sum = 0;
    std::string unread;
    while (sum < wanted) {
      const auto piece = from.read_bytes(1000);
      if (piece.empty()) return sum;
      unread += piece;
      for (auto at = unread.find(notice); at != std::string::npos; at = unread.find(notice)) {
        if (unread.find('}', at) == std::string::npos) break;
        sum += std::stoull(unread.substr(at + notice.size()));
        unread.erase(0, at + notice.size());
      }
      if (unread.size() > 10'000) unread.erase(0, unread.size() - 100);
    }
    return sum;
  }

  echoing echo; // outlives the servers of the tests
};

TEST_F(WebSocket, CarriesTextBothWaysAndSaysWhenItIsOver) {
  const served server{only(echo.at("/ws"))};
  {
    auto one = open(server);
    one.send(frame(text_frame, "a") + frame(text_frame, "b"));
    EXPECT_EQ(read_frame(one), "echo a");
    EXPECT_EQ(read_frame(one), "echo b");
    echo.wait_for_socket().send("pushed");
    EXPECT_EQ(read_frame(one), "pushed");
    one.send(frame(close_frame, "\x03\xe8"));
    EXPECT_THAT(read_frame(one), HasSubstr("close 1000"));
  }
  EXPECT_EQ(echo.wait_for_closed(1), 1);
  EXPECT_FALSE(echo.wait_for_socket().send("late"));
  const auto counters = server->counters();
  EXPECT_EQ(counters.websockets_opened, 1u);
  EXPECT_EQ(counters.messages_in, 2u);
  EXPECT_EQ(counters.messages_out, 3u);
}

TEST_F(WebSocket, StaysOpenWhileItsHandlerIsBusy) {
  std::promise<void> begun;
  std::promise<void> go_on;
  router routes = only(livez_route());
  routes.add(websocket_route("/ws", access::viewer, "slow", [&](const request&, const websocket& to) {
    return websocket_events{[&, to](const std::string&) {
                              begun.set_value();
                              go_on.get_future().wait();
                              to.send("done");
                            },
                            {}};
  }));
  const served server{std::move(routes)};
  auto one = open(server);
  one.send(frame(text_frame, "a"));
  begun.get_future().wait();
  EXPECT_EQ(server.ask(get("/livez")).status, 200u); // by then the connection has nothing left to do
  EXPECT_EQ(server->counters().websockets_open, 1u);
  go_on.set_value();
  EXPECT_EQ(read_frame(one), "done");
}

TEST_F(WebSocket, NoticesAClientThatVanishes) {
  const served server{only(echo.at("/ws"))};
  { const auto one = open(server); }
  EXPECT_EQ(echo.wait_for_closed(1), 1);
}

TEST_F(WebSocket, IsClosedWithTheReasonOfItsHandler) {
  const served server{only(echo.at("/ws"))};
  auto one = open(server);
  const auto to = echo.wait_for_socket();
  to.send("{\"error\":\"x\"}");
  to.close(close_code::policy_violation, "wrong filter");
  EXPECT_EQ(read_frame(one), "{\"error\":\"x\"}");
  EXPECT_EQ(read_frame(one), "close 1008 wrong filter");
}

TEST_F(WebSocket, RefusesMessagesThatAreTooLargeOrNoText) {
  auto small = echo.at("/ws");
  small.max_message_bytes = 10;
  const served server{only(small)};
  auto large = open(server);
  large.send(frame(text_frame, "12345678901"));
  EXPECT_THAT(read_frame(large), HasSubstr("close 1009"));
  auto binary = open(server);
  binary.send(frame(binary_frame, "x"));
  EXPECT_THAT(read_frame(binary), HasSubstr("close 1003"));
  auto no_text = open(server);
  no_text.send(frame(text_frame, "\xff"));
  EXPECT_THAT(read_frame(no_text), HasSubstr("close 1007"));
  auto unmasked = open(server);
  unmasked.send(frame(text_frame, "x", false));
  EXPECT_THAT(read_frame(unmasked), HasSubstr("close 1002"));
}

TEST_F(WebSocket, PingsAClientThatIsSilentAndLeavesOneThatStaysSo) {
  auto options = on_a_free_port();
  options.ping_every = std::chrono::milliseconds{200};
  const served server{only(echo.at("/ws")), options};
  auto one = open(server);
  EXPECT_EQ(static_cast<unsigned char>(one.read_bytes(2)[0]), 0x80U | ping_frame);
  while (!one.is_closed_by_peer()) {
    one.read_bytes(1);
  }
  EXPECT_EQ(echo.wait_for_closed(1), 1);
}

TEST_F(WebSocket, DropsForAClientThatStopsReadingAndTellsItLater) {
  auto narrow = echo.at("/ws");
  narrow.queue.messages = 8;
  narrow.queue.bytes = 1'000'000;
  const served server{only(narrow)};
  auto one = open(server);
  const auto to = echo.wait_for_socket();
  const auto text = std::make_shared<const std::string>(100'000, 'x');
  while (to.dropped() < 5) {
    to.send(text);
    EXPECT_LE(to.queued_bytes(), 1'000'000u) << "memory stays within the queue";
  }
  EXPECT_TRUE(to.is_open());
  const auto lost = to.dropped();
  EXPECT_EQ(count_of_dropped(one, lost), lost);
  EXPECT_EQ(server->counters().messages_dropped, lost);
}

TEST_F(WebSocket, IsClosedWhenTheServerStops) {
  served server{only(echo.at("/ws"))};
  auto one = open(server);
  echo.wait_for_socket();
  auto stopping = std::async(std::launch::async, [&server] { server->stop(); });
  EXPECT_THAT(read_frame(one), HasSubstr("close 1001"));
  one.send(frame(close_frame, "\x03\xe9"));
  stopping.get();
  EXPECT_EQ(echo.wait_for_closed(1), 1) << "told before stop() returned";
  EXPECT_EQ(server->counters().websockets_open, 0u);
}

TEST_F(WebSocket, IsClosedWhenItsHandlerFails) {
  router routes = only(websocket_route("/ws", access::viewer, "throws",
                                       [](const request&, const websocket&) -> websocket_events {
                                         throw std::runtime_error{"internal-secret"};
                                       }));
  const served server{std::move(routes)};
  auto one = open(server);
  EXPECT_EQ(read_frame(one), "close 1011 the server failed");
}

TEST_F(WebSocket, IsRefusedToPagesOfOthersAndWithoutAToken) {
  auto options = on_a_free_port();
  options.tokens = {{"wall", config::role::viewer, "secret"}};
  const served server{only(echo.at("/ws")), options};
  const std::string token = "Authorization: Bearer secret\r\n";
  EXPECT_EQ(server.ask(get("/ws", upgrade)).status, 401u);
  EXPECT_EQ(server.ask(get("/ws", upgrade + token + "Origin: http://evil.example\r\n")).status, 403u);
  EXPECT_EQ(server.ask(get("/ws", token)).status, 426u);
  open(server, token + "Origin: http://localhost\r\n");
}

TEST_F(WebSocket, TakesATokenWhereABrowserCanPutIt) {
  auto options = on_a_free_port();
  options.tokens = {{"wall", config::role::viewer, "secret"}};
  const served server{only(echo.at("/ws")), options};
  auto one = server.connect();
  const auto got = one.ask(get("/ws", upgrade + "Sec-WebSocket-Protocol: remora, remora.bearer." +
                                          encode_base64url("secret") + "\r\n"));
  EXPECT_EQ(got.status, 101u);
  EXPECT_EQ(got.header("sec-websocket-protocol"), "remora");
}

TEST_F(WebSocket, RefusesAHandshakeThatIsNone) {
  const served server{only(echo.at("/ws"))};
  EXPECT_EQ(server.ask(get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n")).status, 400u);
  EXPECT_EQ(server.ask(get("/ws", upgrade) + frame(text_frame, "early")).status, 400u);
}

TEST_F(WebSocket, SpeaksWithAClientThatOthersWrote) {
  const served server{only(echo.at("/ws"))};
  const remora::test::temporary_folder folder;
  std::ofstream{folder / "client.py"} << R"(import asyncio, sys, websockets
async def main():
    async with websockets.connect(sys.argv[1]) as ws:
        for text in ["a", "ä" * 10000, ""]:
            await ws.send(text)
            assert await ws.recv() == "echo " + text
        await ws.send(["frag", "ments"])
        assert await ws.recv() == "echo fragments"
        await (await ws.ping())
    print("closed", ws.close_code)
asyncio.run(main())
)";
  int status = 0;
  const auto out = run("/usr/bin/python3 " + (folder / "client.py").string() +
                           " ws://127.0.0.1:" + std::to_string(server->port()) + "/ws 2>&1",
                       &status);
  if (out.find("No module named 'websockets'") != std::string::npos)
    GTEST_SKIP() << "python3-websockets is missing";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(out, "closed 1000\n");
}

} // namespace
} // namespace remora::http
