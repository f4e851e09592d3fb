#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/servers/capture.hpp"
#include "tests/e2e/servers/exchange.hpp"
#include "tests/e2e/servers/room.hpp"

namespace remora::test {

enum class web_kind { nginx, apache };
std::string name_of(web_kind kind);

/// A web server with a few pages:
///   /small.txt          six bytes
///   /page.html          twenty kilobytes of text, compressed for who asks for it
///   /big.bin            three hundred kilobytes
///   /nothing            204
///   /old                302 to /small.txt
///   /take               reads what is posted and answers 200
///   everything else     404
class web_server {
 public:
  static constexpr int port = 8080;

  web_server(web_kind kind, const room& in, const std::string& machine, const std::string& address);

  std::string url(const std::string& path) const {
    return "http://" + address_ + ':' + std::to_string(port) + path;
  }
  /// Fetches a page with the word in its path, from a machine.
  capture::probe probe_from(const std::string& machine) const;
  /// Stops the server. @returns everything it has logged, in its order, without probes.
  std::vector<exchange> log();

 private:
  const room& room_;
  std::string address_;
  web_kind kind_;
  std::unique_ptr<server> server_;
};

} // namespace remora::test
