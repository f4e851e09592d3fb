#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::link {

/// The secret half of a CURVE key pair, as Z85 text. It cannot be printed or compared by accident, and its
/// memory is wiped when it goes.
class secret_key {
 public:
  /// Takes the 40 characters of Z85 that `remora keys new` writes; white space around them is ignored.
  /// Errors: invalid_config, without the text itself.
  static result<secret_key> parse(std::string_view text);

  secret_key(const secret_key&) = default;
  secret_key(secret_key&&) noexcept = default;
  secret_key& operator=(secret_key other) noexcept {
    text_.swap(other.text_); // `other` wipes the old one
    return *this;
  }
  ~secret_key();

  /// The text itself, for the library and the key file. Never log it.
  const std::string& reveal() const noexcept { return text_; }
  /// The public half that belongs to it, as Z85.
  std::string public_key() const;

 private:
  explicit secret_key(std::string text) : text_{std::move(text)} {}

  std::string text_;
};

/// A node's identity: the public half is enrolled at the hub, the secret half stays in the node's key file.
struct key_pair {
  std::string public_key; ///< 40 characters of Z85. May be logged.
  secret_key secret;
};

/// Makes a key pair from the operating system's random numbers. Its public key can be pasted as it is, on a
/// command line and into a configuration: it begins and ends with a letter or a digit and never holds "${"
/// (this costs every second key, and of its 256 bits one). Errors: io_failed when libzmq has no CURVE.
result<key_pair> make_key_pair();

/// True for 40 characters of Z85 (ZeroMQ RFC 32) that encode 32 bytes.
bool is_public_key(std::string_view text);

/// Writes the secret key into a new file that only its owner can read (mode 0600).
/// Errors: io_failed when the file exists (a key is never overwritten), permission_denied, not_found.
result<void> save_secret_key(const secret_key& secret, const std::filesystem::path& file);

/// Reads what save_secret_key() wrote. Refuses a file that others may read or write.
/// Errors: not_found, permission_denied (its mode is too wide), io_failed, invalid_config.
result<secret_key> load_secret_key(const std::filesystem::path& file);

} // namespace remora::link
