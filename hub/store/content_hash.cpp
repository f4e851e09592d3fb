#include "hub/store/content_hash.hpp"

#include <array>
#include <openssl/evp.h>
#include <stdexcept>

namespace remora::hub {

std::string content_hash(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available in the installed OpenSSL");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(std::size_t{length} * 2);
  for (unsigned int i = 0; i < length; ++i) {
    hex += digits[digest[i] >> 4u];
    hex += digits[digest[i] & 0xFu];
  }
  return hex;
}

} // namespace remora::hub
