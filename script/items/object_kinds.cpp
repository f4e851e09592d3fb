#include "script/items/object_kinds.hpp"

#include <duktape.h>
#include <string>

#include "script/duktape/lazy_members.h"
#include "script/items/aliases.hpp"
#include "script/items/lazy_objects.hpp"

namespace remora::script {

namespace {

/// More choices of optional members of one shape are not told apart: hostile traffic may show them all.
constexpr std::size_t max_kinds = 64;

constexpr const char* shelf_key = DUK_HIDDEN_SYMBOL("itemShelf");

} // namespace

object_kind::object_kind() noexcept = default;
object_kind::~object_kind() = default;

// ------------------------------------------------------------------------------------------- shelf

void hidden_shelf::push(duk_hthread* context) {
  if (array_ == nullptr) {
    duk_push_global_stash(context);
    void* array = duk_get_heapptr(context, duk_push_bare_array(context));
    duk_put_prop_string(context, -2, shelf_key);
    duk_pop(context);
    array_ = array;
  }
  duk_push_heapptr(context, array_);
}

unsigned hidden_shelf::keep(duk_hthread* context) {
  push(context);
  const unsigned place = free_.empty() ? places_ : free_.back();
  free_.reserve(places_ + 1); // so that drop() needs no memory
  duk_dup(context, -2);
  duk_put_prop_index(context, -2, place);
  duk_pop(context);
  if (free_.empty()) {
    ++places_;
  } else {
    free_.pop_back();
  }
  return place;
}

void hidden_shelf::drop(duk_hthread* context, unsigned place) {
  push(context);
  duk_push_undefined(context);
  duk_put_prop_index(context, -2, place);
  duk_pop(context);
  free_.push_back(place);
}

// ------------------------------------------------------------------------------------------- kinds

object_kinds::family& object_kinds::family_of(duk_hthread* context, const shape& of) {
  family& found = families_[&of];
  if (found.prototype != nullptr) return found;
  found.optional.clear();
  for (unsigned i = 0; i < of.count; ++i) {
    if (of.first[i].is_there != nullptr) found.optional.push_back(i);
  }
  push_alias_prototype(context, of);
  shelf_.keep(context);
  found.prototype = duk_get_heapptr(context, -1);
  duk_pop(context);
  return found;
}

void object_kinds::push_prototype(duk_hthread* context, const shape& of) {
  duk_push_heapptr(context, family_of(context, of).prototype);
}

object_kind* object_kinds::find(duk_hthread* context, shaped what) {
  family& in = family_of(context, *what.of);
  if (in.optional.size() > 64) return nullptr;
  std::uint64_t optional_ones = 0;
  for (std::size_t i = 0; i < in.optional.size(); ++i) {
    if (what.of->first[in.optional[i]].is_there(what.at)) optional_ones |= std::uint64_t{1} << i;
  }
  for (const auto& kind : in.kinds) {
    if (kind->optional_ones == optional_ones) return kind.get();
  }
  return in.kinds.size() < max_kinds ? make_kind(context, in, what, optional_ones) : nullptr;
}

object_kind* object_kinds::make_kind(duk_hthread* context, family& in, shaped what,
                                     std::uint64_t optional_ones) {
  auto kind = std::make_unique<object_kind>();
  kind->optional_ones = optional_ones;
  duk_push_object(context);
  for (const member& one : *what.of) {
    if (one.is_there != nullptr && !one.is_there(what.at)) continue;
    kind->members.push_back(&one);
    duk_push_lstring(context, one.name.data(), one.name.size());
    duk_push_undefined(context);
    remora_put_own(context);
  }
  duk_push_heapptr(context, in.prototype);
  duk_set_prototype(context, -2);
  kind->pattern = remora_lazy_make_pattern(context);
  shelf_.keep(context);
  duk_pop(context);
  in.kinds.push_back(std::move(kind));
  return in.kinds.back().get();
}

} // namespace remora::script
