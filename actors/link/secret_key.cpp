#include "actors/link/secret_key.hpp"

#include <array>
#include <cctype>
#include <cstring>
#include <utility>
#include <zmq.h>

#include "actors/link/private_file.hpp"

namespace remora::link {

namespace {

constexpr std::size_t z85_size = 40;
constexpr std::size_t key_size = 32;
constexpr std::size_t largest_key_file = 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Whether it can stand on a command line and in a configuration as it is: "-" in front would begin an option
/// there, other punctuation in front or at the end means something to YAML, and "${" begins a variable.
bool is_plain(std::string_view key) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return is_word(key.front()) && is_word(key.back()) && key.find("${") == std::string_view::npos;
}

} // namespace

bool is_public_key(std::string_view text) {
  if (text.size() != z85_size || text.find('\0') != std::string_view::npos) return false;
  std::array<std::uint8_t, key_size> decoded{};
  return zmq_z85_decode(decoded.data(), std::string{text}.c_str()) != nullptr;
}

secret_key::~secret_key() { explicit_bzero(text_.data(), text_.size()); }

result<secret_key> secret_key::parse(std::string_view text) {
  text = trimmed(text);
  if (!is_public_key(text)) {
    return fail(errc::invalid_config,
                "the secret key is not 40 characters of Z85: make one with `remora keys new NAME`");
  }
  return secret_key{std::string{text}};
}

std::string secret_key::public_key() const {
  std::array<char, z85_size + 1> derived{};
  // Fails only on a library without CURVE or a malformed secret; the first is checked when a socket opens,
  // the second by parse().
  if (zmq_curve_public(derived.data(), text_.c_str()) != 0) return {};
  return std::string{derived.data()};
}

result<key_pair> make_key_pair() {
  std::array<char, z85_size + 1> public_text{};
  std::array<char, z85_size + 1> secret_text{};
  do {
    if (zmq_curve_keypair(public_text.data(), secret_text.data()) != 0) {
      return fail(errc::io_failed, "cannot make a key pair: libzmq was built without CURVE");
    }
  } while (!is_plain(public_text.data()));
  auto secret = secret_key::parse(secret_text.data());
  explicit_bzero(secret_text.data(), secret_text.size());
  if (!secret) return pass_on(std::move(secret));
  return key_pair{public_text.data(), std::move(*secret)};
}

result<void> save_secret_key(const secret_key& secret, const std::filesystem::path& file) {
  std::string text = secret.reveal() + '\n';
  auto written = write_new_private_file(file, text);
  explicit_bzero(text.data(), text.size());
  return written;
}

result<secret_key> load_secret_key(const std::filesystem::path& file) {
  auto text = read_private_file(file, largest_key_file);
  if (!text) return pass_on(std::move(text));
  auto key = secret_key::parse(*text);
  // Nothing keeps a pointer into the text: NOLINTNEXTLINE(clang-analyzer-cplusplus.InnerPointer)
  explicit_bzero(text->data(), text->size());
  if (!key) return fail(key.error().code, file.string() + ": " + key.error().message);
  return key;
}

} // namespace remora::link
