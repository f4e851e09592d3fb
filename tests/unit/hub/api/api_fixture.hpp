#pragma once

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_service.hpp"
#include "http/router.hpp"
#include "hub/api/routes/api_routes.hpp"

namespace remora::hub::test {

/// The routes around a hub in memory, called without a server: what a server checks first (roles, hosts,
/// sizes) is its tests' business.
class Api : public testing::Test {
 protected:
  fake_service hub;
  http::router routes = make_api_routes(hub, {"1.2.3"});

  /// Calls the route of a target such as "/api/v1/scripts/a%20b?code=true".
  http::response call(http::method verb, const std::string& target, std::string body = {},
                      http::fields headers = {});
  http::response get(const std::string& target, http::fields headers = {}) {
    return call(http::method::get, target, {}, std::move(headers));
  }
  /// A GET that must succeed, as JSON, and as its schema has it.
  nlohmann::json read(const std::string& target);
  /// The "detail" of a problem; fails unless it has that status.
  static std::string detail(const http::response& answer, unsigned status);
  static std::string header(const http::response& answer, const std::string& name);
  /// Fails unless the body follows the schema of the route.
  void expect_schema(const http::response& answer, http::method verb, const std::string& target);

 private:
  http::router::found find(http::method verb, const std::string& target, http::request& into);
};

} // namespace remora::hub::test
