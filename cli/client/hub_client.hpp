#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "cli/client/connection.hpp"
#include "cli/client/json.hpp"

namespace remora::client {

/// Something asked of a hub's API.
struct call {
  std::string method = "GET";
  std::string path; ///< Below /api/v1: "/scripts/" + path_segment(title). Or "/livez", with `outside`.
  fields query;     ///< Members with an empty value are left out.
  std::optional<json> body;
  fields headers;
  bool outside = false;                     ///< The path is not below /api/v1.
  std::chrono::milliseconds answer_time{0}; ///< For an answer that takes long; 0: as `reach` has it.
};

/// Speaks to one hub. Every function waits; each call has a connection of its own.
class hub_client {
 public:
  /// @param token What the hub knows us by; empty: none. Never appears in an error.
  hub_client(reach how, std::string token) : how_{std::move(how)}, token_{std::move(token)} {}

  /// "http://127.0.0.1:8899"
  std::string address() const { return how_.hub.text(); }

  /// One exchange, whatever the status. Errors: those of client::exchange().
  result<answer> exchange(const call& what) const;

  /// The document of a 2xx; null when it has none. Errors: those of exchange(); refused (401, 403: which role
  /// is needed), not_found, conflict (409, 412), invalid_script (422), invalid_usage (400), io_failed for the
  /// rest, all with what the problem document says; malformed_message when the answer is no JSON.
  result<json> ask(const call& what) const;

  /// The body of a 2xx as it is. Errors: as of ask(), but for malformed_message.
  result<std::string> fetch(const call& what) const;

  /// Hands over the body of a 2xx as it comes; see client::download(). @returns the answer without it.
  /// Errors: as of fetch(), and of client::download().
  result<answer> download(const call& what, const std::function<bool(std::string_view)>& take) const;

  /// A list with all its pages in one, {"items":[...],"next":null} and what else the first one says.
  /// @param most Items after which no further page is asked for; the list is cut there.
  result<json> ask_all(call what, std::size_t most = most_items) const;

  /// Opens a WebSocket. Errors: as of ask().
  result<std::unique_ptr<web_socket>> follow(const call& what) const;

  static constexpr std::size_t most_items = 1'000'000;

 private:
  request request_for(const call& what) const;

  reach how_;
  std::string token_;
};

/// What an answer that is no 2xx means, in words: see hub_client::ask().
/// @param had_token Whether a token was sent along: without one a 401 is answered by getting one.
error error_of(const answer& said, const call& to, const std::string& hub, bool had_token);

} // namespace remora::client
