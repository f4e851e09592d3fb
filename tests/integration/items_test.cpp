// remora run with items: what traffic becomes, in scripts and on standard output.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/integration/remora_process.hpp"
#include "tests/support/capture_writer.hpp"
#include "tests/support/tcp_conversation.hpp"

namespace remora::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using json = nlohmann::ordered_json;

constexpr std::int64_t start_ns = 1'760'000'000'000'000'000;
constexpr std::int64_t step_ns = 1'000'000; ///< Between two packets.

/// Two requests on one connection, answered with 200 and 404, a packet a millisecond.
bytes web_capture(std::int64_t time = start_ns) {
  tcp_conversation talk;
  pcap_writer out{{byte_order::little, true}};
  const auto add = [&](const bytes& frame) {
    out.packet(time, frame);
    time += step_ns;
  };
  for (const bytes& frame : talk.handshake())
    add(frame);
  add(talk.data(side::client, text("GET /a?q=1 HTTP/1.1\r\nHost: shop\r\n\r\n")));
  add(talk.data(side::server, text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")));
  add(talk.data(side::client, text("POST /b HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nx=1")));
  add(talk.data(side::server, text("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")));
  for (const bytes& frame : talk.close(side::client))
    add(frame);
  return out.content();
}

class RunItems : public ::testing::Test {
 protected:
  finished run(const std::string& script, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"run", "-q", "-r", capture_});
    if (!script.empty()) options.push_back(folder_.file("s.js", script));
    return remora(options);
  }

  work_folder folder_;
  std::string capture_ = folder_.file("web.pcap", web_capture());
};

TEST_F(RunItems, CallsTheHookOnceForEachRequestWithItsResponse) {
  const auto result =
      run("function onItemCaptured(data) {"
          " console.log(data.protocol.name, data.request.method, data.request.path, data.response.status,"
          " data.elapsedTime, data.src.ip + ':' + data.src.port); }");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "http GET /a 200 1000 10.0.0.1:40000\n"
            "http POST /b 404 1000 10.0.0.1:40000\n");
}

TEST_F(RunItems, CallsTheHookAfterThePacketThatCompletedTheItem) {
  const auto result =
      run("var n = 0; function onPacketCaptured() { n++; }"
          "function onItemCaptured(data) { console.log(n, data.response.status); }");
  EXPECT_EQ(result.out, "5 200\n7 404\n");
}

TEST_F(RunItems, LetsJobsRunBetweenTheItemsBeforeAndAfterTheirInstant) {
  // The responses come half a millisecond before and one and a half after the full second.
  const auto capture = folder_.file("second.pcap", web_capture(start_ns - 4'500'000));
  const auto script = folder_.file("s.js",
                                   "jobs.schedule('j', '* * * * * *', function () { console.log('job'); });"
                                   "function onItemCaptured(data) { console.log(data.response.status); }");
  EXPECT_EQ(remora({"run", "-q", "-r", capture, script}).out, "200\njob\n404\n");
}

TEST_F(RunItems, PrintsItemsAsHooksSeeThem) {
  const auto result =
      run("function onItemCaptured(data) { console.log(JSON.stringify(data)); }", {"--json", "--items"});
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 4u) << result.out;
  for (std::size_t i = 0; i < 4; i += 2) {
    const json record = json::parse(lines[i]);
    EXPECT_EQ(record.at("type"), "item");
    EXPECT_EQ(record.at("item").dump(), json::parse(lines[i + 1]).at("text"));
  }
}

TEST_F(RunItems, PrintsItemsWithoutAnyScript) {
  const auto result = run("", {"--items"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(lines_of(result.out),
              ElementsAre("2025-10-09T08:53:20.003Z HTTP 10.0.0.1:40000 > 10.0.0.2:80 GET /a 200 1 ms",
                          "2025-10-09T08:53:20.005Z HTTP 10.0.0.1:40000 > 10.0.0.2:80 POST /b 404 1 ms"));
}

TEST_F(RunItems, CountsItemsByProtocolInTheSummary) {
  const auto result = remora({"run", "--json", "--items", "-r", capture_});
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 3u) << result.out;
  EXPECT_EQ(json::parse(lines.back()).at("items").dump(), R"({"http":2})");
}

TEST_F(RunItems, SaysWhichHalfIsMissing) {
  tcp_conversation talk;
  pcap_writer out{{byte_order::little, true}};
  std::int64_t time = start_ns;
  for (const bytes& frame : talk.handshake())
    out.packet(time++, frame);
  out.packet(time, talk.data(side::client, text("GET /never HTTP/1.1\r\nHost: shop\r\n\r\n")));
  const auto result = remora({"run", "-q", "-r", folder_.file("half.pcap", out.content()), "--items"});
  EXPECT_THAT(result.out, HasSubstr("GET /never (pair-not-found: no response seen)"));
}

TEST_F(RunItems, GivesTheSameOutputTwice) {
  const std::string script =
      "// a\nvar n = 0; function onPacketCaptured() { n++; }\n"
      "function onItemCaptured(data) { console.log(n, data.id, JSON.stringify(data).length); }";
  const auto first = run(script, {"--json", "--items"});
  EXPECT_EQ(first.out, run(script, {"--json", "--items"}).out);
  EXPECT_THAT(first.err, IsEmpty());
}

} // namespace
} // namespace remora::test
