// Measures dissection alone: conversations in memory, handed over as the flow table does it, until items.
//
//   bench-dissect [PAIRS] [LINE]      default 2000000 pairs, every line
//
// Keep-alive connections of a hundred pairs, each message about 300 bytes in one piece. Prints pairs a second
// and nanoseconds of processor time a pair, the items taken away every 256 pairs and destroyed; then the
// same with the pieces cut small, with chunked responses, and with every member of every item asked for.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/item_maker.hpp"

namespace {

using namespace remora;
using namespace remora::traffic;

constexpr std::uint64_t pairs_a_connection = 100;
constexpr std::size_t items_a_batch = 256;

struct script {
  const char* name;
  std::string request;
  std::string response;
  std::size_t piece_bytes = 1448;
  bool asks_for_all = false;
};

const std::string request =
    "GET /v2/prices?sku=A-17&cur=EUR HTTP/1.1\r\n"
    "Host: pricing.shop.svc.cluster.local:8080\r\n"
    "User-Agent: shopd/3.1 (linux; amd64)\r\n"
    "Accept: application/json\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "X-Request-Id: 7f3c2a90-5b1e-4d0f-9d52-3c1f0a1b2c3d\r\n"
    "Cookie: sid=0123456789abcdef; lang=de\r\n"
    "Connection: keep-alive\r\n\r\n";
const std::string body = "{\"sku\":\"A-17\",\"cur\":\"EUR\",\"price\":1299,\"stock\":41,\"valid\":true}";
const std::string fields =
    "Server: pricing/1.4\r\n"
    "Date: Thu, 09 Oct 2025 08:53:20 GMT\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "X-Trace: 00-4bf92f3577b34da6a3ce929d0e0e4736-01\r\n";
const std::string response =
    "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
const std::string chunked =
    "HTTP/1.1 200 OK\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n40\r\n" + body + "\r\n0\r\n\r\n";

void say(stream_consumer& to, direction who, const std::string& bytes, std::size_t piece, timestamp now) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    to.on_bytes(who, byte_view{data, bytes.size()}.skip(at).first(piece), now);
}

/// @returns How many bytes of JSON were asked for.
std::size_t drain(item_maker& maker, bool asks_for_all) {
  std::size_t bytes = 0;
  const item_batch batch = maker.take();
  if (!asks_for_all) return 0;
  for (const item& one : batch)
    bytes += to_json(one.request->members()).size() + to_json(one.response->members()).size();
  return bytes;
}

void measure(const script& what, std::uint64_t pairs) {
  item_maker maker{{}, std::make_shared<const item_origin>()};
  timestamp now = from_unix_ns(1'760'000'000'000'000'000);
  std::size_t json = 0;
  const std::clock_t begin = std::clock(); // processor time: neighbours do not count
  for (std::uint64_t done = 0, number = 1; done < pairs; ++number) {
    flow_info flow;
    flow.number = number;
    flow.client_known = true;
    flow.opened = now;
    const auto consumer = maker.open_stream(flow);
    for (std::uint64_t i = 0; i < pairs_a_connection; ++i, ++done) {
      say(*consumer, direction::from_client, what.request, what.piece_bytes,
          now += std::chrono::microseconds{1});
      say(*consumer, direction::from_server, what.response, what.piece_bytes,
          now += std::chrono::microseconds{1});
      if (maker.collected() >= items_a_batch) json += drain(maker, what.asks_for_all);
    }
    consumer->on_end(direction::from_client, stream_end::fin, now);
    consumer->on_end(direction::from_server, stream_end::fin, now);
  }
  json += drain(maker, what.asks_for_all);
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const auto made = static_cast<double>(maker.counters().pairs);
  std::printf("%-36s %9.0f pairs/s %7.0f ns/pair", what.name, made / took, took / made * 1e9);
  if (json != 0) std::printf(" %7.0f bytes of JSON", static_cast<double>(json) / made);
  std::printf("\n");
}

} // namespace

int main(int count, char** arguments) {
  const std::uint64_t pairs = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 2'000'000;
  std::printf("request %zu bytes, response %zu bytes\n", request.size(), response.size());
  const script scripts[] = {{"keep-alive, whole messages", request, response},
                            {"keep-alive, pieces of 100 bytes", request, response, 100},
                            {"keep-alive, chunked responses", request, chunked},
                            {"keep-alive, everything asked for", request, response, 1448, true}};
  const std::size_t only = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
  for (std::size_t i = 0; i < std::size(scripts); ++i)
    if (only == 0 || only == i + 1) measure(scripts[i], scripts[i].asks_for_all ? pairs / 10 : pairs);
  return 0;
}
