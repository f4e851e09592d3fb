#include <duktape.h>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "filter/json_record.hpp"
#include "filter/limits.hpp"
#include "script/binding.hpp"
#include "script/filters.hpp"
#include "script/heap.hpp"
#include "script/helpers/helpers.hpp"
#include "script/render.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// kfl.*: scripting API §8.12, filter language §1.1 and §1.2.
namespace remora::script {

namespace {

/// The longest JSON that is evaluated: its tree lies outside the script's heap, and takes many times as much.
constexpr std::size_t max_data_bytes = std::size_t{8} << 20;

using compiled_query = filter::compiled<filter::query_ptr>;

compiled_query compile(const helper_call& call, const std::string& query) {
  filters* own = call.vm().around().kfl;
  filters& with = own != nullptr ? *own : filters::built_in();
  // What is refused for its length alone is not worth keeping.
  if (query.size() > filter::max_query_bytes) return filter::compile(query, with.macros);
  return with.cache.compile(query, with.macros);
}

/// The argument as String() has it: undefined, and a missing one, are the text "undefined".
std::string query_text(duk_hthread* context, int index) {
  if (index >= duk_get_top(context)) return "undefined";
  duk_dup(context, index);
  duk_to_string(context, -1);
  std::string text = read_text(context, -1);
  duk_pop(context);
  return text;
}

/// The object as JSON.stringify() makes it now. Throws what that throws.
nlohmann::json read_data(const helper_call& call, int index) {
  duk_hthread* context = call.context();
  duk_dup(context, index);
  duk_json_encode(context, -1);
  // A function has no JSON, and the toJSON of an object may make it something that is none.
  if (!duk_is_string(context, -1)) call.fail("data must be an object");
  if (duk_get_length(context, -1) > max_data_bytes) call.fail("data is longer than 8 MiB as JSON");
  const std::string text = read_text(context, -1);
  duk_pop(context);
  nlohmann::json data = nlohmann::json::parse(text, nullptr, false);
  if (!data.is_structured()) call.fail("data must be an object");
  return data;
}

/// kfl.match(query, data), or kfl.match(data, query) as it once was.
int match(const helper_call& call) {
  duk_hthread* context = call.context();
  const bool swapped =
      call.argument_count() > 1 && duk_is_object(context, 0) != 0 && duk_is_string(context, 1) != 0;
  const int data_at = swapped ? 0 : 1;
  const std::string text = query_text(context, swapped ? 1 : 0);
  if (call.argument_count() <= data_at || !duk_is_object(context, data_at))
    call.fail("data must be an object");
  const compiled_query query = compile(call, text);
  if (!query) call.fail_in_words(query.error().text());
  bool matched = true;
  if ((*query)->spoken() != filter::dialect::none) { // an empty query needs no look at the data
    const nlohmann::json data = read_data(call, data_at);
    filter::json_record record{data};
    const filter::outcome found = (*query)->evaluate(record, call.vm().clock().now());
    if (!found.failure.empty()) call.vm().note_undecided_filter(text, found.failure);
    matched = found.matched;
  }
  duk_push_boolean(context, matched ? 1 : 0);
  return 1;
}

/// kfl.validate(query, quiet?)
int validate(const helper_call& call) {
  duk_hthread* context = call.context();
  std::string wrong;
  std::string text;
  // The toString() of an object is the script's: what it throws makes this no filter.
  if (heap::of(context).protect([&](duk_hthread*) { text = query_text(context, 0); })) {
    const compiled_query query = compile(call, text);
    if (!query) wrong = query.error().text();
  } else {
    wrong = render_thrown(context, -1);
    duk_pop(context);
  }
  const bool quiet = call.argument_count() > 1 && duk_to_boolean(context, 1) != 0;
  if (!wrong.empty() && !quiet) call.vm().around().console.print(console_level::error, wrong);
  duk_push_boolean(context, wrong.empty() ? 1 : 0);
  return 1;
}

constexpr helper members[] = {
    {"match", "kfl.match", match},
    {"validate", "kfl.validate", validate},
};

} // namespace

result<std::shared_ptr<filters>> filters::with(const filter::macro_table::texts& custom) {
  auto macros = filter::macro_table::make(custom);
  if (!macros) return pass_on(std::move(macros));
  auto made = std::make_shared<filters>();
  made->macros = *std::move(macros);
  return made;
}

filters& filters::built_in() {
  static filters shared;
  return shared;
}

void install_kfl(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "kfl");
}

} // namespace remora::script
