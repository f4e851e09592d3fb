#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "script/shared_scope.hpp"

namespace remora::actors {

/// The global scope `this` of the scripts of one process, in memory.
///
/// While capturing, a commit is seen by everybody's next turn. While files are read the scripts' commits are
/// kept apart until merge(): what a script sees then depends on the traffic, never on which thread was
/// faster.
class process_scope {
 public:
  enum class publish { at_once, on_merge };

  process_scope(std::size_t scripts, publish when);

  /// The scope as the script of this index sees it. May be used by another thread than the other scripts'.
  /// A commit is refused as a whole, with the reason, when a name or value is too long or all of them
  /// together are too many.
  std::shared_ptr<script::shared_scope> view(std::size_t script) const;

  /// The view of a script that takes this index while the others run: a new one, or one whose script has
  /// ended.
  std::shared_ptr<script::shared_scope> open(std::size_t script);

  /// Makes what the scripts committed known to all, in the order of their index; the last to write a name
  /// wins. No script may be in a turn, except one that was given up. While publishing at once: nothing to do.
  void merge();

  /// The script does not come back, or when it pleases: merge() does not touch it any more.
  void give_up(std::size_t script);

 private:
  class state;
  class script_view;

  std::shared_ptr<state> state_;
  mutable std::mutex mutex_;                        ///< Guards which views there are.
  std::vector<std::shared_ptr<script_view>> views_; ///< Null: given up.
};

} // namespace remora::actors
