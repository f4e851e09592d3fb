#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "traffic/names/socket_owner.hpp"

namespace remora::traffic {

/// Finds out which process has which socket, from what Linux tells under /proc: the tables of sockets
/// (proc(5), /proc/net/tcp and its kin) and the descriptors of processes. Of processes of other users only
/// root, or who has CAP_SYS_PTRACE, is told; sockets of others have no owner here.
///
/// A helper thread owns it and calls read() about once a second; what that returns goes to the thread of the
/// items. Processes are searched only when there is a socket nobody knows yet.
class socket_owners {
 public:
  /// @param proc Where proc is mounted.
  /// @param addresses Tells the addresses of this machine; null: asks the kernel.
  explicit socket_owners(std::string proc = "/proc",
                         std::function<std::vector<ip_address>()> addresses = nullptr);

  /// Looks now. What cannot be read is left out; this takes milliseconds, on a machine with very many
  /// descriptors more.
  std::shared_ptr<const socket_snapshot> read();

 private:
  struct table_line {
    ip_endpoint endpoint;
    socket_kind kind = socket_kind::tcp;
    std::uint64_t inode = 0;
  };
  struct known_socket {
    owner_ptr owner;            ///< Null: nobody was found.
    std::uint32_t searched = 0; ///< The look that searched for it last.
    bool listed = false;        ///< By the current look.
  };

  void read_table(const char* name, socket_kind kind, std::vector<table_line>& to) const;
  bool is_search_due(const std::vector<table_line>& lines);
  void search_processes();
  void search_descriptors(const std::string& process, std::uint32_t id);
  owner_ptr owner_of(const std::string& process, std::uint32_t id);

  std::string proc_;
  std::function<std::vector<ip_address>()> addresses_;
  std::unordered_map<std::uint64_t, known_socket> sockets_; ///< By inode.
  std::unordered_map<std::uint32_t, owner_ptr> processes_;  ///< By process id.
  std::uint32_t look_ = 0;
};

} // namespace remora::traffic
