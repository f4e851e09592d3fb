#pragma once

#include "protocol/item/shape.hpp"

struct duk_hthread;

namespace remora::script {

/// Pushes the prototype of objects of this shape. It inherits from Object.prototype and has, not enumerable,
/// the names under which older scripts know the members: with the first letter in upper case, and some
/// special ones (items, section 5). Reading or writing one of them reads or writes the member. The prototype
/// is frozen: what it does, it does for every item.
void push_alias_prototype(duk_hthread* context, const shape& of);

} // namespace remora::script
