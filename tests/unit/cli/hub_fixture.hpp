#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/http_server.hpp"
#include "http/problem.hpp"
#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {

/// What a stand-in for a hub was asked.
struct asked_of_hub {
  std::string line; ///< "GET /api/v1/nodes"
  http::fields query;
  std::string body;

  std::string value(const std::string& name) const {
    for (const auto& [known, content] : query)
      if (known == name) return content;
    return "";
  }
};

/// Runs commands against the HTTP server of the hub with routes that a test makes.
class HubTest : public CliTest {
 protected:
  using answering = std::function<http::response(const http::request&)>;

  /// Not left to the destructor: what a test's handlers use is a member of the test, and gone by then.
  void TearDown() override {
    if (server_) server_->stop();
  }

  /// Answers METHOD PATH ("/nodes", below /api/v1) in this way.
  void on(http::method verb, const std::string& path, answering how) {
    auto route = http::blocking_route(
        verb, path.rfind("/livez", 0) == 0 || path.rfind("/readyz", 0) == 0 ? path : "/api/v1" + path,
        http::access::viewer, "of a test", [this, how = std::move(how)](const http::request& asked) {
          note(asked);
          return how(asked);
        });
    if (verb == http::method::put || verb == http::method::post)
      route.body = {http::usual_body_bytes, "application/json", "", false};
    route.needs = path == "/livez"            ? http::access::none
                  : verb == http::method::get ? http::access::viewer
                                              : http::access::editor;
    routes_.add(std::move(route));
  }
  /// The same with a document.
  void answers(const std::string& path, const std::string& document, http::method verb = http::method::get,
               unsigned status = 200) {
    on(verb, path,
       [document, status](const http::request&) { return http::json_response(document, status); });
  }
  void stream(const std::string& path, http::websocket_handler handler) {
    routes_.add(http::websocket_route(
        "/api/v1" + path, http::access::viewer, "of a test",
        [this, handler = std::move(handler)](const http::request& asked, http::websocket client) {
          note(asked);
          return handler(asked, std::move(client));
        }));
  }

  /// Starts the hub, if it has not been, and points commands to it.
  void start() {
    if (server_) return;
    options_.listen = "127.0.0.1:0";
    auto started = http::http_server::start(options_, std::move(routes_));
    ASSERT_TRUE(started) << started.error().message;
    server_ = *std::move(started);
    where_.environment["REMORA_HUB"] = server_->url();
  }

  int remora_at_hub(const std::vector<std::string>& arguments) {
    start();
    return remora(arguments);
  }

  std::vector<asked_of_hub> asked() const {
    const std::lock_guard held{lock_};
    return noted_;
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& one : asked())
      out.push_back(one.line);
    return out;
  }

  http::server_options options_;
  http::router routes_;
  std::unique_ptr<http::http_server> server_;

 private:
  void note(const http::request& asked) {
    const std::lock_guard held{lock_};
    noted_.push_back({std::string{to_string(asked.verb)} + ' ' + asked.path, asked.query, asked.body});
  }

  mutable std::mutex lock_;
  std::vector<asked_of_hub> noted_;
};

} // namespace remora::cli::test
