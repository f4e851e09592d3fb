#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/scripts/round.hpp"

namespace remora::actors {

/// Carries what scripts ask of each other's jobs from the end of one round to a later one: commands in the
/// order of the rounds and of the scripts' index, and everybody's tags when they changed.
///
/// With a lag of n the round with number r gets what was said at the end of round r - n and before. When the
/// scripts have always answered round r - n before round r is made, what a round carries does not depend on
/// which script was faster.
class job_exchange {
 public:
  explicit job_exchange(std::size_t scripts, std::uint64_t lag = 0)
      : lag_{lag}, open_{scripts}, tags_(scripts) {}

  /// Before the first round: the tags that loading registered.
  void learn_tags(std::size_t script, std::vector<std::string> tags);
  /// A script takes this index while the others run; its tags as loading registered them.
  void open(std::size_t script, std::vector<std::string> tags);
  /// The script of this index has ended; it has no jobs any more.
  void close(std::size_t script);
  /// A script finished a round, or (round 0) says something between two.
  void note(const round_done& done);

  /// True when something waits for a round, this one or a later one.
  bool has_mail() const noexcept { return tags_changed_ || !waiting_.empty(); }
  /// Puts what is waiting for it into the next round, which has its number already.
  void load(round& next);

 private:
  struct news {
    std::vector<job_command> commands;
    std::optional<std::vector<std::string>> tags; ///< Nothing: as before.
  };
  using place = std::pair<std::uint64_t, std::size_t>; ///< Round, script.

  void set_tags(std::size_t script, std::vector<std::string> tags);
  bool alone() const noexcept { return open_ < 2; }

  std::uint64_t lag_;
  std::size_t open_;                                       ///< How many scripts there are.
  job_tags tags_;                                          ///< As the scripts know them.
  std::map<std::size_t, std::vector<std::string>> newest_; ///< By script: the tags it told last.
  std::map<place, news> waiting_;
  bool tags_changed_ = false;
};

} // namespace remora::actors
