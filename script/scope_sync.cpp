#include "script/scope_sync.hpp"

#include <duktape.h>
#include <memory>

#include "script/heap.hpp"
#include "script/render.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

const scope_image& empty_image() {
  static const scope_image empty;
  return empty;
}

/// Pushes a shared value; what cannot be read any more becomes undefined.
void push_shared(duk_hthread* context, const std::string& name, const shared_value& value) {
  const bool done = heap::of(context).protect([&](duk_hthread*) {
    if (value.is_function) {
      push_text(context, '(' + value.text + ')');
      push_text(context, "this." + name);
      duk_compile(context, DUK_COMPILE_EVAL);
      duk_call(context, 0);
    } else {
      push_text(context, value.text);
      duk_json_decode(context, -1);
    }
    duk_put_global_literal(context, DUK_HIDDEN_SYMBOL("shared"));
  });
  if (!done) {
    duk_pop(context);
    duk_push_undefined(context);
    return;
  }
  duk_get_global_literal(context, DUK_HIDDEN_SYMBOL("shared"));
}

/// Makes a name an ordinary property of the global object, unless something of remora's or the language's has
/// it.
void define_shared(duk_hthread* context, const std::string& name, const shared_value& value) {
  duk_push_global_object(context);
  push_text(context, name);
  duk_get_prop_desc(context, -2, 0);
  bool taken = false;
  if (duk_is_object(context, -1)) {
    duk_get_prop_string(context, -1, "enumerable");
    taken = duk_to_boolean(context, -1) == 0;
    duk_pop(context);
  }
  duk_pop(context);
  if (!taken) {
    push_text(context, name);
    push_shared(context, name, value);
    duk_def_prop(context, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC | DUK_DEFPROP_FORCE);
  }
  duk_pop(context);
}

void delete_shared(duk_hthread* context, const std::string& name) {
  duk_push_global_object(context);
  push_text(context, name);
  duk_del_prop(context, -2);
  duk_pop(context);
}

/// The value on top of the stack as it is shared; nothing when it cannot be, with the reason.
std::shared_ptr<const shared_value> encode_top(duk_hthread* context, std::string& why_not) {
  if (duk_is_function(context, -1)) {
    if (auto source = function_source(context, -1))
      return std::make_shared<const shared_value>(shared_value{*source, true});
    why_not = "its source is not known (a native or bound function, or one over 64 KiB)";
    return nullptr;
  }
  if (duk_is_undefined(context, -1)) return nullptr;
  if (auto json = to_json(context, -1))
    return std::make_shared<const shared_value>(shared_value{*json, false});
  why_not = "it is not JSON-like data (a cycle, perhaps)";
  return nullptr;
}

struct finding {
  std::map<std::string, std::shared_ptr<const shared_value>> values;
  std::vector<std::string> refused; ///< "name: reason"
  std::vector<std::string> refused_names;
};

finding read_global(duk_hthread* context) {
  finding found;
  duk_push_global_object(context);
  duk_enum(context, -1, DUK_ENUM_OWN_PROPERTIES_ONLY);
  while (duk_next(context, -1, 1) != 0) {
    std::string name = read_text(context, -2);
    std::string why_not;
    auto value = encode_top(context, why_not);
    duk_pop_2(context);
    if (!why_not.empty()) {
      found.refused.push_back(
          std::string{"this."}.append(name).append(" cannot be shared: ").append(why_not));
      found.refused_names.push_back(name);
    } else if (value) {
      found.values.emplace(std::move(name), std::move(value));
    }
  }
  duk_pop_2(context);
  return found;
}

} // namespace

void scope_sync::import(duk_hthread* context) {
  scope_image_ptr now = scope_.image();
  if (now == imported_) return;
  bring_in(context, *now);
  seen_ = imported_ = std::move(now);
}

void scope_sync::bring_in(duk_hthread* context, const scope_image& image) {
  const scope_image& before = seen_ ? *seen_ : empty_image();
  for (const auto& [name, value] : before.values) {
    if (image.values.count(name) == 0) delete_shared(context, name);
  }
  for (const auto& [name, value] : image.values) {
    const auto old = before.values.find(name);
    if (old == before.values.end() || !(old->second == value)) define_shared(context, name, value);
  }
}

std::vector<std::string> scope_sync::commit(duk_hthread* context) {
  if (!exports_) return {};
  finding found = read_global(context);
  const scope_image& before = seen_ ? *seen_ : empty_image();
  std::vector<scope_change> changes;
  for (const auto& [name, value] : found.values) {
    const auto old = before.values.find(name);
    if (old == before.values.end() || !(old->second == *value)) changes.push_back({name, value});
  }
  for (const std::string& name : found.refused_names)
    delete_shared(context, name);
  for (const auto& [name, value] : before.values) {
    if (found.values.count(name) != 0) continue;
    // What was refused keeps its old value; what is gone was deleted by the script.
    bool refused = false;
    for (const std::string& other : found.refused_names)
      refused = refused || other == name;
    if (refused) {
      define_shared(context, name, value);
    } else {
      changes.push_back({name, nullptr});
    }
  }
  if (changes.empty()) return found.refused;
  if (std::string why_not = scope_.commit(changes); !why_not.empty()) {
    found.refused.push_back(std::move(why_not));
    return found.refused;
  }
  // What the heap has now. Others may have committed meanwhile: the next import() compares with this.
  auto mine = std::make_shared<scope_image>(before);
  for (const scope_change& change : changes) {
    if (change.value) {
      mine->values[change.name] = *change.value;
    } else {
      mine->values.erase(change.name);
    }
  }
  seen_ = std::move(mine);
  return found.refused;
}

} // namespace remora::script
