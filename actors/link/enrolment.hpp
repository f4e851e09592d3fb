#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace remora::link {

/// One key that was let in.
struct enrolled_key {
  std::string name; ///< The node's identity, whatever it claims itself.
  timestamp since;
  std::optional<timestamp>
      revoked; ///< A revoked key is remembered, so that it does not come back by mistake.
};

/// Which public keys the hub lets in, and under which name. A plain value: change a copy and hand it to
/// hub_socket::set_enrolment(). A name may have several keys, so that a node can change its key without a
/// gap.
///
/// The file has one key a line, `NAME PUBLIC_KEY SINCE REVOKED`, times in RFC 3339, REVOKED `-` while the key
/// is good; empty lines and lines that begin with `#` are skipped.
class enrolment {
 public:
  static constexpr std::size_t most_keys = 100'000;

  /// Lets a key in. Errors: invalid_usage when the name or the key is malformed, the key is enrolled under
  /// another name or revoked, or there are most_keys. Enrolling the same again changes nothing.
  result<void> enroll(std::string name, std::string public_key, timestamp now);
  /// Revokes a key. Errors: not_found.
  result<void> revoke(std::string_view public_key, timestamp now);

  /// The name that a key in Z85 is enrolled under; null when it is unknown or revoked.
  const std::string* name_of(std::string_view public_key) const;
  /// True when the key was once let in and is revoked now.
  bool is_revoked(std::string_view public_key) const;
  /// Every key, also the revoked, by its Z85 text.
  const std::map<std::string, enrolled_key, std::less<>>& keys() const noexcept { return keys_; }

  /// Reads a file. One that does not exist is an empty enrolment. Errors: invalid_config as file:line: why;
  /// permission_denied, io_failed.
  static result<enrolment> load(const std::filesystem::path& file);
  /// Replaces the file in one step, mode 0600. Errors: permission_denied, not_found, io_failed.
  result<void> save(const std::filesystem::path& file) const;

 private:
  result<void> add_line(std::string_view line);

  std::map<std::string, enrolled_key, std::less<>> keys_;
};

/// True for what may be a node's name: 1 to 253 letters, digits, `.`, `_`, `-`, of which the first is a
/// letter or digit.
bool is_peer_name(std::string_view name) noexcept;

} // namespace remora::link
