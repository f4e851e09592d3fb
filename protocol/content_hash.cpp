#include "protocol/content_hash.hpp"

#include <openssl/evp.h>
#include <stdexcept>

namespace remora {

script_hash content_hash(std::string_view content) {
  script_hash hash;
  unsigned int length = 0;
  const bool done =
      EVP_Digest(content.data(), content.size(), hash.bytes.data(), &length, EVP_sha256(), nullptr) == 1;
  if (!done || length != hash.bytes.size())
    throw std::runtime_error("SHA-256 is not available in the installed OpenSSL");
  return hash;
}

} // namespace remora
