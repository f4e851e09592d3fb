#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "filter/kfl2/variable_table.hpp"
#include "filter/tree.hpp"

// The variables of one protocol each. Source: section 6.2 of the filter language.

namespace remora::filter::kfl2 {

using nlohmann::json;

namespace {

using namespace readers;
using groups_of_places = std::vector<places>;

value http_version(frame& f, const groups_of_places& groups) {
  const std::string_view version = first_text(f, groups[0]);
  return version == "HTTP/2.0" ? std::string_view{"HTTP/2"} : version;
}

value last_segment(frame& f, const groups_of_places& groups) {
  const std::string_view whole = first_text(f, groups[0]);
  const auto slash = whole.rfind('/');
  return slash == std::string_view::npos ? whole : whole.substr(slash + 1);
}

/// The member `name` of each object in a list.
value names_in(frame& f, const groups_of_places& groups, std::string_view name) {
  list_value made;
  const json* tree = first_tree(f, groups[0]);
  if (tree != nullptr && tree->is_array() && f.spend(tree->size()))
    for (const json& item : *tree)
      if (const json* found = find_member(item, name, false)) made.items.emplace_back(text_of(f, *found));
  return f.keep(std::move(made));
}
value question_names(frame& f, const groups_of_places& groups) { return names_in(f, groups, "name"); }
value question_types(frame& f, const groups_of_places& groups) { return names_in(f, groups, "type"); }

/// Owner names, each once, then what the records say, each once.
value answers(frame& f, const groups_of_places& groups) {
  list_value made;
  const json* tree = first_tree(f, groups[0]);
  if (tree == nullptr || !tree->is_array() || !f.spend(8 * tree->size())) return f.keep(std::move(made));
  const auto append = [&](const json& answer, std::string_view member) {
    const json* found = find_member(answer, member, false);
    const std::string_view text = found != nullptr ? text_of(f, *found) : std::string_view{};
    if (text.empty() || !f.spend(made.items.size())) return;
    const auto same = [&](const value& item) { return std::get<std::string_view>(item) == text; };
    if (std::none_of(made.items.begin(), made.items.end(), same)) made.items.emplace_back(text);
  };
  for (const json& answer : *tree)
    append(answer, "name");
  for (const json& answer : *tree)
    for (const std::string_view member : {"ip", "cname", "ns", "ptr", "mx", "srv", "txts"})
      append(answer, member);
  return f.keep(std::move(made));
}

/// @param groups The response.
value last_hello(frame& f, const groups_of_places& groups) {
  return std::string_view{std::get<bool>(present(f, groups)) ? "ServerHello" : "ClientHello"};
}

/// @param groups Version; cipher.
value tls_info(frame& f, const groups_of_places& groups) {
  const std::string_view version = first_text(f, groups[0]);
  const std::string_view cipher = first_text(f, groups[1]);
  if (version.empty() && cipher.empty()) return std::string_view{};
  return f.keep(std::string{version} + ", " + std::string{cipher});
}

value websocket_payload(frame& f, const groups_of_places& groups) {
  return cut_utf8(first_text(f, groups[0]), 1'024);
}
value redis_key(frame& f, const groups_of_places& groups) { return cut_utf8(first_text(f, groups[0]), 64); }

/// @param groups The verb; its arguments; what stands for them in older items: key; value.
value redis_command(frame& f, const groups_of_places& groups) {
  std::string command{first_text(f, groups[0])};
  const auto append = [&](std::string_view word) {
    if (f.spend(1 + word.size() / 16)) command.append(" ").append(word);
  };
  if (const json* arguments = first_tree(f, groups[1]); arguments != nullptr && arguments->is_array()) {
    for (const json& word : *arguments)
      append(text_of(f, word));
  } else {
    for (const std::size_t group : {std::size_t{2}, std::size_t{3}})
      if (const std::string_view word = first_text(f, groups[group]); !word.empty()) append(word);
  }
  return f.keep(std::move(command));
}

/// ListOffsets as LIST_OFFSETS.
value upper_snake(frame& f, const groups_of_places& groups) {
  std::string out;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (const char c : first_text(f, groups[0])) {
    if (is_upper(c) && !out.empty()) out += '_';
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
  }
  return f.keep(std::move(out));
}

value dotted_method(frame& f, const groups_of_places& groups) {
  std::string method{first_text(f, groups[0])};
  if (const auto space = method.find(' '); space != std::string::npos) method[space] = '.';
  return f.keep(std::move(method));
}

#define REMORA_HALVES(prefix, protocol)                     \
  {prefix "_request", 'b', protocol, present, "request"}, { \
    prefix "_response", 'b', protocol, present, "response"  \
  }
#define REMORA_SIZES(prefix, protocol, unit)                                \
  {prefix "_request_" unit, 'i', protocol, integer, "requestSize"},         \
      {prefix "_response_" unit, 'i', protocol, integer, "responseSize"}, { \
    prefix "_total_size", 'i', protocol, sum, "requestSize;responseSize"    \
  }

constexpr variable_row rows[] = {
    {"method", 's', "http", text, "request.method"},
    {"url", 's', "http", text, "request.url"},
    {"path", 's', "http", text, "request.path"},
    {"http_version", 's', "http", http_version, "request.httpVersion"},
    {"query_string", 'm', "http", map, "request.queryString"},
    {"request.headers", 'm', "http", headers, "request.headers"},
    {"response.headers", 'm', "http", headers, "response.headers"},
    {"request.cookies", 'm', "http", map, "request.cookies"},
    {"response.cookies", 'm', "http", map, "response.cookies"},
    {"request_headers_size", 'i', "http", size, "request.headersSize"},
    {"response_headers_size", 'i', "http", size, "response.headersSize"},
    {"request_body_size", 'i', "http", size, "request.bodySize"},
    {"response_body_size", 'i', "http", size, "response.bodySize"},
    {"grpc_method", 's', "gRPC", last_segment, "request.path"},
    {"grpc_status", 'i', "gRPC", integer, "response.headers.Grpc-Status"},

    {"dns_questions", 'l', "dns", question_names, "request.questions|response.questions"},
    {"dns_question_types", 'l', "dns", question_types, "request.questions|response.questions"},
    {"dns_answers", 'l', "dns", answers, "response.answers"},
    REMORA_HALVES("dns", "dns"),
    REMORA_SIZES("dns", "dns", "length"),

    {"tlsx_sni", 's', "tlsx", text, "request.sni"},
    {"tlsx_cipher_suite", 'i', "tlsx", integer, "response.cipherSuiteId"},
    {"tlsx_cipher_suites", 'l', "tlsx", list, "request.cipherSuites"},
    {"tlsx_alpn", 's', "tlsx", text, "response.alpn"},
    {"tlsx_version", 'i', "tlsx", integer, "response.versionId"},
    {"tlsx_summary", 's', "tlsx", text, "base.summary|request.sni|response.alpn|response.cipherSuite"},
    {"tlsx_info", 's', "tlsx", last_hello, "response"},
    {"tls_summary", 's', "tlsx", last_hello, "response"},
    {"tls_info", 's', "tlsx", tls_info, "response.version;response.cipherSuite"},
    REMORA_SIZES("tls", "tlsx", "size"),

    {"tcp_method", 's', "tcp", text, "data.method"},
    {"tcp_payload", 'y', "tcp", bytes, "data.payloadBase64"},
    {"tcp_error_type", 's', "tcp", text, "data.errorType"},
    {"tcp_error_message", 's', "tcp", text, "data.errorMessage"},
    {"udp_length", 'i', "udp", integer, "data.length"},
    {"udp_checksum", 'i', "udp", integer, "data.checksum"},
    {"udp_payload", 'y', "udp", bytes, "data.payloadBase64"},
    {"sctp_checksum", 'i', "sctp", integer, "data.checksum"},
    {"sctp_length", 'i', "sctp", integer, "data.length"},
    {"sctp_chunk_type", 's', "sctp", text, "data.chunkType"},
    {"icmp_type", 's', "icmp", text, "data.type"},
    {"icmp_version", 'i', "icmp", integer, "data.version"},
    {"icmp_length", 'i', "icmp", integer, "data.length"},

    {"ws_opcode", 's', "ws", text, "request.opcode|response.opcode"},
    REMORA_HALVES("ws", "ws"),
    {"ws_request_payload_data", 's', "ws", websocket_payload, "request.payloadData"},
    {"ws_request_payload_length", 'i', "ws", integer, "request.payloadLength"},
    {"ws_response_payload_length", 'i', "ws", integer, "response.payloadLength"},

    {"redis_type", 's', "redis", text, "request.command"},
    {"redis_command", 's', "redis", redis_command, "request.command;request.args;request.key;request.value"},
    {"redis_key", 's', "redis", redis_key, "request.key"},
    REMORA_SIZES("redis", "redis", "size"),
    {"kafka_api_key", 'i', "kafka", integer, "request.apiKey"},
    {"kafka_api_key_name", 's', "kafka", upper_snake, "request.apiKeyName"},
    {"kafka_client_id", 's', "kafka", text, "request.clientID"},
    {"kafka_size", 'i', "kafka", integer, "request.size|response.size"},
    REMORA_HALVES("kafka", "kafka"),
    {"kafka_request_summary", 's', "kafka", text, "base.summary"},
    {"kafka_request_size", 'i', "kafka", integer, "requestSize"},
    {"kafka_response_size", 'i', "kafka", integer, "responseSize"},
    {"amqp_method", 's', "amqp", dotted_method, "request.method"},
    {"amqp_summary", 's', "amqp", text, "base.summary"},
    REMORA_HALVES("amqp", "amqp"),
    REMORA_SIZES("amqp", "amqp", "length"),

    {"ldap_type", 's', "ldap", text, "request.type|response.type"},
    {"ldap_summary", 's', "ldap", text, "base.summary|request.baseObject|request.name|request.entry"},
    REMORA_HALVES("ldap", "ldap"),
    REMORA_SIZES("ldap", "ldap", "length"),
    {"radius_code", 'i', "radius", integer, "request.code|response.code"},
    {"radius_code_name", 's', "radius", text, "request.codeName|response.codeName"},
    REMORA_HALVES("radius", "radius"),
    {"radius_request_authenticator", 's', "radius", text, "request.authenticator"},
    REMORA_SIZES("radius", "radius", "length"),
    {"diameter_method", 's', "diameter", text, "request.method|response.method"},
    {"diameter_summary", 's', "diameter", text, "base.summary"},
    REMORA_HALVES("diameter", "diameter"),
    REMORA_SIZES("diameter", "diameter", "length"),

    {"mongodb_command", 's', "mongodb", text, "request.command"},
    {"mongodb_database", 's', "mongodb", text, "request.database"},
    {"mongodb_collection", 's', "mongodb", text, "request.collection"},
    {"mongodb_opcode", 's', "mongodb", text, "request.opcode"},
    {"mongodb_success", 'b', "mongodb", boolean, "response.success"},
    {"mongodb_error_code", 'i', "mongodb", integer, "response.errorCode"},
    {"mongodb_error_message", 's', "mongodb", text, "response.errorMessage"},
    {"mongodb_error_code_name", 's', "mongodb", text, "response.errorCodeName"},
    REMORA_SIZES("mongodb", "mongodb", "size"),
    {"mysql_command", 's', "mysql", text, "request.command"},
    {"mysql_query", 's', "mysql", text, "request.query"},
    {"mysql_database", 's', "mysql", text, "request.database"},
    {"mysql_statement_id", 'i', "mysql", integer, "request.statementId|response.statementId"},
    {"mysql_success", 'b', "mysql", boolean, "response.success"},
    {"mysql_error_code", 'i', "mysql", integer, "response.errorCode"},
    {"mysql_error_message", 's', "mysql", text, "response.errorMessage"},
    REMORA_SIZES("mysql", "mysql", "size"),
    {"postgresql_command", 's', "postgresql", text, "request.command"},
    {"postgresql_query", 's', "postgresql", text, "request.query"},
    {"postgresql_database", 's', "postgresql", text, "request.database"},
    {"postgresql_user", 's', "postgresql", text, "request.user"},
    {"postgresql_success", 'b', "postgresql", boolean, "response.success"},
    {"postgresql_error_code", 's', "postgresql", text, "response.errorCode"},
    {"postgresql_error_message", 's', "postgresql", text, "response.errorMessage"},
    REMORA_SIZES("postgresql", "postgresql", "size"),

#define REMORA_COUNTERS(prefix)                                           \
  {prefix "_local_pkts", 'i', prefix, integer, "data.localPkts"},         \
      {prefix "_local_bytes", 'i', prefix, integer, "data.localBytes"},   \
      {prefix "_remote_pkts", 'i', prefix, integer, "data.remotePkts"},   \
      {prefix "_remote_bytes", 'i', prefix, integer, "data.remoteBytes"}, \
      {prefix "_state", 's', prefix, text, "data.state"},                 \
      {prefix "_l7_detected", 'l', prefix, list, "data.l7Detected"}, {    \
    prefix "_group_id", 'i', prefix, integer, "data.groupId"              \
  }
    REMORA_COUNTERS("conn"),
    REMORA_COUNTERS("flow"),
    {"flow_local_pps", 'i', "flow", integer, "data.localPps"},
    {"flow_local_bps", 'i', "flow", integer, "data.localBps"},
    {"flow_remote_pps", 'i', "flow", integer, "data.remotePps"},
    {"flow_remote_bps", 'i', "flow", integer, "data.remoteBps"},
};

} // namespace

row_range protocol_variables() { return {std::begin(rows), std::size(rows)}; }

} // namespace remora::filter::kfl2
