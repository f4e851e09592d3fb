#include "script/packet_hook.hpp"

#include <algorithm>
#include <array>
#include <duktape.h>
#include <string_view>

#include "base/time.hpp"

namespace remora::script {

namespace {

struct member {
  const char* name;
  const char* alias; ///< Older scripts read the capitalised name. Source: scripting API §7.1.
};

constexpr std::array<member, 5> members{{{"timestamp", "Timestamp"},
                                         {"captureLength", "CaptureLength"},
                                         {"length", "Length"},
                                         {"truncated", "Truncated"},
                                         {"fragmented", "Fragmented"}}};

constexpr const char* prototype_key = DUK_HIDDEN_SYMBOL("packetInfoPrototype");

/// Accessors of an alias: its magic number says which member it stands for.
duk_ret_t get_alias(duk_context* context) {
  duk_push_this(context);
  duk_get_prop_string(context, -1, members[static_cast<std::size_t>(duk_get_current_magic(context))].name);
  return 1;
}

duk_ret_t set_alias(duk_context* context) {
  duk_push_this(context);
  duk_dup(context, 0);
  duk_put_prop_string(context, -2, members[static_cast<std::size_t>(duk_get_current_magic(context))].name);
  return 0;
}

} // namespace

packet_info_object::packet_info_object(const script_outline& outline)
    : only_read_{outline.packet_fields.has_value()} {
  if (!only_read_) return;
  std::fill(std::begin(fills_), std::end(fills_), false);
  for (const std::string& read : *outline.packet_fields) {
    const auto* known = std::find_if(members.begin(), members.end(),
                                     [&](const member& m) { return read == m.name || read == m.alias; });
    if (known == members.end()) {
      // It may be a getter that the script gave to Object.prototype, and that one gets to see the object.
      only_read_ = false;
      std::fill(std::begin(fills_), std::end(fills_), true);
      return;
    }
    fills_[known - members.begin()] = true;
  }
}

void packet_info_object::push_prototype(duk_hthread* context) {
  duk_push_global_stash(context);
  if (duk_get_prop_string(context, -1, prototype_key) == 0) {
    duk_pop(context);
    duk_push_object(context);
    for (std::size_t i = 0; i < members.size(); ++i) {
      duk_push_string(context, members[i].alias);
      duk_push_c_function(context, get_alias, 0);
      duk_set_magic(context, -1, static_cast<duk_int_t>(i));
      duk_push_c_function(context, set_alias, 1);
      duk_set_magic(context, -1, static_cast<duk_int_t>(i));
      duk_def_prop(context, -4,
                   DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_CLEAR_ENUMERABLE);
    }
    duk_dup_top(context);
    duk_put_prop_string(context, -3, prototype_key);
  }
  duk_remove(context, -2);
}

void packet_info_object::push(duk_hthread* context) {
  duk_push_object(context);
  for (std::size_t i = 0; i < members.size(); ++i) {
    duk_push_undefined(context);
    duk_put_prop_string(context, -2, members[i].name);
  }
  push_prototype(context);
  duk_set_prototype(context, -2);
  remora_record_describe(context, field_count, &record_);
}

void packet_info_object::renew(duk_hthread* context, int index) {
  push(context);
  duk_replace(context, index);
}

void packet_info_object::fill_time(duk_hthread* context, const packet_info& packet) {
  const rfc3339_text text = format_rfc3339(from_unix_ns(packet.timestamp_ns));
  duk_push_lstring(context, text.data(), text.size());
  remora_record_put_top(context, &record_, time);
}

} // namespace remora::script
