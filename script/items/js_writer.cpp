#include "script/items/js_writer.hpp"

#include <charconv>
#include <duktape.h>
#include <string>

#include "base/base64.hpp"
#include "script/duktape/lazy_members.h"
#include "script/heap.hpp"
#include "script/items/lazy_objects.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

/// Beyond these the numbers of JavaScript have gaps.
constexpr std::int64_t largest_exact = std::int64_t{1} << 53;

/// How much is written between two looks at the budget: a value counts as many bytes as it has, and some
/// more.
constexpr std::size_t spent_per_look = 256u << 10;
constexpr std::size_t spent_per_value = 64;

} // namespace

/// A long list is native work, which the engine's own looks at the budget do not see.
void js_writer::spend(std::size_t bytes) {
  spent_ += bytes + spent_per_value;
  if (spent_ < spent_per_look) return;
  spent_ = 0;
  heap& of = heap::of(context_);
  if (of.budget().exhausted() || of.memory().exhausted())
    (void)duk_error(context_, DUK_ERR_RANGE_ERROR, "execution timeout");
}

/// A value is on top of the stack: it goes where it belongs.
void js_writer::placed() {
  if (open_.empty()) return;
  frame& in = open_.back();
  if (in.is_list) {
    remora_put_own_index(context_, in.count++);
  } else {
    remora_put_own(context_);
  }
}

void js_writer::null() {
  duk_push_null(context_);
  placed();
}

void js_writer::boolean(bool content) {
  duk_push_boolean(context_, content ? 1 : 0);
  placed();
}

void js_writer::integer(std::int64_t content) {
  spend(0);
  if (-largest_exact <= content && content <= largest_exact) {
    duk_push_number(context_, static_cast<double>(content));
  } else {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, content).ptr;
    duk_push_lstring(context_, digits, static_cast<duk_size_t>(end - digits));
  }
  placed();
}

void js_writer::text(std::string_view bytes) {
  spend(bytes.size());
  push_text(context_, bytes);
  placed();
}

void js_writer::base64(std::string_view bytes) {
  spend(bytes.size());
  std::string encoded;
  append_base64(encoded, bytes);
  duk_push_lstring(context_, encoded.data(), encoded.size());
  placed();
}

void js_writer::begin(bool is_list) {
  spend(0);
  duk_require_stack(context_, 4);
  open_.push_back({is_list, 0});
}

void js_writer::begin_object() {
  begin(false);
  duk_push_object(context_);
}

void js_writer::key(std::string_view name) {
  spend(name.size());
  push_text(context_, name);
}

void js_writer::end_object() {
  open_.pop_back();
  placed();
}

void js_writer::begin_list() {
  begin(true);
  duk_push_array(context_);
}

void js_writer::end_list() {
  duk_set_length(context_, -1, open_.back().count);
  open_.pop_back();
  placed();
}

void js_writer::part(shaped what) {
  spend(0);
  parts_.push(context_, what);
  placed();
}

} // namespace remora::script
