#include "client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <cstdio>
#include <memory>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

namespace remora::http::test {

namespace {
constexpr std::string_view end_of_line = "\r\n";
constexpr long patience_s = 10;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}
} // namespace

std::string answer::header(const std::string& name) const {
  const auto found = headers.find(lower(name));
  return found == headers.end() ? "" : found->second;
}

client::client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  const timeval patience{patience_s, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The socket interface takes every family of addresses as a sockaddr.
  if (::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error{"cannot connect to the server under test"};
}

bool client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void client::half_close() const { ::shutdown(socket_.number(), SHUT_WR); }

bool client::fill() {
  std::array<char, 16384> piece{};
  const auto got = ::recv(socket_.number(), piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

std::string client::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string out = buffer_.substr(0, count);
  buffer_.erase(0, out.size());
  return out;
}

bool client::is_closed_by_peer() { return buffer_.empty() && !fill(); }

answer client::ask(std::string_view bytes) {
  send(bytes);
  return read();
}

answer client::read(bool to_head) {
  answer out;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return out;
  std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  out.status = static_cast<unsigned>(std::stoul(head.substr(head.find(' '), 4)));
  for (std::size_t at = head.find(end_of_line) + 2; at < head.size();) {
    const auto line_end = head.find(end_of_line, at);
    const auto colon = head.find(": ", at);
    out.headers[lower(head.substr(at, colon - at))] = head.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  out.complete = true;
  if (to_head || out.status < 200 || out.status == 204 || out.status == 304) return out;
  if (out.header("transfer-encoding") == "chunked") {
    for (;;) {
      std::size_t line = 0;
      while ((line = buffer_.find(end_of_line)) == std::string::npos)
        if (!fill()) return out.complete = false, out;
      const auto size = std::stoul(buffer_.substr(0, line), nullptr, 16);
      buffer_.erase(0, line + 2);
      const std::string piece = read_bytes(size + 2);
      if (piece.size() != size + 2) return out.complete = false, out;
      if (size == 0) return out;
      out.body.append(piece, 0, size);
    }
  }
  if (const std::string length = out.header("content-length"); !length.empty()) {
    out.body = read_bytes(std::stoul(length));
    out.complete = out.body.size() == std::stoul(length);
    return out;
  }
  while (fill()) {
  }
  out.body.swap(buffer_);
  return out;
}

std::string get(std::string_view path, std::string_view headers) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{headers} + "\r\n";
}

std::string with_json(std::string_view verb, std::string_view path, std::string_view body,
                      std::string_view headers) {
  return std::string{verb} + " " + std::string{path} +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

std::string run(const std::string& command, int* status) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error{"cannot run " + command};
  std::string out;
  std::array<char, 4096> piece{};
  for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
    out.append(piece.data(), got);
  }
  const int ended = ::pclose(pipe);
  if (status != nullptr) *status = ended;
  return out;
}

} // namespace remora::http::test
