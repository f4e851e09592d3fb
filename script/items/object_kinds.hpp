#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "protocol/item/shape.hpp"

struct duk_hthread;

namespace remora::script {

struct lazy_object;

/// What objects look like that have the same shape and the same of its optional members.
struct object_kind {
  object_kind() noexcept;
  ~object_kind();
  object_kind(const object_kind&) = delete;
  object_kind& operator=(const object_kind&) = delete;

  std::uint64_t optional_ones = 0;                ///< Which of the optional members there are, a bit each.
  std::vector<const member*> members;             ///< Those there are, in order.
  void* pattern = nullptr;                        ///< In the engine, see lazy_members.h.
  std::vector<std::unique_ptr<lazy_object>> idle; ///< Objects to be used again.
};

/// Keeps objects of the engine reachable that no script can reach, each in a place of its own.
class hidden_shelf {
 public:
  /// Takes the object on top of the stack, which stays there. Returns its place.
  unsigned keep(duk_hthread* context);
  void drop(duk_hthread* context, unsigned place);

 private:
  void push(duk_hthread* context);

  void* array_ = nullptr;
  unsigned places_ = 0;
  std::vector<unsigned> free_;
};

/// The kinds of objects of one heap, each found out when it first occurs.
class object_kinds {
 public:
  explicit object_kinds(hidden_shelf& shelf) noexcept : shelf_{shelf} {}

  /// The kind of a part, or null when its shape has too many: its object is then made as a whole.
  object_kind* find(duk_hthread* context, shaped what);

  /// Pushes the prototype of objects of this shape.
  void push_prototype(duk_hthread* context, const shape& of);

 private:
  struct family {
    void* prototype = nullptr;
    std::vector<unsigned> optional; ///< Which members are optional.
    std::vector<std::unique_ptr<object_kind>> kinds;
  };

  family& family_of(duk_hthread* context, const shape& of);
  object_kind* make_kind(duk_hthread* context, family& in, shaped what, std::uint64_t optional_ones);

  hidden_shelf& shelf_;
  std::unordered_map<const shape*, family> families_;
};

} // namespace remora::script
