#include <duktape.h>
#include <iterator>

#include "script/binding.hpp"
#include "script/function_store.hpp"
#include "script/helpers/helpers.hpp"
#include "script/script_vm.hpp"

// setTimeout and its kin: scripting API §8.19.
namespace remora::script {

namespace {

template <bool Repeats>
int set_timer(const helper_call& call) {
  call.require_function(0, "fn");
  const double delay_ms = call.given(1) ? call.number(1, "ms") : 0;
  script_vm& vm = call.vm();
  const auto id = vm.timers().add(vm.clock().now(), delay_ms, Repeats);
  if (!id) call.fail("the script has " + std::to_string(timer_table::max_timers) + " timers already");
  function_store{call.context(), function_store::timers}.put(std::to_string(*id), 0, 2);
  duk_push_uint(call.context(), *id);
  return 1;
}

int clear_timer(const helper_call& call) {
  if (call.argument_count() == 0 || !duk_is_number(call.context(), 0)) return 0; // as browsers do
  const duk_uint_t id = duk_get_uint(call.context(), 0);
  if (call.vm().timers().remove(id)) {
    function_store{call.context(), function_store::timers}.erase(std::to_string(id));
  }
  return 0;
}

constexpr helper functions[] = {
    {"setTimeout", "setTimeout", set_timer<false>},
    {"setInterval", "setInterval", set_timer<true>},
    {"clearTimeout", "clearTimeout", clear_timer},
    {"clearInterval", "clearInterval", clear_timer},
};

} // namespace

void install_timers(duk_hthread* context) {
  define_global_functions(context, std::begin(functions), std::end(functions));
}

} // namespace remora::script
