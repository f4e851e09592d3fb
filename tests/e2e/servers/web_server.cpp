#include "tests/e2e/servers/web_server.hpp"

#include <csignal>
#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/e2e/servers/waiting.hpp"

namespace remora::test {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// What is posted goes on to a second server, so that it is read to its end, through a socket that no capture
// sees.
constexpr const char* nginx_settings = R"(
daemon off; master_process off; pid FOLDER/pid; error_log stderr info;
events { worker_connections 1024; }
http {
  log_format told '$remote_port\t$request\t$status\t$http_user_agent\t$request_length\t$bytes_sent';
  client_body_temp_path FOLDER/tmp; proxy_temp_path FOLDER/tmp; fastcgi_temp_path FOLDER/tmp;
  uwsgi_temp_path FOLDER/tmp; scgi_temp_path FOLDER/tmp; client_max_body_size 16m;
  types { text/html html; text/plain txt; application/octet-stream bin; }
  keepalive_requests 100000; gzip on; gzip_types text/html;
  server {
    listen ADDRESS:PORT; root FOLDER/pages; access_log FOLDER/log told;
    location = /nothing { return 204; }
    location = /old { return 302 /small.txt; }
    location /take { proxy_pass http://unix:FOLDER/taker; }
  }
  server { listen unix:FOLDER/taker; access_log off; location / { return 200 "taken\n"; } }
}
)";

constexpr const char* apache_settings = R"(
ServerRoot FOLDER
ServerName ADDRESS
PidFile FOLDER/pid
ErrorLog /dev/stderr
DefaultRuntimeDir FOLDER
Mutex posixsem
User nobody
Group nogroup
LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule mime_module MODULES/mod_mime.so
LoadModule alias_module MODULES/mod_alias.so
LoadModule deflate_module MODULES/mod_deflate.so
LoadModule filter_module MODULES/mod_filter.so
LoadModule reflector_module MODULES/mod_reflector.so
TypesConfig /dev/null
AddType text/html html
AddType text/plain txt
AddOutputFilterByType DEFLATE text/html
Listen ADDRESS:PORT
DocumentRoot FOLDER/pages
MaxKeepAliveRequests 0
Redirect 204 /nothing
Redirect 302 /old /small.txt
<Location /take>
  SetHandler reflector
</Location>
LogFormat "%{remote}p\t%r\t%>s\t%{User-Agent}i\t%I\t%O" told
CustomLog FOLDER/log told
)";

std::string told_by(const room& in, const std::string& settings, const std::string& address) {
  auto text = replaced(settings, "FOLDER", in.files().path("web"));
  text = replaced(text, "MODULES", "/usr/lib/apache2/modules");
  text = replaced(text, "ADDRESS", address);
  return in.files().file("web/settings", replaced(text, "PORT", std::to_string(web_server::port)));
}

void write_pages(const room& in) {
  std::string page = "<html><body>\n";
  while (page.size() < 20'000)
    page += "<p>Paragraph that begins at byte " + std::to_string(page.size()) + ".</p>\n";
  std::string big;
  while (big.size() < 300'000)
    big += "At byte " + std::to_string(big.size()) + '\n';
  big.resize(300'000);
  in.files().file("web/pages/small.txt", "small\n");
  in.files().file("web/pages/page.html", page + "</body></html>\n");
  in.files().file("web/pages/big.bin", big);
  std::filesystem::create_directory(in.files().path("web/tmp"));
}

exchange logged(const std::string& line) {
  exchange one;
  std::istringstream parts{line};
  std::string request;
  for (auto* part : {&one.port, &request, &one.status, &one.agent})
    std::getline(parts, *part, '\t');
  parts >> one.request_bytes >> one.response_bytes;
  std::istringstream{request} >> one.method >> one.uri >> one.version;
  EXPECT_TRUE(parts) << "a line of the log that is not understood: " << line;
  return one;
}

} // namespace

std::string name_of(web_kind kind) { return kind == web_kind::nginx ? "nginx" : "apache"; }

web_server::web_server(web_kind kind, const room& in, const std::string& machine, const std::string& address)
    : room_{in}, address_{address}, kind_{kind} {
  write_pages(in);
  const auto settings = told_by(in, kind == web_kind::nginx ? nginx_settings : apache_settings, address);
  const auto command = kind == web_kind::nginx
                           ? std::vector<std::string>{"nginx", "-c", settings, "-p", in.files().path("web")}
                           : std::vector<std::string>{"apache2", "-X", "-f", settings};
  server_ = std::make_unique<server>(in, machine, name_of(kind), command, port);
}

capture::probe web_server::probe_from(const std::string& machine) const {
  return [this, machine](const std::string& word) {
    room_.run(machine, {"curl", "-s", "-o", "/dev/null", url('/' + word)});
  };
}

std::vector<exchange> web_server::log() {
  server_->stop(kind_ == web_kind::nginx ? SIGQUIT : SIGTERM);
  std::vector<exchange> all;
  std::istringstream lines{content_of(room_.files().path("web/log"))};
  for (std::string line; std::getline(lines, line);)
    if (line.find(probe_mark) == std::string::npos) all.push_back(logged(line));
  return all;
}

} // namespace remora::test
