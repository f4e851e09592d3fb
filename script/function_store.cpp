#include "script/function_store.hpp"

#include <duktape.h>
#include <string>

#include "script/text.hpp"

namespace remora::script {

void function_store::push_table() const {
  duk_push_global_stash(context_);
  if (duk_get_prop_string(context_, -1, kind_) == 0) {
    duk_pop(context_);
    duk_push_bare_object(context_);
    duk_dup_top(context_);
    duk_put_prop_string(context_, -3, kind_);
  }
  duk_remove(context_, -2);
}

void function_store::put(std::string_view key, int function, int first_argument) const {
  const int end = duk_get_top(context_);
  push_table();
  push_text(context_, key);
  duk_push_array(context_);
  duk_dup(context_, function);
  duk_put_prop_index(context_, -2, 0);
  duk_uarridx_t next = 1;
  for (int i = first_argument; i < end; ++i) {
    duk_dup(context_, i);
    duk_put_prop_index(context_, -2, next++);
  }
  duk_put_prop(context_, -3);
  duk_pop(context_);
}

int function_store::push(std::string_view key) const {
  push_table();
  push_text(context_, key);
  duk_get_prop(context_, -2);
  duk_remove(context_, -2);
  if (!duk_is_array(context_, -1)) {
    duk_pop(context_);
    return -1;
  }
  const auto length = static_cast<duk_uarridx_t>(duk_get_length(context_, -1));
  duk_require_stack(context_, static_cast<duk_idx_t>(length) + 2);
  const duk_idx_t entry = duk_get_top_index(context_);
  duk_get_prop_index(context_, entry, 0);
  duk_push_global_object(context_);
  for (duk_uarridx_t i = 1; i < length; ++i)
    duk_get_prop_index(context_, entry, i);
  duk_remove(context_, entry);
  return static_cast<int>(length) - 1;
}

void function_store::erase(std::string_view key) const {
  push_table();
  push_text(context_, key);
  duk_del_prop(context_, -2);
  duk_pop(context_);
}

} // namespace remora::script
