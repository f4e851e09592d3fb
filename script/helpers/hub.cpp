#include <duktape.h>
#include <iterator>
#include <utility>

#include "script/binding.hpp"
#include "script/helpers/helpers.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// hub.*: scripting API §8.13.
namespace remora::script {

namespace {

/// hub.action(action, object): a copy goes to onHubAction of every script on the hub. What JSON cannot hold
/// arrives as undefined; a circle throws, as it does in JSON.stringify().
int action(const helper_call& call) {
  duk_hthread* context = call.context();
  std::string name = call.text(0, "action");
  std::string argument;
  if (call.argument_count() > 1) {
    duk_dup(context, 1);
    duk_json_encode(context, -1);
    if (duk_is_string(context, -1)) argument = read_text(context, -1);
  }
  if (auto done = call.vm().around().hub.action(std::move(name), std::move(argument)); !done)
    call.fail(done.error().message);
  return 0;
}

constexpr helper members[] = {{"action", "hub.action", action}};

} // namespace

void install_hub(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "hub");
}

} // namespace remora::script
