#include "tests/e2e/servers/name_server.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "tests/e2e/servers/waiting.hpp"

namespace remora::test {
namespace {

constexpr int dns_port = 53;

struct named_record {
  const char* name;
  const char* type;
  const char* data;
};

constexpr named_record records[] = {
    {"host.test.", "A", "192.0.2.7"},
    {"host.test.", "A", "192.0.2.8"},
    {"host.test.", "AAAA", "2001:db8::7"},
    {"alias.test.", "CNAME", "host.test."},
    {"_web._tcp.test.", "SRV", "1 2 8080 host.test."},
    {"test.", "MX", "10 mail.test."},
    {"test.", "MX", "20 host.test."},
    {"test.", "TXT", R"("v=spf1 -all")"},
    {"test.", "CAA", R"(0 issue "ca.test")"},
};

/// More than a datagram holds for who does not say that his hold more.
std::string much_text() { return '"' + std::string(250, 'x') + '"'; }
constexpr int texts = 4;

std::string write_bind(const room& in) {
  std::string zone =
      "$TTL 300\n@ SOA ns.test. keeper.test. 7 3600 900 604800 60\n@ NS ns.test.\nns A 127.0.0.1\n";
  for (const auto& one : records)
    zone += std::string{one.name} + ' ' + one.type + ' ' + one.data + '\n';
  for (int i = 0; i < texts; ++i)
    zone += "big TXT \"" + std::to_string(i) + "\" " + much_text() + '\n';
  for (int i = 0; i < 2'000; ++i)
    zone += "many" + std::to_string(i) + " A 10.0." + std::to_string(i / 200) + '.' +
            std::to_string(i % 200) + '\n';
  in.files().file("dns/test.zone", zone);
  in.files().file("dns/reverse.zone",
                  "$TTL 300\n@ SOA ns.test. keeper.test. 7 3600 900 604800 60\n@ NS ns.test.\n"
                  "7 PTR host.test.\n");
  return in.files().file("dns/settings",
                         "options { directory \"" + in.files().path("dns") +
                             "\"; pid-file none; lock-file none; session-keyfile none; recursion no; "
                             "listen-on { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; "
                             "querylog yes; empty-zones-enable no; };\n"
                             "controls { };\n"
                             "zone test { type primary; file \"test.zone\"; };\n"
                             "zone 2.0.192.in-addr.arpa { type primary; file \"reverse.zone\"; };\n");
}

std::string write_unbound(const room& in) {
  std::string text =
      "server:\n  interface: 127.0.0.1\n  chroot: ''\n  username: ''\n  pidfile: ''\n  logfile: ''\n"
      "  use-syslog: no\n  do-daemonize: no\n  log-queries: yes\n  module-config: iterator\n"
      "  directory: " +
      in.files().path("dns") +
      "\n  local-zone: test. static\n  local-zone: example. always_refuse\n"
      "  local-zone: 2.0.192.in-addr.arpa. static\n  local-data: '7.2.0.192.in-addr.arpa. PTR host.test.'\n";
  for (const auto& one : records)
    text += std::string{"  local-data: '"} + one.name + ' ' + one.type + ' ' + one.data + "'\n";
  for (int i = 0; i < texts; ++i)
    text += "  local-data: 'big.test. TXT \"" + std::to_string(i) + "\" " + much_text() + "'\n";
  return in.files().file("dns/settings", text);
}

std::string write_dnsmasq(const room& in) {
  std::string text =
      "listen-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\nlog-queries\npid-file=\nuser=root\n"
      "local=/test/\nlocal=/2.0.192.in-addr.arpa/\nlog-facility=-\nlocal-ttl=300\n"
      "host-record=host.test,192.0.2.7,2001:db8::7\nhost-record=host.test,192.0.2.8\n"
      "cname=alias.test,host.test\nsrv-host=_web._tcp.test,host.test,8080,1,2\n"
      "mx-host=test,mail.test,10\nmx-host=test,host.test,20\ntxt-record=test,v=spf1 -all\n"
      "caa-record=test,0,issue,ca.test\nptr-record=7.2.0.192.in-addr.arpa,host.test\n";
  for (int i = 0; i < texts; ++i)
    text += "txt-record=big.test," + std::to_string(i) + ',' + std::string(250, 'x') + '\n';
  return in.files().file("dns/settings", text);
}

struct way_to_run {
  std::vector<std::string> command;
  const char* ready; ///< What it says when it serves.
};

way_to_run prepare(dns_kind kind, const room& in) {
  switch (kind) {
    case dns_kind::bind:
      return {{"named", "-g", "-n", "1", "-c", write_bind(in)}, " running"};
    case dns_kind::unbound:
      return {{"unbound", "-d", "-c", write_unbound(in)}, "start of service"};
    case dns_kind::dnsmasq:
      return {{"dnsmasq", "--no-daemon", "-C", write_dnsmasq(in)}, "started, version"};
  }
  throw std::logic_error{"no such server"};
}

std::string between(const std::string& line, const std::string& before, const std::string& after) {
  const auto at = line.find(before);
  if (at == std::string::npos) return {};
  const auto begin = at + before.size();
  return line.substr(begin, line.find(after, begin) - begin);
}

/// named: "... query: host.test IN A -E(0)K (127.0.0.1)"; unbound: "... info: 127.0.0.1 host.test. A IN";
/// dnsmasq: "dnsmasq: query[A] host.test from 127.0.0.1".
std::optional<std::string> question_in(dns_kind kind, const std::string& line) {
  std::string name;
  std::string type;
  std::string klass;
  if (kind == dns_kind::bind) std::istringstream{between(line, ": query: ", "\n")} >> name >> klass >> type;
  if (kind == dns_kind::unbound) std::istringstream{between(line, "info: 127.0.0.1 ", "\n")} >> name >> type;
  if (kind == dns_kind::dnsmasq) {
    type = between(line, "query[", "]");
    name = between(line, "] ", " from");
  }
  if (type.empty()) return std::nullopt;
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name + ' ' + type;
}

} // namespace

std::string name_of(dns_kind kind) {
  switch (kind) {
    case dns_kind::bind:
      return "bind";
    case dns_kind::unbound:
      return "unbound";
    case dns_kind::dnsmasq:
      return "dnsmasq";
  }
  return {};
}

name_server::name_server(dns_kind kind, const room& in) : room_{in}, kind_{kind} {
  const auto how = prepare(kind, in);
  server_ = std::make_unique<server>(in, "one", name_of(kind), how.command, dns_port);
  if (!eventually([&] { return server_->said().find(how.ready) != std::string::npos; }))
    throw std::runtime_error{name_of(kind) + " does not serve. It said:\n" + server_->said()};
}

std::string name_server::dig(const std::vector<std::string>& question) const {
  std::vector<std::string> command{"dig", "@127.0.0.1", "+norecurse", "+tries=1", "+time=10"};
  command.insert(command.end(), question.begin(), question.end());
  return room_.run("one", command);
}

capture::probe name_server::probe() const {
  return [this](const std::string& word) { dig({word + ".test"}); };
}

std::vector<std::string> name_server::log() {
  server_->stop(SIGTERM);
  std::vector<std::string> all;
  std::istringstream lines{server_->said()};
  for (std::string line; std::getline(lines, line);)
    if (line.find(probe_mark) == std::string::npos)
      if (auto question = question_in(kind_, line)) all.push_back(*question);
  std::sort(all.begin(), all.end());
  return all;
}

} // namespace remora::test
