#pragma once

#include <map>
#include <string>
#include <vector>

#include "script/shared_scope.hpp"

struct duk_hthread;

namespace remora::script {

/// Keeps the global object of a heap and the shared scope alike: what scripts share are the enumerable
/// properties of the global object. Brings the scope's state in at the start of a turn and finds what the
/// turn changed at its end. Source: scripting API §4.
class scope_sync {
 public:
  /// `exports`: the script can change the scope; otherwise nothing is looked for at the end of a turn.
  scope_sync(shared_scope& scope, bool exports) noexcept : scope_{scope}, exports_{exports} {}

  /// Brings the newest state into the global object. Cheap when nothing changed.
  void import(duk_hthread* context);

  /// Commits what changed since import().
  /// @returns what could not be shared and why, one text for each name; those names are set back.
  std::vector<std::string> commit(duk_hthread* context);

 private:
  void bring_in(duk_hthread* context, const scope_image& image);

  shared_scope& scope_;
  bool exports_;
  scope_image_ptr imported_; ///< The last image brought in.
  scope_image_ptr seen_;     ///< What the heap has: that image, and what was committed since.
};

} // namespace remora::script
