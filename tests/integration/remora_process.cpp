#include "tests/integration/remora_process.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"

namespace remora::test {

std::vector<std::string> remora_command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{REMORA_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

finished remora(const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& environment) {
  return process{remora_command(arguments), environment}.wait();
}

work_folder::work_folder() {
  path_ = (std::filesystem::temp_directory_path() / "remora-run-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) std::abort();
}

work_folder::~work_folder() { std::filesystem::remove_all(path_); }

std::string work_folder::file(const std::string& name, const std::string& content) const {
  return file(name, bytes{content.begin(), content.end()});
}

std::string work_folder::file(const std::string& name, const bytes& content) const {
  std::filesystem::create_directories(std::filesystem::path{path(name)}.parent_path());
  write_file(path(name), content);
  return path(name);
}

bytes datagram(std::size_t length, std::uint16_t destination_port) {
  constexpr std::size_t headers = 14 + 20 + 8;
  udp_style style;
  style.destination_port = destination_port;
  ipv4_style network;
  network.protocol = 17;
  return ethernet(ether_ipv4, ipv4(network, udp(style, filler(length - headers))));
}

bytes capture_of(const std::vector<made_packet>& packets) {
  pcap_style style;
  style.nanoseconds = true;
  pcap_writer writer{style};
  for (const made_packet& packet : packets)
    writer.packet(packet.time_ns, datagram(packet.length));
  return writer.content();
}

bytes steady_capture(std::size_t count, std::int64_t gap_ns) {
  std::vector<made_packet> packets;
  for (std::size_t i = 0; i < count; ++i)
    packets.push_back({start_ns + static_cast<std::int64_t>(i) * gap_ns, 100});
  return capture_of(packets);
}

std::string as_text(const bytes& content) { return {content.begin(), content.end()}; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

} // namespace remora::test
