#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace remora::http {

/// A connection as the server sees it. Any thread may call it; both calls only post to the connection.
class open_connection {
 public:
  open_connection() = default;
  open_connection(const open_connection&) = delete;
  open_connection& operator=(const open_connection&) = delete;
  virtual ~open_connection() = default;
  virtual void finish() = 0; ///< Ends what is under way, then closes.
  virtual void cut() = 0;    ///< Closes at once.
};

/// All open connections, so that there are not too many and all of them end with the server. When there is no
/// room, the connection that has waited longest without a complete request gives way: a peer that opens
/// connections and sends nothing keeps nobody out.
class connection_registry {
 public:
  explicit connection_registry(std::size_t most) : most_{most} {}

  /// A connection's place; given back when it is destroyed.
  class ticket {
   public:
    ticket(ticket&& other) noexcept : of_{std::exchange(other.of_, nullptr)}, id_{other.id_} {}
    ticket& operator=(ticket&& other) = delete;
    ~ticket();
    /// Who is meant by the ticket from now on.
    void bind(std::weak_ptr<open_connection> to) const;
    void idle() const; ///< Waits for a request: may be evicted.
    void busy() const; ///< Has one.

   private:
    friend class connection_registry;
    ticket(connection_registry& of, std::uint64_t id) : of_{&of}, id_{id} {}
    connection_registry* of_;
    std::uint64_t id_;
  };

  struct admission {
    std::optional<ticket> place; ///< Nothing: no room, and no idle connection.
    bool evicted = false;        ///< Another one was cut for it.
  };
  admission admit();

  void finish_all();
  void cut_all();
  /// True when none is left.
  bool wait_until_empty(std::chrono::milliseconds at_most);
  std::size_t size() const;

 private:
  struct entry {
    std::weak_ptr<open_connection> who;
    std::optional<std::list<std::uint64_t>::iterator> idle_at;
  };
  std::vector<std::shared_ptr<open_connection>> all() const;
  void leave(std::uint64_t id);
  void set_idle(std::uint64_t id, bool idle);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<std::uint64_t, entry> entries_;
  std::list<std::uint64_t> idle_; ///< The longest idle first.
  std::uint64_t next_id_ = 1;
};

} // namespace remora::http
