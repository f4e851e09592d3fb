#include "tests/e2e/servers/second_opinion.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "tests/e2e/servers/capture.hpp"
#include "tests/e2e/servers/dns_text.hpp"
#include "tests/integration/process.hpp"

namespace remora::test {
namespace {

using json = nlohmann::ordered_json; // the order of records tells

/// A member that may be there once, or as often as its list is long.
void each(const json& object, const std::string& member, const std::function<void(const json&)>& use) {
  const auto found = object.find(member);
  if (found == object.end()) return;
  if (!found->is_array()) return use(*found);
  for (const auto& one : *found)
    use(one);
}

/// A field anywhere inside: tshark puts some of them under names that quote the packet. "-" when there is
/// none.
std::string field(const json& inside, const std::string& name) {
  if (!inside.is_object()) return "-";
  if (const auto found = inside.find(name); found != inside.end()) {
    std::string all;
    each(inside, name, [&](const json& one) { all += (all.empty() ? "" : ", ") + one.get<std::string>(); });
    return all;
  }
  for (const auto& [key, value] : inside.items())
    if (const auto text = field(value, name); text != "-") return text;
  return "-";
}

json by_tshark(const std::string& file, std::vector<std::string> options) {
  options.insert(options.begin(), {"tshark", "-n", "-r", file, "-T", "json", "--no-duplicate-keys"});
  process one{options};
  const auto done = one.wait();
  EXPECT_EQ(done.status, 0) << done.err;
  return json::parse(done.out);
}

void add(std::vector<std::string>& texts, const std::string& text) {
  if (text.find(probe_mark) == std::string::npos) texts.push_back(text);
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

/// "http://127.0.0.1:8080/a" as "/a".
std::string path_in(const std::string& url) {
  const auto host = url.find("//");
  return host == std::string::npos ? url : url.substr(std::min(url.find('/', host + 2), url.size()));
}

std::string http_line(const json& message, const std::string& client) {
  const auto length = ' ' + field(message, "http.content_length_header");
  if (field(message, "http.request.method") != "-")
    return client + ' ' + field(message, "http.request.method") + ' ' + field(message, "http.request.uri") +
           ' ' + field(message, "http.request.version") + ' ' + field(message, "http.host") + ' ' +
           field(message, "http.user_agent") + length;
  return client + ' ' + field(message, "http.response.version") + ' ' + field(message, "http.response.code") +
         length + " for " + path_in(field(message, "http.response_for.uri"));
}

std::string type_name(const std::string& number) {
  static const std::map<std::string, std::string> names{
      {"1", "A"},    {"2", "NS"},    {"5", "CNAME"}, {"6", "SOA"},  {"12", "PTR"}, {"15", "MX"},
      {"16", "TXT"}, {"28", "AAAA"}, {"33", "SRV"},  {"41", "OPT"}, {"257", "CAA"}};
  const auto found = names.find(number);
  return found == names.end() ? number : found->second;
}

/// tshark takes the name of an SRV record apart.
std::string name_of(const json& record) {
  if (field(record, "dns.resp.type") != "33") return field(record, "dns.resp.name");
  return field(record, "dns.srv.service") + '.' + field(record, "dns.srv.proto") + '.' +
         field(record, "dns.srv.name");
}

std::string data_of(const json& record) {
  std::string all;
  for (const char* name : {"dns.a", "dns.aaaa", "dns.ns", "dns.cname", "dns.ptr.domain_name", "dns.txt",
                           "dns.soa.rname", "dns.srv.target", "dns.mx.mail_exchange"})
    if (const auto text = field(record, name); text != "-") all += text;
  return all;
}

std::string dns_line(const json& message) {
  std::string text = std::to_string(std::stoi(field(message, "dns.id"), nullptr, 16)) + ' ' +
                     code_name(std::stoi(field(message, "dns.flags.rcode")));
  const std::pair<const char*, const char*> sections[]{{"ANSWER", "Answers"},
                                                       {"AUTHORITY", "Authoritative nameservers"},
                                                       {"ADDITIONAL", "Additional records"}};
  for (const auto& [shown, member] : sections) {
    if (!message.contains(member)) continue;
    const auto& list = message.at(member);
    for (const auto& [key, unused] : list.items())
      each(list, key, [&, section = shown](const json& record) {
        const auto type = type_name(field(record, "dns.resp.type"));
        const auto klass = field(record, "dns.resp.class") == "0x0001" ? "IN" : "?";
        if (type != "OPT")
          text += std::string{" | "} + section + ' ' + name_of(record) + ' ' + field(record, "dns.resp.ttl") +
                  ' ' + klass + ' ' + type + ' ' + data_of(record);
      });
  }
  return text;
}

std::string header(const nlohmann::json& half, const char* name) {
  return half.at("headers").value(name, "-");
}

} // namespace

std::vector<std::string> http_by_tshark(const std::string& file, int server_port) {
  const auto port = std::to_string(server_port);
  std::vector<std::string> texts;
  for (const auto& packet :
       by_tshark(file, {"-d", "tcp.port==" + port + ",http", "-Y", "http", "-J", "tcp http"})) {
    const auto& layers = packet.at("_source").at("layers");
    const auto from = field(layers.at("tcp"), "tcp.srcport");
    const auto client = from == port ? field(layers.at("tcp"), "tcp.dstport") : from;
    each(layers, "http", [&](const json& message) {
      if (field(message, "http.response.code").front() != '1') add(texts, http_line(message, client));
    });
  }
  return sorted(texts);
}

std::vector<std::string> http_of(const std::vector<nlohmann::json>& items) {
  std::vector<std::string> texts;
  for (const auto& item : items) {
    const auto client = item.at("src").at("port").get<std::string>() + ' ';
    const auto& request = item.at("request");
    const auto& response = item.at("response");
    add(texts, client + request.at("method").get<std::string>() + ' ' + request.at("url").get<std::string>() +
                   ' ' + request.at("httpVersion").get<std::string>() + ' ' + header(request, "Host") + ' ' +
                   header(request, "User-Agent") + ' ' + header(request, "Content-Length"));
    add(texts, client + response.at("httpVersion").get<std::string>() + ' ' + response.at("status").dump() +
                   ' ' + header(response, "Content-Length") + " for " + request.at("url").get<std::string>());
  }
  return sorted(texts);
}

std::vector<std::string> dns_by_tshark(const std::string& file) {
  std::vector<std::string> texts;
  for (const auto& packet : by_tshark(file, {"-Y", "dns.flags.response==1", "-J", "dns"}))
    each(packet.at("_source").at("layers"), "dns", [&](const json& message) {
      // Tells what was asked, which is none of the text.
      if (message.dump().find(probe_mark) == std::string::npos) texts.push_back(dns_line(message));
    });
  return sorted(texts);
}

std::vector<std::string> dns_of(const std::vector<nlohmann::json>& items) {
  std::vector<std::string> texts;
  for (const auto& item : items) {
    std::string text;
    for (const auto& line : answer_in(item))
      text += (text.empty() ? "" : " | ") + line;
    texts.push_back(text);
  }
  return sorted(texts);
}

} // namespace remora::test
