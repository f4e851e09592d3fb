#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "protocol/item/item.hpp"
#include "traffic/names/hosts_file.hpp"
#include "traffic/names/socket_owner.hpp"

namespace remora::traffic {

/// What a name book may hold. Source: items, section 2, for what it is good for; the numbers are ours.
struct name_limits {
  std::size_t addresses = 100'000;   ///< Of DNS answers; the one not needed for longest goes first.
  std::size_t names_per_address = 4; ///< The one not seen for longest goes first.
  std::size_t bytes = 64u << 20u;    ///< All names of DNS answers, with what keeps them.
  std::size_t combinations = 16'384; ///< Identities put together of what several sources know.

  /// A name is good for this long after its last answer has run out: connections outlive the TTL of the
  /// answer that led to them.
  nanoseconds grace = std::chrono::hours{24};
  /// An answer that claims to be good for longer than this is not believed.
  std::chrono::seconds longest_ttl = std::chrono::hours{24 * 7};
};

/// One line of what is, or was, known.
struct name_record {
  ip_address ip;
  std::string name;
  timestamp first_seen;
  timestamp last_seen;
  name_mechanism mechanism = name_mechanism::none;
};

/// What endpoints are called: by a file of the user's, by /etc/hosts, by the DNS answers that were seen, by
/// the process that has the socket; in this order. An answer names an address from the moment it was seen, so
/// an earlier item does not know it.
///
/// One thread, that of the item maker. Nothing in here waits for anything.
class name_book {
 public:
  explicit name_book(const name_limits& limits = {});
  name_book(const name_book&) = delete;
  name_book& operator=(const name_book&) = delete;
  ~name_book();

  /// Take the place of what was set before; the same again changes nothing. Of several names for one address
  /// the first counts.
  void set_static(const std::vector<hosts_entry>& entries, timestamp now);
  void set_hosts(const std::vector<hosts_entry>& entries, timestamp now);

  /// The newest look at the sockets of this machine; null: there is none.
  void set_sockets(std::shared_ptr<const socket_snapshot> sockets);

  /// A DNS answer said that this name, which somebody had asked for, has this address. Left out when the name
  /// is empty, longer than 255 bytes or holds control characters.
  void learn(const ip_address& ip, std::string_view name, std::chrono::seconds ttl, timestamp when);

  /// What is known of an endpoint at a time; null: nothing. The same pointer for the same knowledge.
  std::shared_ptr<const endpoint_identity> find(const ip_endpoint& endpoint, socket_kind kind,
                                                timestamp when);

  /// Whether it is an address of this machine; false when nobody has looked.
  bool is_local(const ip_address& ip) const { return sockets_ && sockets_->is_local(ip); }

  /// Everything that files and DNS answers told and that is not forgotten, addresses last needed first. Names
  /// of files come first, with the time they were read.
  std::vector<name_record> history() const;
  /// Grows whenever the history has another name.
  std::uint64_t changes() const noexcept { return changes_; }

  std::size_t addresses() const noexcept { return by_use_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  using identity_ptr = std::shared_ptr<const endpoint_identity>;
  struct told_name {
    identity_ptr identity;
    timestamp first;
    timestamp last;
    timestamp good_until;
  };
  struct told_address {
    ip_address ip;
    std::vector<told_name> names;
  };
  struct file_names {
    std::unordered_map<ip_address, identity_ptr, address_hash> by_ip;
    std::vector<ip_address> order; ///< As they stand in the file.
    timestamp read;
  };
  /// What was put together, and of what.
  struct parts {
    identity_ptr file;
    identity_ptr dns;
    identity_ptr owner;
  };
  struct parts_hash {
    std::size_t operator()(const parts& of) const noexcept;
  };
  struct parts_equal {
    bool operator()(const parts& a, const parts& b) const noexcept {
      return a.file == b.file && a.dns == b.dns && a.owner == b.owner;
    }
  };
  using address_list = std::list<told_address>;

  void set_file(file_names& to, const std::vector<hosts_entry>& entries, timestamp now);
  identity_ptr file_name(const ip_address& ip) const;
  identity_ptr dns_name(const ip_address& ip, timestamp when);
  identity_ptr combined(parts of);
  told_address& told(const ip_address& ip);
  void drop_oldest_name(told_address& of);
  void drop_least_used();

  name_limits limits_;
  file_names static_;
  file_names hosts_;
  std::shared_ptr<const socket_snapshot> sockets_;
  address_list by_use_; ///< The last needed first.
  std::unordered_map<ip_address, address_list::iterator, address_hash> by_ip_;
  std::unordered_map<parts, identity_ptr, parts_hash, parts_equal> combined_;
  std::size_t bytes_ = 0;
  std::uint64_t changes_ = 0;
};

} // namespace remora::traffic
