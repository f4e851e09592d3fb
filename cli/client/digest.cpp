#include "cli/client/digest.hpp"

#include <openssl/sha.h>

#include "protocol/script_hash.hpp"

namespace remora::client {

std::string sha256_hex(std::string_view text) {
  script_hash hash;
  // The bytes of a text are looked at as numbers. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.bytes.data());
  return to_hex(hash);
}

} // namespace remora::client
