#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace remora::http::test {

/// An answer as it came over the wire.
struct answer {
  unsigned status = 0;                        ///< 0: the connection ended without an answer.
  std::map<std::string, std::string> headers; ///< Names in lower case.
  std::string body;                           ///< Without the framing of chunks.
  bool complete = false;                      ///< The whole body came, as the headers announced it.

  std::string header(const std::string& name) const;
};

/// A client that sends exactly what the test says, however wrong. Every wait ends after ten seconds.
class client {
 public:
  explicit client(std::uint16_t port);

  /// False when the other end has closed.
  bool send(std::string_view bytes) const;
  /// Says that nothing more comes; answers may still be read.
  void half_close() const;
  /// Reads one answer. `to_head`: it is the answer to a HEAD and has no body.
  answer read(bool to_head = false);
  /// Sends and reads.
  answer ask(std::string_view bytes);
  /// True when the other end closes before it sends anything more.
  bool is_closed_by_peer();
  /// Reads this many bytes, or fewer when the connection ends.
  std::string read_bytes(std::size_t count);
  int descriptor() const noexcept { return socket_.number(); }

 private:
  bool fill();

  file_descriptor socket_;
  std::string buffer_;
};

/// "GET /path HTTP/1.1" with Host and the given further headers, each ending in CRLF.
std::string get(std::string_view path, std::string_view headers = {});
/// The same with a body of JSON.
std::string with_json(std::string_view verb, std::string_view path, std::string_view body,
                      std::string_view headers = {});

/// Runs a program through the shell and returns what it prints; `status`, when given, takes its exit status.
std::string run(const std::string& command, int* status = nullptr);

} // namespace remora::http::test
