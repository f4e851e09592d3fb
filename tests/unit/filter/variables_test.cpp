#include "filter/kfl2/variables.hpp"

#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;

json of(const char* protocol, json rest) {
  rest["protocol"]["name"] = protocol;
  return rest;
}
void expect_all(const json& item, const std::vector<std::string>& queries) {
  for (const std::string& query : queries)
    EXPECT_TRUE(matches("(" + query + ") && true", item)) << query;
}

TEST(Variables, HaveDefaultsOnARecordWithoutAnything) {
  const json nothing = {{"protocol", {{"name", "?"}}}};
  for (const std::string_view name : kfl2::variable_names()) {
    if (name == "grpc_status") continue;
    const kfl2::variable* v = kfl2::find_variable(name);
    std::string expected = "0";
    switch (v->result.what()) {
      case kfl2::type::kind::boolean:
        expected = "false";
        break;
      case kfl2::type::kind::text:
        expected = name == "protocol" ? "protocol" : "''";
        break;
      case kfl2::type::kind::list:
        expected = "[]";
        break;
      case kfl2::type::kind::map:
        expected = "{}";
        break;
      case kfl2::type::kind::bytes:
        expected = "b''";
        break;
      case kfl2::type::kind::timestamp:
        expected = "timestamp('1970-01-01T00:00:00Z')";
        break;
      default:
        break;
    }
    EXPECT_TRUE(matches("(" + std::string(name) + " == " + expected + ") && true", nothing)) << name;
  }
  EXPECT_TRUE(matches("grpc_status == -1", nothing));
}

TEST(Variables, FallBackFromPodToServiceToEndpoint) {
  expect_all({{"src", {{"service", {{"metadata", {{"name", "s"}, {"namespace", "sn"}}}}}}},
              {"dst", {{"namespace", "d"}, {"endpointSlice", {{"metadata", {{"name", "e"}}}}}}}},
             {"src.pod.name == 's'", "src.pod.namespace == 'sn'", "dst.pod.name == 'e'",
              "dst.pod.namespace == 'd'", "dst.service.name == 'e'", "namespaces == ['sn', 'd']",
              "services == ['s', 'e']", "pods == ['s', 'e']"});
}

TEST(Variables, KnowWhichSideIsLocal) {
  const json item = {
      {"localPeer", "dst"},
      {"node", {{"name", "n"}, {"ip", "1.2.3.4"}}},
      {"src", {{"processName", "curl"}, {"pod", {{"spec", {{"nodeName", "far"}}}}}}},
      {"dst",
       {{"processName", "nginx"},
        {"resolutionStatus", "cache_miss"},
        {"pod", {{"metadata", {{"labels", {{"app", "web"}}}, {"annotations", {{"a", "1"}}}}}}}}}};
  expect_all(
      item, {"local_process_name == 'nginx'", "remote_process_name == 'curl'", "local_labels.app == 'web'",
             "remote_labels == {}", "local_annotations == {'a': '1'}", "local_node_name == 'n'",
             "remote_node_name == 'far'", "local_resolution_status == 'cache_miss'", "node.ip == '1.2.3.4'"});
}

TEST(Variables, OfHttp) {
  const json item = of("http", {{"request",
                                 {{"method", "GET"},
                                  {"url", "/a?b=1"},
                                  {"path", "/a"},
                                  {"bodySize", -1},
                                  {"headersSize", 10},
                                  {"httpVersion", "HTTP/2.0"},
                                  {"queryString", {{"b", {"1", "2"}}}},
                                  {"cookies", {{"c", "d"}}}}},
                                {"response", {{"status", 204}, {"bodySize", 5}}}});
  expect_all(item, {"method == 'GET' && url == '/a?b=1' && path == '/a'", "status_code == 204",
                    "http_version == 'HTTP/2'", "query_string.b == '1'", "request.cookies['c'] == 'd'",
                    "request_body_size == 0 && response_body_size == 5 && request_headers_size == 10"});
  expect_all(of("amqp", {{"request", {{"method", "basic publish"}}}}),
             {"method == ''", "amqp_method == 'basic.publish'"});
}

TEST(Variables, OfGrpc) {
  json item =
      of("http", {{"request", {{"path", "/a.B/Call"}}}, {"response", {{"headers", {{"Grpc-Status", "5"}}}}}});
  item["protocol"]["abbr"] = "gRPC";
  expect_all(item, {"grpc_method == 'Call'", "grpc_status == 5"});
}

TEST(Variables, OfDns) {
  const json item = of(
      "dns",
      {{"requestSize", 10},
       {"responseSize", 20},
       {"request", nullptr},
       {"response",
        {{"rcode", 3},
         {"questions", {{{"name", "q"}, {"type", "A"}}}},
         {"answers", {{{"name", "q"}, {"ip", "1.1.1.1"}}, {{"name", "q"}, {"cname", "c"}, {"ip", ""}}}}}}});
  expect_all(item,
             {"dns_questions == ['q'] && dns_question_types == ['A']", "dns_answers == ['q', '1.1.1.1', 'c']",
              "!dns_request && dns_response", "status_code == 3",
              "dns_request_length == 10 && dns_response_length == 20 && dns_total_size == 30"});
}

TEST(Variables, OfTlsHandshakes) {
  const json half =
      of("tlsx", {{"request", {{"sni", "a.example"}, {"cipherSuites", {"X", "Y"}}}}, {"response", nullptr}});
  expect_all(half, {"tlsx_sni == 'a.example' && tlsx_summary == 'a.example'", "tlsx_info == 'ClientHello'",
                    "'Y' in tlsx_cipher_suites", "tls_info == ''"});
  const json whole = of("tlsx", {{"response",
                                  {{"version", "TLS 1.3"},
                                   {"versionId", 772},
                                   {"cipherSuite", "C"},
                                   {"cipherSuiteId", 4865},
                                   {"alpn", "h2"}}}});
  expect_all(whole, {"tls_summary == 'ServerHello' && tls_info == 'TLS 1.3, C'", "tlsx_version == 772",
                     "tlsx_cipher_suite == 4865 && tlsx_alpn == 'h2' && tlsx_summary == 'h2'"});
}

TEST(Variables, OfTransport) {
  expect_all(
      of("tcp", {{"data", {{"payloadBase64", "cGluZw=="}, {"method", "PSH ACK"}, {"errorType", "Reset"}}}}),
      {"tcp_payload == b'ping' && tcp_method == 'PSH ACK' && tcp_error_type == 'Reset'",
       "udp_payload == b''"});
  expect_all(of("udp-flow", {{"data", {{"state", "open"}, {"localPps", 4}, {"l7Detected", {"HTTP"}}}}}),
             {"flow_state == 'open' && flow_local_pps == 4 && 'HTTP' in flow_l7_detected", "conn_state == ''",
              "flow"});
  expect_all(of("icmp", {{"data", {{"type", "EchoRequest"}, {"version", 6}}}}),
             {"icmp_type == 'EchoRequest' && icmp_version == 6"});
}

TEST(Variables, OfQueues) {
  expect_all(
      of("redis", {{"request", {{"command", "SET"}, {"key", std::string(70, 'k')}, {"args", {"k", "v"}}}}}),
      {"redis_command == 'SET k v' && redis_type == 'SET' && size(redis_key) == 64"});
  expect_all(filter_data("I3"), {"redis_command == 'SET cart:99 [3, EX, 60]'"});
  expect_all(
      of("kafka",
         {{"request", {{"apiKey", 2}, {"apiKeyName", "ListOffsets"}}}, {"response", {{"size", 52}}}}),
      {"kafka_api_key_name == 'LIST_OFFSETS' && kafka_api_key == 2 && kafka_size == 52", "kafka_request"});
  expect_all(
      of("ws", {{"response", {{"opcode", "text"}}}, {"request", {{"payloadData", std::string(2'000, 'x')}}}}),
      {"ws_opcode == 'text' && size(ws_request_payload_data) == 1024"});
}

TEST(Variables, OfDatabases) {
  expect_all(
      of("mysql", {{"request", {{"query", "select 1"}}},
                   {"response", {{"success", true}, {"errorCode", 7}, {"statementId", 4}}}}),
      {"mysql_query == 'select 1' && mysql_success && mysql_error_code == 7 && mysql_statement_id == 4"});
  expect_all(of("postgresql", {{"response", {{"success", false}, {"errorCode", "23505"}}}}),
             {"postgresql_error_code == '23505' && !postgresql_success"});
  expect_all(of("radius", {{"response", {{"code", 3}, {"codeName", "Access-Reject"}}}}),
             {"radius_code == 3 && radius_code_name == 'Access-Reject'"});
}

TEST(Variables, TakeStrangeRecordsAsTheyAre) {
  expect_all({{"seq", "12"},
              {"index", 1e300},
              {"stream", 5},
              {"src", "text"},
              {"node", {1, 2}},
              {"timestamp", 1e18}},
             {"id == 12 && index == 0 && stream == '5'", "src.ip == '' && node == {}",
              "timestamp == timestamp('1970-01-01T00:00:00Z')"});
}

} // namespace
} // namespace remora::filter
