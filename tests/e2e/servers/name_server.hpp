#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/servers/capture.hpp"
#include "tests/e2e/servers/room.hpp"

namespace remora::test {

enum class dns_kind { bind, unbound, dnsmasq };
std::string name_of(dns_kind kind);

/// A name server on 127.0.0.1 of the machine "one" that knows the domain "test": `host` with two addresses of
/// IPv4 and one of IPv6, `alias` of it, `_web._tcp`, mail, text, and much text under `big`. Nothing else, nor
/// whom to ask.
class name_server {
 public:
  name_server(dns_kind kind, const room& in);

  /// What dig prints for a question.
  std::string dig(const std::vector<std::string>& question) const;
  /// Asks for a name with the word in it.
  capture::probe probe() const;
  /// Stops the server. @returns "NAME TYPE" of every question that it logged, sorted, without probes.
  std::vector<std::string> log();

 private:
  const room& room_;
  dns_kind kind_;
  std::unique_ptr<server> server_;
};

} // namespace remora::test
