#include <duktape.h>

#include "script/render.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// What a script does to items on their way to who asked for them; what else it does is in script_vm.cpp.
namespace remora::script {

screened_item script_vm::screen(std::string_view item_json, std::string_view filter) {
  if (!has(hook::item_queried)) return {};
  const std::uint64_t errors_before = counters_.errors;
  screened_item out;
  hook_turn(hook::item_queried, [&](duk_hthread* context) {
    ++counters_.hook_calls;
    duk_push_heapptr(context, hooks_[static_cast<std::size_t>(hook::item_queried)]);
    duk_push_global_object(context);
    push_text(context, item_json);
    duk_json_decode(context, -1);
    push_text(context, filter);
    duk_call_method(context, 2);
    if (!duk_is_object(context, -1) || duk_is_function(context, -1) || duk_is_array(context, -1)) return;
    auto json = to_json(context, -1);
    if (!json) duk_type_error(context, "what onItemQueried returned is no JSON: does it refer to itself?");
    out.changed = std::move(json);
  });
  out.failed = counters_.errors != errors_before;
  if (out.failed) out.changed.reset();
  return out;
}

} // namespace remora::script
