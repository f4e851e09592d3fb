#include <duktape.h>
#include <iterator>

#include "script/binding.hpp"
#include "script/helpers/helpers.hpp"

// test.*: scripting API §8.2.
namespace remora::script {

namespace {

/// Marks the object that the script gave, and gives it back. Nobody is told: a mark counts when the object is
/// the answer of a hook.
int mark(const helper_call& call, const char* member) {
  duk_hthread* context = call.context();
  if (call.argument_count() == 0 || !duk_is_object(context, 0) || duk_is_function(context, 0))
    call.fail_argument(0, "data", "an object");
  duk_push_true(context);
  duk_put_prop_string(context, 0, member);
  duk_dup(context, 0);
  return 1;
}

int pass(const helper_call& call) { return mark(call, "passed"); }

int fail(const helper_call& call) { return mark(call, "failed"); }

constexpr helper members[] = {
    {"pass", "test.pass", pass},
    {"fail", "test.fail", fail},
};

} // namespace

void install_test(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "test");
}

} // namespace remora::script
