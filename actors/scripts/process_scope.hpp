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

  /// The scope as the script of this index sees it. May be used by
  /// another thread than the other scripts'.
  std::shared_ptr<script::shared_scope> view(std::size_t script) const;

  /// Makes what the scripts committed known to all, in the order of their index. No script may be in a turn.
  void merge();

 private:
  class state;
  class script_view;

  std::shared_ptr<state> state_;
  std::vector<std::shared_ptr<script_view>> views_;
};

} // namespace remora::actors
