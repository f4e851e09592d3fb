#pragma once

#include <cstddef>
#include <vector>

#include "actors/scripts/round.hpp"

namespace remora::actors {

/// Carries what scripts ask of each other's jobs from the end of one round to the next: commands in the order
/// of the scripts' index, and everybody's tags when they changed.
class job_exchange {
 public:
  explicit job_exchange(std::size_t scripts) : tags_(scripts), commands_(scripts) {}

  /// Before the first round: the tags that loading registered.
  void learn_tags(std::size_t script, std::vector<std::string> tags);
  /// A round of a script ended.
  void note(const round_done& done);

  bool has_mail() const noexcept { return tags_changed_ || commands_waiting_; }
  /// Puts what is waiting into the next round.
  void load(round& next);

 private:
  job_tags tags_;
  std::vector<std::vector<job_command>> commands_;
  bool tags_changed_ = false;
  bool commands_waiting_ = false;
};

} // namespace remora::actors
