#include "tests/e2e/servers/exchange.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

namespace remora::test {
namespace {

std::string line_of(const exchange& one) {
  return one.method + ' ' + one.uri + ' ' + one.version + ' ' + one.status;
}

std::string only_in(const std::vector<std::string>& some, const std::vector<std::string>& others,
                    const char* who) {
  constexpr std::size_t shown = 5;
  constexpr std::size_t width = 400;
  std::vector<std::string> left;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(), std::back_inserter(left));
  std::string text;
  for (std::size_t i = 0; i < left.size() && i < shown; ++i)
    text += std::string{"only "} + who + ": " + left[i].substr(0, width) + '\n';
  if (left.size() > shown) text += "and " + std::to_string(left.size() - shown) + " more\n";
  return text;
}

} // namespace

exchange exchange_of(const nlohmann::json& item) {
  const auto& request = item.at("request");
  const auto& response = item.at("response");
  if (item.at("protocol").at("name") != "http" || request.is_null() || response.is_null() ||
      !item.at("error").is_null()) {
    constexpr std::size_t shown = 1'000;
    ADD_FAILURE() << "not a whole exchange: " << item.at("stream") << ' ' << item.at("error") << ' '
                  << request.dump().substr(0, shown) << ' ' << response.dump().substr(0, shown);
    return {};
  }
  exchange one;
  one.port = item.at("src").at("port");
  one.method = request.at("method");
  one.uri = request.at("url");
  one.version = request.at("httpVersion");
  one.status = std::to_string(response.at("status").get<int>());
  one.agent = request.at("headers").value("User-Agent", "-");
  one.request_bytes = item.at("requestSize");
  one.response_bytes = item.at("responseSize");
  return one;
}

std::vector<exchange> exchanges_of(const std::vector<nlohmann::json>& items) {
  std::vector<exchange> all;
  std::transform(items.begin(), items.end(), std::back_inserter(all), exchange_of);
  return all;
}

std::vector<std::string> by_connection(const std::vector<exchange>& all, compared how) {
  std::map<std::string, std::string> connections;
  for (const auto& one : all) {
    auto& text = connections[one.port];
    text += " | " + line_of(one);
    if (how == compared::all)
      text += ' ' + one.agent + ' ' + std::to_string(one.request_bytes) + '/' +
              std::to_string(one.response_bytes);
  }
  std::vector<std::string> texts;
  for (const auto& [port, text] : connections)
    texts.push_back(port + text);
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string> as_set(const std::vector<exchange>& all) {
  std::vector<std::string> lines;
  std::transform(all.begin(), all.end(), std::back_inserter(lines), line_of);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string difference(const std::vector<std::string>& ours, const std::vector<std::string>& theirs) {
  return only_in(ours, theirs, "remora") + only_in(theirs, ours, "the other");
}

} // namespace remora::test
