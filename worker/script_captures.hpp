#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "base/units.hpp"
#include "script/captures.hpp"
#include "worker/name_history.hpp"
#include "worker/traffic_store.hpp"

namespace remora::worker {

struct script_captures_options {
  std::string folder;                          ///< Of the files of streams. Need not be there.
  byte_size most{128u << 20};                  ///< All files together; the oldest go first.
  nanoseconds age{std::chrono::minutes{10}};   ///< How long a file stays after it was made last.
  std::shared_ptr<const name_history> names{}; ///< Null: none are known.
  std::size_t packets = 1u << 22;              ///< Of one snapshot; 40 bytes of memory each.
  std::function<timestamp()> clock = wall_now; ///< For the age.
};

/// pcap.* of the scripts of a node, over its traffic store: scripting API §8.9.
///
/// The files of streams are copies that can be made again, so nothing of them is kept over a restart. One
/// file of a stream is made at a time; nobody sees half of one.
class script_captures final : public script::capture_desk {
 public:
  /// Removes the files that an earlier life has left.
  /// @param store Outlives this. Null: the node stores no packets.
  script_captures(traffic_store* store, script_captures_options how);

  result<std::string> path(const script::stream_file& of, const script::go_on& more) override;
  const std::string& folder() const override { return how_.folder; }
  result<void> write_stored(const std::optional<std::set<std::uint64_t>>& streams,
                            const script::byte_taker& to, const script::go_on& more) override;
  std::shared_ptr<const script::known_names> names() override;
  std::unique_ptr<script::capture_merge> begin_merge(script::new_file scratch) override;

 private:
  struct made_file {
    std::string name;
    std::uint64_t bytes = 0; ///< With what a file counts beside them, as in file_quota.
    timestamp made;
  };
  using files = std::list<made_file>;

  void remove_leftovers() const;
  result<void> make(const script::stream_file& of, const script::go_on& more);
  void note(const std::string& name, std::uint64_t bytes, timestamp now);
  void forget(const std::string& name);
  void remove_old(timestamp now, std::uint64_t room);
  void remove(files::iterator which);

  traffic_store* const store_;
  const script_captures_options how_;

  std::mutex making_; ///< Held while a file is made; guards what follows.
  files by_age_;      ///< The oldest first.
  std::unordered_map<std::string, files::iterator> by_name_;
  std::uint64_t bytes_ = 0;
};

} // namespace remora::worker
