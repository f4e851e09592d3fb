#include <algorithm>
#include <duktape.h>
#include <functional>

#include "script/binding.hpp"
#include "script/helpers/helpers.hpp"
#include "script/render.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// How a script is loaded; what it does after that is in script_vm.cpp.
namespace remora::script {

namespace {

constexpr const char* hooks_key = DUK_HIDDEN_SYMBOL("hooks");

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_member(duk_hthread* context, int index, const std::string& name) {
  index = duk_require_normalize_index(context, index);
  push_text(context, name);
  return duk_has_prop(context, index) != 0;
}

bool is_global(duk_hthread* context, const std::string& name) {
  duk_push_global_object(context);
  const bool found = has_member(context, -1, name);
  duk_pop(context);
  return found;
}

/// A seed that is the same in every run over a capture and another in every live run.
std::uint64_t dice_seed(const run_clock& clock, const std::string& title) {
  const std::uint64_t own = std::hash<std::string>{}(title);
  return clock.follows_capture() ? own : own ^ static_cast<std::uint64_t>(to_unix_ns(wall_now()));
}

/// The byte order mark at the start of a file is no part of the script.
std::string_view without_byte_order_mark(std::string_view code) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (code.substr(0, mark.size()) == mark) code.remove_prefix(mark.size());
  return code;
}

/// Pushes what a parameter of the wrapper starts with: the value of the key in env, the list of keys, or
/// nothing.
void push_parameter(duk_hthread* context, const std::string& name) {
  duk_get_global_literal(context, "env");
  if (has_member(context, -1, name)) {
    push_text(context, name);
    duk_get_prop(context, -2);
  } else if (name == "CONSTS") {
    duk_push_array(context);
    duk_uarridx_t next = 0;
    duk_enum(context, -2, DUK_ENUM_OWN_PROPERTIES_ONLY);
    while (duk_next(context, -1, 0) != 0)
      duk_put_prop_index(context, -3, next++);
    duk_pop(context);
  } else {
    duk_push_undefined(context);
  }
  duk_remove(context, -2);
}

/// The script as the body of a function, its first line where it was. The function returns the hooks.
std::string wrap(const std::string& code, const std::vector<std::string>& parameters,
                 const std::vector<const char*>& hooks) {
  std::string text = "(function(";
  for (std::size_t i = 0; i < parameters.size(); ++i)
    text += (i == 0 ? "" : ",") + parameters[i];
  text += "){" + code + "\nreturn{";
  for (const char* name : hooks)
    text += std::string{name} + ':' + name + ',';
  return text + "};})";
}

} // namespace

result<std::unique_ptr<script_vm>> script_vm::load(const script_source& given, parts with) {
  if (auto text = check_script_text(given.code, given.file); !text) return pass_on(std::move(text));
  script_source script = given;
  script.code = without_byte_order_mark(given.code);
  auto outline = analyse(script, with.limit.load);
  if (!outline) return pass_on(std::move(outline));
  auto made = heap::create(with.limit.memory_bytes, *with.clock, dice_seed(*with.clock, script.title));
  if (!made) return pass_on(std::move(made));
  std::unique_ptr<script_vm> vm{new script_vm{std::move(with), std::move(*outline), std::move(*made)}};
  const auto top_level = [&](duk_hthread* context) { vm->run_top_level(context, script); };
  if (!vm->run_limited(vm->limits_.load, top_level)) return tl::unexpected<error>(vm->load_failure(script));
  return vm;
}

void script_vm::run_top_level(duk_hthread* context, const script_source& script) {
  install_globals(context);
  const std::vector<std::string> parameters = wrapper_parameters(context);
  scope_.import(context);
  duk_require_stack(context, static_cast<duk_idx_t>(parameters.size()) + 8);
  push_text(context, wrap(script.code, parameters, declared_hooks()));
  push_text(context, script.file);
  duk_compile(context, DUK_COMPILE_EVAL);
  duk_call(context, 0);
  duk_push_global_object(context);
  for (const std::string& name : parameters)
    push_parameter(context, name);
  duk_call_method(context, static_cast<duk_idx_t>(parameters.size()));
  collect_hooks(context);
  commit_scope(context, "loading");
}

void script_vm::install_globals(duk_hthread* context) {
  // What could reach the engine's insides, what runs outside the budget, and a clock that is not the run's.
  duk_push_global_object(context);
  for (const char* name : {"Duktape", "CBOR", "performance"})
    duk_del_prop_string(context, -1, name);
  duk_pop(context);
  install_helpers(context);
  push_text(context, env_json_);
  duk_json_decode(context, -1);
  define_global(context, "env");
}

/// The names that become parameters of the function a script is wrapped in: variables it never declares, and
/// the keys of env that it reads as bare names, as scripts of earlier times do (scripting API §4.4, §5.8).
std::vector<std::string> script_vm::wrapper_parameters(duk_hthread* context) const {
  std::vector<std::string> names;
  for (const std::string& name : outline_.undeclared) {
    if (!is_global(context, name)) names.push_back(name);
  }
  duk_get_global_literal(context, "env");
  for (const std::string& name : outline_.free_names) {
    if (contains(names, name) || is_global(context, name)) continue;
    if (name == "CONSTS" || has_member(context, -1, name)) names.push_back(name);
  }
  duk_pop(context);
  return names;
}

std::vector<const char*> script_vm::declared_hooks() const {
  std::vector<const char*> names;
  for (std::size_t i = 0; i < hook_count; ++i) {
    const char* name = to_string(static_cast<hook>(i));
    if (contains(outline_.declared, name) || contains(outline_.undeclared, name)) names.push_back(name);
  }
  return names;
}

/// Takes the hooks from the object on top of the stack, which the wrapper returned.
void script_vm::collect_hooks(duk_hthread* context) {
  if (!duk_is_object(context, -1)) return; // the script returned early: it has no hooks
  for (std::size_t i = 0; i < hook_count; ++i) {
    duk_get_prop_string(context, -1, to_string(static_cast<hook>(i)));
    hooks_[i] = duk_is_callable(context, -1) ? duk_get_heapptr(context, -1) : nullptr;
    duk_pop(context);
  }
  duk_push_global_stash(context);
  duk_dup(context, -2);
  duk_put_prop_string(context, -2, hooks_key); // keeps the functions alive
  duk_pop(context);
}

/// After a load that did not end well; the exception is on the value stack.
error script_vm::load_failure(const script_source& script) {
  if (heap_->memory().exhausted()) {
    return {errc::script_memory, script.file + ": the script used up its memory while loading (" +
                                     std::to_string(limits_.memory_bytes) +
                                     " bytes, scripting.limits.memory)"};
  }
  if (broken_) {
    return {errc::script_budget,
            script.file + ": the script used up its time while loading (scripting.limits.load)"};
  }
  std::string place;
  const bool is_text =
      duk_is_string(heap_->context(), -1) != 0; // the idiom of a script that is not for this place
  const std::string text = render_thrown(heap_->context(), -1, &place);
  return {is_text ? errc::script_declined : errc::script_threw,
          (place.empty() ? script.file : place) + ": " + text};
}

} // namespace remora::script
