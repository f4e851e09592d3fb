#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/integration/process.hpp"
#include "tests/support/byte_writer.hpp"

/// The real program, and files for it.
namespace remora::test {

/// The command line of `remora` with these arguments.
std::vector<std::string> remora_command(const std::vector<std::string>& arguments);

/// Runs it to its end.
finished remora(const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& environment = {});

/// An empty folder that is there for one test.
class work_folder {
 public:
  work_folder();
  ~work_folder();
  work_folder(const work_folder&) = delete;
  work_folder& operator=(const work_folder&) = delete;

  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& content) const;
  std::string file(const std::string& name, const bytes& content) const;
  std::string path(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

/// 2023-11-14T22:13:20Z, when the captures of these tests begin: 40 s before a full minute.
inline constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;
inline constexpr std::int64_t second_ns = 1'000'000'000;

/// A frame of that many bytes (42 at least): UDP over IPv4 over Ethernet.
bytes datagram(std::size_t length, std::uint16_t destination_port = 9);

struct made_packet {
  std::int64_t time_ns;
  std::size_t length;
};

/// A capture file of these packets.
bytes capture_of(const std::vector<made_packet>& packets);

/// `count` packets of 100 bytes, `gap_ns` apart, from start_ns on.
bytes steady_capture(std::size_t count, std::int64_t gap_ns);

std::string as_text(const bytes& content);
std::vector<std::string> lines_of(const std::string& text);

} // namespace remora::test
