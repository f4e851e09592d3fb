#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/client/hub_client.hpp"
#include "protocol/script_source.hpp"

namespace remora::cli {

/// What became of one script.
struct sync_event {
  enum class kind : std::uint8_t { created, updated, unchanged, removed, failed } what = kind::unchanged;
  std::string title;
  std::string file;
  error why; ///< Of what failed.
};

/// "created", "updated", ...
std::string_view to_string(sync_event::kind what) noexcept;

/// Brings the scripts of files to a hub, again and again. Titles match scripts on both sides.
///
/// What was brought once is brought again only when the file has changed: what somebody did at the hub in the
/// meantime (removed a script, changed it in the dashboard) stays. When the hub has become another one (its
/// generation fell: a new installation) everything is brought again.
class script_sync {
 public:
  struct options {
    bool dry_run = false;  ///< Says what would happen.
    bool prune = false;    ///< Once: removes scripts of the hub that came from files and are not among ours.
    bool inactive = false; ///< New scripts do not start.
    std::vector<std::string> active; ///< Titles that start active when they are new; empty: all.
  };

  script_sync(const client::hub_client& hub, options how, std::function<void(const sync_event&)> tell)
      : hub_{hub}, how_{std::move(how)}, tell_{std::move(tell)} {}

  /// Makes the hub's scripts those of the files, as far as they changed since the last round; scripts that
  /// were brought before and are no longer among `wanted` are removed. A script that the hub does not take is
  /// told of and does not keep the others from it. What failed for want of the hub is tried in the next
  /// round. Errors: unreachable, refused; the round was not finished then.
  result<void> bring(const std::vector<script_source>& wanted);

  /// Asks whether the hub has become another one since the last round. Errors: those of hub_client::ask().
  result<bool> hub_was_replaced();

  /// How many scripts could not be brought so far.
  std::size_t failures() const noexcept { return failures_; }

  /// False when the hub does not keep where scripts came from, so that there is nothing to prune.
  bool can_prune() const noexcept { return hub_keeps_files_; }

 private:
  struct at_hub {
    std::string hash;
    double version = 0;
    bool from_file = false; ///< A command such as this one brought it. What the hub reads itself is its own.
  };
  using hub_scripts = std::map<std::string, at_hub>;

  result<hub_scripts> read_hub();
  result<void> put(const script_source& script, const hub_scripts& there);
  result<void> remove(const std::string& title, const std::string& file);
  /// Tells of a failure; passes it on when the next script would fare no better.
  result<void> failed(const std::string& title, const std::string& file, const error& why);

  const client::hub_client& hub_;
  options how_;
  std::function<void(const sync_event&)> tell_;
  std::map<std::string, script_source> brought_; ///< By title.
  std::map<std::string, std::string> refused_;   ///< Title to the code that the hub does not take.
  double generation_ = -1;
  bool pruned_ = false;
  bool hub_keeps_files_ = true; ///< Until it says that it does not.
  std::size_t failures_ = 0;
};

} // namespace remora::cli
