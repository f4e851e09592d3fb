#pragma once

#include <cstdint>

#include "traffic/flow/flow_key.hpp"

namespace remora::traffic {

/// SipHash-1-3 with a secret key, over whole words: who does not know the key cannot choose addresses and
/// ports that collide. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
class keyed_hash {
 public:
  constexpr keyed_hash(std::uint64_t key0, std::uint64_t key1) noexcept
      : v0_{key0 ^ 0x736F6D6570736575u},
        v1_{key1 ^ 0x646F72616E646F6Du},
        v2_{key0 ^ 0x6C7967656E657261u},
        v3_{key1 ^ 0x7465646279746573u} {}

  /// With a key from the operating system's random numbers.
  static keyed_hash with_random_key();

  constexpr void add(std::uint64_t word) noexcept {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }

  constexpr std::uint64_t finish() noexcept {
    v2_ ^= 0xFF;
    round();
    round();
    round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  static constexpr std::uint64_t rotated(std::uint64_t value, unsigned bits) noexcept {
    return (value << bits) | (value >> (64 - bits));
  }

  constexpr void round() noexcept {
    v0_ += v1_;
    v1_ = rotated(v1_, 13) ^ v0_;
    v0_ = rotated(v0_, 32);
    v2_ += v3_;
    v3_ = rotated(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = rotated(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = rotated(v1_, 17) ^ v2_;
    v2_ = rotated(v2_, 32);
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

/// IPv4 takes two words instead of five; the version, which both contain, keeps the two forms apart.
inline std::uint32_t hash_of(const flow_key& key, keyed_hash hash) noexcept {
  const std::uint64_t rest = std::uint64_t{key.low_port} | std::uint64_t{key.high_port} << 16u |
                             std::uint64_t{key.ip_protocol} << 32u | std::uint64_t{key.ip_version} << 40u;
  if (key.ip_version == 4) {
    hash.add(load_word(key.low_ip.bytes.data() + 8) >> 32u | (load_word(key.high_ip.bytes.data() + 8) >> 32u)
                                                                 << 32u);
  } else {
    hash.add(load_word(key.low_ip.bytes.data()));
    hash.add(load_word(key.low_ip.bytes.data() + 8));
    hash.add(load_word(key.high_ip.bytes.data()));
    hash.add(load_word(key.high_ip.bytes.data() + 8));
  }
  hash.add(rest);
  return static_cast<std::uint32_t>(hash.finish());
}

} // namespace remora::traffic
