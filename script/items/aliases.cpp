#include "script/items/aliases.hpp"

#include <algorithm>
#include <array>
#include <duktape.h>
#include <string>
#include <string_view>

namespace remora::script {

namespace {

struct special_alias {
  std::string_view alias;
  std::string_view member;
};

constexpr std::array<special_alias, 17> special_aliases{{{"Source", "src"},
                                                         {"Destination", "dst"},
                                                         {"ID", "id"},
                                                         {"IP", "ip"},
                                                         {"URL", "url"},
                                                         {"TLS", "tls"},
                                                         {"TTL", "ttl"},
                                                         {"Abbreviation", "abbr"},
                                                         {"Message", "msg"},
                                                         {"ProcessID", "processId"},
                                                         {"ParentProcessID", "parentProcessId"},
                                                         {"HostProcessID", "hostProcessId"},
                                                         {"HostParentProcessID", "hostParentProcessId"},
                                                         {"CgroupID", "cgroupId"},
                                                         {"ContainerID", "containerId"},
                                                         {"SocketID", "socketId"},
                                                         {"ObjectMeta", "metadata"}}};

char in_upper_case(char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char in_lower_case(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void push_view(duk_hthread* context, std::string_view text) {
  duk_push_lstring(context, text.data(), text.size());
}

/// Pushes the name of the member that an alias of the object at index 0 stands for.
void push_member_name(duk_hthread* context, std::string_view alias) {
  std::string plain{alias};
  if (!plain.empty()) plain[0] = in_lower_case(plain[0]);
  const auto* special = std::find_if(special_aliases.begin(), special_aliases.end(),
                                     [&](const special_alias& one) { return one.alias == alias; });
  push_view(context, plain);
  if (special == special_aliases.end()) return;
  // "Source" is `src` of an item, and `source` of an object that has one.
  duk_dup_top(context);
  const bool has_plain = duk_has_prop(context, 0) != 0;
  if (has_plain) return;
  duk_pop(context);
  push_view(context, special->member);
}

/// One function serves all aliases: the engine hands an accessor the name it is called by as the last
/// argument.
duk_ret_t get_alias(duk_context* context) {
  duk_size_t size = 0;
  const char* alias = duk_get_lstring(context, 0, &size);
  if (alias == nullptr) return 0;
  duk_push_this(context);
  duk_insert(context, 0); // [this alias]
  push_member_name(context, {alias, size});
  duk_get_prop(context, 0);
  return 1;
}

duk_ret_t set_alias(duk_context* context) {
  duk_size_t size = 0;
  const char* alias = duk_get_lstring(context, 1, &size);
  if (alias == nullptr) return 0;
  duk_push_this(context);
  duk_insert(context, 0); // [this value alias]
  push_member_name(context, {alias, size});
  duk_dup(context, 1);
  duk_put_prop(context, 0);
  return 0;
}

/// Defines an alias of the object on top of the stack; getter and setter are the two values below it.
void define_alias(duk_hthread* context, std::string_view alias) {
  push_view(context, alias);
  duk_dup(context, -4);
  duk_dup(context, -4);
  duk_def_prop(
      context, -4,
      DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

bool has_member(const shape& of, std::string_view name) {
  return std::any_of(of.begin(), of.end(), [&](const member& one) { return one.name == name; });
}

} // namespace

void push_alias_prototype(duk_hthread* context, const shape& of) {
  duk_require_stack(context, 8);
  duk_push_c_function(context, get_alias, 1);
  duk_push_c_function(context, set_alias, 2);
  duk_push_object(context);
  for (const member& one : of) {
    std::string alias{one.name};
    alias[0] = in_upper_case(alias[0]);
    if (!has_member(of, alias)) define_alias(context, alias);
  }
  for (const special_alias& one : special_aliases) {
    if (has_member(of, one.member) && !has_member(of, one.alias)) define_alias(context, one.alias);
  }
  duk_freeze(context, -1);
  duk_replace(context, -3);
  duk_pop(context);
}

} // namespace remora::script
