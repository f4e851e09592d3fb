#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "http/gate.hpp"
#include "http/live_counters.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace remora::http {

/// The first line and the headers of a request, as a parser read them.
struct request_head {
  std::string verb;
  std::string target;
  fields headers;
};

/// What is known of a connection before anything is read.
struct connection_facts {
  std::string peer; ///< Address without port.
  bool peer_is_loopback = false;
  std::string local_address; ///< That the client connected to.
  bool secure = false;       ///< TLS.
};

/// Decides from the head of a request where it goes or why it does not: one check after the other, in the
/// order of the functions below, and the same for every route. Knows no socket and reads no clock.
class judge {
 public:
  judge(const router& routes, gate& door, live_counters& count)
      : routes_{routes}, gate_{door}, count_{count} {}

  struct passed {
    const route* to = nullptr;
    request asked; ///< Without its body.
    bool expects_continue = false;
    bool offers_protocol = false;
  };
  /// Where a request goes, or the answer that refuses it (or answers OPTIONS).
  tl::expected<passed, response> look_at(const request_head& head, const connection_facts& from,
                                         std::uint64_t id, steady_time now) const;

  /// The answer to a request whose body turned out not to be what its route wants, or nothing.
  static std::optional<response> look_at_body(const route& to, const request& asked);

  static constexpr std::size_t most_headers = 100;

 private:
  using refusal = std::optional<response>;
  static refusal check_framing(const request_head& head, std::string_view path);
  refusal check_host(const request_head& head, const target& to, const connection_facts& from) const;
  refusal check_origin(const request_head& head, const connection_facts& from, const std::string& path) const;
  refusal check_role(passed& into, const request_head& head, const connection_facts& from,
                     steady_time now) const;
  static refusal check_content(const passed& so_far, const request_head& head);
  static refusal check_query(const passed& so_far);

  const router& routes_;
  gate& gate_;
  live_counters& count_;
};

/// The path of a target as far as it can be told, for a problem's `instance` and for the log: without the
/// query.
std::string_view path_of(std::string_view target) noexcept;

} // namespace remora::http
