#include "script/binding.hpp"

#include <cstdlib>
#include <duktape.h>

#include "script/heap.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

/// Where a helper's table entry hangs on its function object, out of the script's sight.
constexpr const char* entry_key = DUK_HIDDEN_SYMBOL("helper");

/// DUK_ERRCODE_FLAG_NOBLAME_FILELINE, which duktape.h does not export: the place of the error is the script's
/// line.
constexpr duk_errcode_t blame_the_caller = 1L << 24;

duk_ret_t enter_helper(duk_context* context) {
  duk_push_current_function(context);
  duk_get_prop_string(context, -1, entry_key);
  const auto* entry = static_cast<const helper*>(duk_get_pointer(context, -1));
  duk_pop_2(context);
  return entry->function(helper_call{context, entry->full_name});
}

void push_helper(duk_context* context, const helper& entry) {
  duk_push_c_function(context, enter_helper, DUK_VARARGS);
  duk_push_pointer(context, const_cast<helper*>(&entry));
  duk_put_prop_string(context, -2, entry_key);
}

/// Throws with the script's own line as the place.
[[noreturn]] void throw_error(duk_context* context, duk_errcode_t code, const std::string& message) {
  push_text(context, message);
  duk_push_error_object_raw(context, code | blame_the_caller, nullptr, 0, "%s", duk_get_string(context, -1));
  duk_throw_raw(context);
  std::abort(); // not reached, but the engine's header does not say so
}

} // namespace

int helper_call::argument_count() const { return duk_get_top(context_); }

bool helper_call::given(int index) const {
  if (index >= argument_count() || duk_is_null_or_undefined(context_, index)) return false;
  return !duk_is_string(context_, index) || duk_get_length(context_, index) > 0;
}

std::string helper_call::text(int index, const char* name) const {
  if (index >= argument_count() || duk_is_null_or_undefined(context_, index))
    fail_argument(index, name, "a string");
  if (duk_is_function(context_, index)) fail_argument(index, name, "a string, not a function");
  duk_dup(context_, index);
  duk_to_string(context_, -1);
  std::string text = read_text(context_, -1);
  duk_pop(context_);
  return text;
}

double helper_call::number(int index, const char* name) const {
  if (index >= argument_count() || duk_is_function(context_, index)) fail_argument(index, name, "a number");
  duk_dup(context_, index);
  const double value = duk_to_number(context_, -1);
  duk_pop(context_);
  if (value != value) fail_argument(index, name, "a number");
  return value;
}

void helper_call::require_function(int index, const char* name) const {
  if (index >= argument_count() || !duk_is_function(context_, index))
    fail_argument(index, name, "a function");
}

void helper_call::fail(std::string_view reason) const {
  throw_error(context_, DUK_ERR_ERROR, std::string{helper_} + ": " + std::string{reason});
}

void helper_call::fail_in_words(const std::string& message) const {
  throw_error(context_, DUK_ERR_ERROR, message);
}

void helper_call::fail_argument(int index, const char* name, std::string_view must_be) const {
  throw_error(context_, DUK_ERR_TYPE_ERROR,
              std::string{helper_} + ": argument " + std::to_string(index + 1) + " (" + name + ") must be " +
                  std::string{must_be});
}

script_vm& helper_call::vm() const noexcept { return *static_cast<script_vm*>(heap::of(context_).owner()); }

void define_members(duk_hthread* context, const helper* first, const helper* last) {
  for (; first != last; ++first) {
    duk_push_string(context, first->name);
    push_helper(context, *first);
    duk_def_prop(context, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_CLEAR_WC);
  }
}

void push_namespace(duk_hthread* context, const helper* first, const helper* last) {
  duk_push_object(context);
  define_members(context, first, last);
  duk_freeze(context, -1);
}

void define_global(duk_hthread* context, const char* name) {
  duk_push_global_object(context);
  duk_push_string(context, name);
  duk_dup(context, -3);
  duk_def_prop(context, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WEC);
  duk_pop_2(context);
}

void define_global_functions(duk_hthread* context, const helper* first, const helper* last) {
  for (; first != last; ++first) {
    push_helper(context, *first);
    define_global(context, first->name);
  }
}

} // namespace remora::script
