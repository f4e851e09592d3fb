#include "script/render.hpp"

#include <algorithm>
#include <cmath>
#include <duktape.h>
#include <vector>

#include "base/time.hpp"
#include "script/heap.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

/// Runs `body` with its exceptions caught and the value stack restored. False when it threw.
template <class Body>
bool quietly(duk_hthread* context, const Body& body) {
  const duk_idx_t top = duk_get_top(context);
  const bool done = heap::of(context).protect([&](duk_hthread*) { body(); });
  duk_set_top(context, top);
  return done;
}

/// JSON.stringify with references back to an enclosing object replaced. The stack of open objects follows
/// from `this`: the object whose member is being written.
constexpr const char* stringify_with_cycles =
    "(function(value){var open=[];return JSON.stringify(value,function(key,v){"
    "while(open.length&&open[open.length-1]!==this)open.pop();"
    "if(v&&typeof v==='object'){if(open.indexOf(v)>=0)return '[Circular]';open.push(v);}return v;});})";

std::optional<std::string> json_with_cycles(duk_hthread* context, int index) {
  std::optional<std::string> text;
  quietly(context, [&] {
    duk_dup(context, index);
    duk_eval_string(context, stringify_with_cycles);
    duk_insert(context, -2);
    duk_call(context, 1);
    if (duk_is_string(context, -1)) text = read_text(context, -1);
  });
  return text;
}

std::string as_string(duk_hthread* context, int index) {
  std::string text = "[object]";
  quietly(context, [&] {
    duk_dup(context, index);
    duk_to_string(context, -1);
    text = read_text(context, -1);
  });
  return text;
}

bool is_instance_of(duk_hthread* context, int index, const char* constructor) {
  bool answer = false;
  quietly(context, [&] {
    duk_dup(context, index);
    duk_get_global_string(context, constructor);
    answer = duk_instanceof(context, -2, -1) != 0;
  });
  return answer;
}

bool is_array_of_primitives(duk_hthread* context, int index) {
  bool answer = true;
  const bool done = quietly(context, [&] {
    const auto length = static_cast<duk_uarridx_t>(duk_get_length(context, index));
    for (duk_uarridx_t i = 0; i < length && answer; ++i) {
      duk_get_prop_index(context, index, i);
      answer = !duk_is_object(context, -1);
      duk_pop(context);
    }
  });
  return done && answer;
}

std::string render_date(duk_hthread* context, int index) {
  std::string text = "Invalid Date";
  quietly(context, [&] {
    duk_dup(context, index);
    duk_push_string(context, "toISOString");
    duk_call_prop(context, -2, 0);
    text = read_text(context, -1);
  });
  return text;
}

std::string render_object(duk_hthread* context, int index) {
  if (duk_is_error(context, index)) {
    std::string place;
    const std::string text = render_thrown(context, index, &place);
    return place.empty() ? text : text + " (" + place + ')';
  }
  if (duk_is_function(context, index)) {
    return function_source(context, index).value_or(as_string(context, index));
  }
  if (is_instance_of(context, index, "Date")) return render_date(context, index);
  if (is_instance_of(context, index, "RegExp")) return as_string(context, index);
  if (duk_is_array(context, index) && is_array_of_primitives(context, index))
    return as_string(context, index);
  if (auto json = to_json(context, index)) return *json;
  if (auto json = json_with_cycles(context, index)) return *json;
  return as_string(context, index);
}

} // namespace

std::string render(duk_hthread* context, int index) {
  index = duk_require_normalize_index(context, index);
  if (duk_is_string(context, index)) return read_text(context, index);
  if (duk_is_object(context, index)) return render_object(context, index);
  return as_string(context, index);
}

std::string render_thrown(duk_hthread* context, int index, std::string* place) {
  index = duk_require_normalize_index(context, index);
  if (!duk_is_error(context, index)) {
    return duk_is_object(context, index) ? render_object(context, index) : render(context, index);
  }
  std::string text = as_string(context, index);
  if (place != nullptr) {
    quietly(context, [&] {
      duk_get_prop_string(context, index, "lineNumber");
      const int line = duk_to_int(context, -1);
      duk_get_prop_string(context, index, "fileName");
      if (line > 0 && duk_is_string(context, -1))
        *place = read_text(context, -1) + ':' + std::to_string(line);
    });
  }
  return text;
}

std::optional<std::string> to_json(duk_hthread* context, int index) {
  index = duk_require_normalize_index(context, index);
  std::optional<std::string> text;
  quietly(context, [&] {
    duk_dup(context, index);
    duk_json_encode(context, -1);
    if (duk_is_string(context, -1)) text = read_text(context, -1);
  });
  return text;
}

std::optional<std::string> function_source(duk_hthread* context, int index) {
  index = duk_require_normalize_index(context, index);
  std::optional<std::string> text;
  if (!duk_is_ecmascript_function(context, index)) return text;
  quietly(context, [&] {
    duk_get_prop_literal(context, index,
                         "\x82"
                         "Source");
    if (duk_is_string(context, -1)) text = read_text(context, -1);
  });
  return text;
}

} // namespace remora::script
