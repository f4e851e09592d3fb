#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/item/shape.hpp"
#include "script/duktape/lazy_members.h"
#include "script/items/object_kinds.hpp"

namespace remora::script {

class lazy_objects;

/// A JavaScript object whose members are worked out from a part of an item when a script reads them.
struct lazy_object final : remora_lazy_source {
  lazy_objects* owner = nullptr;
  object_kind* kind = nullptr;
  const void* part = nullptr; ///< What the members are written from.
  void* object = nullptr;     ///< In the engine, kept reachable by the shelf.
  unsigned place = 0;         ///< On the shelf.
};

/// The objects that scripts see of items. Each part of an item becomes a plain object whose members are
/// worked out one by one, when they are first read.
///
/// Objects are used again for the next item when the script neither kept nor changed them. One that the
/// script kept is worked out completely by release(), and is then an object like any other: so the item need
/// not live longer than until release().
class lazy_objects {
 public:
  lazy_objects() noexcept : kinds_{shelf_} {}
  lazy_objects(const lazy_objects&) = delete;
  lazy_objects& operator=(const lazy_objects&) = delete;

  /// Pushes the object of a part, which must live until release() or abandon().
  void push(duk_hthread* context, shaped what);

  /// After a call of a hook: takes back what nobody kept, and works out what somebody did. When it throws,
  /// what is left waits for another release() or for abandon().
  void release(duk_hthread* context);

  /// For the case that release() fails: what was not read yet is undefined from now on.
  void abandon(duk_hthread* context);

  /// True when there is nothing to release.
  bool at_rest() const noexcept { return live_.empty(); }

 private:
  static void push_member(duk_hthread* context, const remora_lazy_source* source, void* object,
                          unsigned number);
  static int append_json(duk_hthread* context, const remora_lazy_source* source, unsigned number,
                         void (*append)(void* to, const char* text, std::size_t size), void* to);

  void push_whole(duk_hthread* context, shaped what);
  void make(duk_hthread* context, object_kind& kind, const void* part);

  hidden_shelf shelf_;
  object_kinds kinds_;
  std::vector<std::unique_ptr<lazy_object>> live_; ///< In use since the last release; each after its parent.
  std::string json_; ///< For append_json(), so that it needs no new memory each time.
};

} // namespace remora::script
