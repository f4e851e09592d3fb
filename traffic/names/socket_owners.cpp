#include "traffic/names/socket_owners.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>
#include <utility>

#include "traffic/names/proc_net.hpp"

namespace remora::traffic {

namespace {

/// A socket whose owner was not found is searched for again after this many looks: it may have been between
/// two processes.
constexpr std::uint32_t looks_between_searches = 10;
constexpr std::size_t most_sockets = 500'000;

std::vector<ip_address> addresses_of_this_machine() {
  std::vector<ip_address> out;
  ::ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return out;
  for (const ::ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    ip_address address;
    if (one->ifa_addr->sa_family == AF_INET) {
      ::sockaddr_in v4{};
      std::memcpy(&v4, one->ifa_addr, sizeof v4);
      address.bytes[10] = address.bytes[11] = 0xFF;
      std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      ::sockaddr_in6 v6{};
      std::memcpy(&v6, one->ifa_addr, sizeof v6);
      std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    } else {
      continue;
    }
    out.push_back(address);
  }
  ::freeifaddrs(all);
  return out;
}

/// The entries of a folder, one call each; none when it cannot be read.
template <class OnName>
void for_each_entry(const std::string& folder, OnName on_name) {
  const std::unique_ptr<::DIR, int (*)(::DIR*)> open{::opendir(folder.c_str()), &::closedir};
  if (!open) return;
  while (const ::dirent* one = ::readdir(open.get()))
    on_name(std::string_view{one->d_name});
}

std::string link_target(const std::string& path) {
  char target[4096];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  return size <= 0 ? std::string{} : std::string{target, static_cast<std::size_t>(size)};
}

std::string presentable(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

} // namespace

socket_owners::socket_owners(std::string proc, std::function<std::vector<ip_address>()> addresses)
    : proc_{std::move(proc)}, addresses_{std::move(addresses)} {
  if (!addresses_) addresses_ = addresses_of_this_machine;
}

std::shared_ptr<const socket_snapshot> socket_owners::read() {
  ++look_;
  std::vector<table_line> lines;
  read_table("/net/tcp", socket_kind::tcp, lines);
  read_table("/net/tcp6", socket_kind::tcp, lines);
  read_table("/net/udp", socket_kind::udp, lines);
  read_table("/net/udp6", socket_kind::udp, lines);
  if (is_search_due(lines)) search_processes();

  auto out = std::make_shared<socket_snapshot>();
  for (const ip_address& one : addresses_())
    out->add_address(one);
  for (const table_line& line : lines) {
    const auto found = sockets_.find(line.inode);
    if (found != sockets_.end() && found->second.owner)
      out->add(line.endpoint, line.kind, found->second.owner);
  }
  return out;
}

void socket_owners::read_table(const char* name, socket_kind kind, std::vector<table_line>& to) const {
  // The tables are those of this process's network: "net" is a link to "self/net".
  const std::string text = read_proc_file(proc_ + name);
  for (std::string_view left = text; !left.empty() && to.size() < most_sockets;) {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    const auto socket = parse_proc_socket(line);
    if (socket && socket->inode != 0) to.push_back({socket->local, kind, socket->inode});
  }
}

/// Notes which sockets there are, and forgets those that are gone.
bool socket_owners::is_search_due(const std::vector<table_line>& lines) {
  bool due = false;
  for (auto& one : sockets_)
    one.second.listed = false;
  for (const table_line& line : lines) {
    known_socket& socket = sockets_[line.inode];
    socket.listed = true;
    if (socket.owner || (socket.searched != 0 && look_ - socket.searched < looks_between_searches)) continue;
    socket.searched = look_;
    due = true;
  }
  for (auto one = sockets_.begin(); one != sockets_.end();)
    one = one->second.listed ? std::next(one) : sockets_.erase(one);
  return due;
}

void socket_owners::search_processes() {
  const auto before = std::exchange(processes_, {});
  for_each_entry(proc_, [&](std::string_view name) {
    std::uint32_t id = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), id);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) return;
    const auto known = before.find(id);
    if (known != before.end()) processes_.insert(*known);
    search_descriptors(proc_ + '/' + std::string{name}, id);
  });
}

void socket_owners::search_descriptors(const std::string& process, std::uint32_t id) {
  owner_ptr owner;
  for_each_entry(process + "/fd", [&](std::string_view name) {
    if (name.front() == '.') return;
    const std::uint64_t inode = parse_socket_link(link_target(process + "/fd/" + std::string{name}));
    const auto socket = sockets_.find(inode);
    if (inode == 0 || socket == sockets_.end() || socket->second.owner) return;
    if (!owner) owner = owner_of(process, id);
    socket->second.owner = owner;
  });
}

/// The same object as before, unless the number belongs to another program by now.
owner_ptr socket_owners::owner_of(const std::string& process, std::uint32_t id) {
  endpoint_identity made;
  made.mechanism = name_mechanism::syscall;
  made.process_id = id;
  std::string name = read_proc_file(process + "/comm");
  if (!name.empty() && name.back() == '\n') name.pop_back();
  made.name = made.process_name = presentable(std::move(name));
  made.process_path = presentable(link_target(process + "/exe"));
  owner_ptr& known = processes_[id];
  if (!known || known->process_name != made.process_name || known->process_path != made.process_path)
    known = std::make_shared<const endpoint_identity>(std::move(made));
  return known;
}

} // namespace remora::traffic
