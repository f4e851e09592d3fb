#include <duktape.h>
#include <iterator>

#include "script/binding.hpp"
#include "script/helpers/helpers.hpp"
#include "script/helpers/json_to_yaml.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// utils.*: scripting API §8.15.
namespace remora::script {

namespace {

int node_name(const helper_call& call) {
  push_text(call.context(), call.vm().around().node_name);
  return 1;
}

/// utils.json2Yaml(json): text, or an object, which is made text first.
int json2yaml(const helper_call& call) {
  duk_hthread* context = call.context();
  if (call.argument_count() == 0 || duk_is_undefined(context, 0) || duk_is_function(context, 0)) {
    call.fail_argument(0, "json", "JSON text or an object");
  }
  if (duk_is_object(context, 0)) duk_json_encode(context, 0);
  const auto yaml = json_to_yaml(call.text(0, "json"));
  if (!yaml) call.fail(yaml.error().message);
  push_text(context, *yaml);
  return 1;
}

constexpr helper members[] = {
    {"nodeName", "utils.nodeName", node_name},
    {"json2Yaml", "utils.json2Yaml", json2yaml},
};

} // namespace

void install_utils(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "utils");
}

} // namespace remora::script
