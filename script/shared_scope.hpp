#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace remora::script {

/// A value that scripts share through `this`: JSON text, or the source text of a function.
struct shared_value {
  std::string text;
  bool is_function = false;
};

inline bool operator==(const shared_value& a, const shared_value& b) {
  return a.is_function == b.is_function && a.text == b.text;
}

/// One state of the shared scope: immutable, so a turn that holds it sees nothing change.
struct scope_image {
  std::map<std::string, shared_value> values;
};
using scope_image_ptr = std::shared_ptr<const scope_image>;

/// What a turn did to the scope: names set, and names deleted (without a value).
struct scope_change {
  std::string name;
  std::shared_ptr<const shared_value> value; ///< Null: deleted.
};

/// The global scope `this` as one script sees it. A script reads one image during a turn and commits its
/// changes at the end of it; after that its next image has them (read your writes). Source: scripting API §4.
class shared_scope {
 public:
  virtual ~shared_scope() = default;

  /// The newest state for this script. Never null, and the same object as long as nothing changed.
  virtual scope_image_ptr image() const = 0;

  /// Applies all changes of a turn, or none of them. Returns why not, or "".
  virtual std::string commit(const std::vector<scope_change>& changes) = 0;
};

} // namespace remora::script
