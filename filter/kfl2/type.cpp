#include "filter/kfl2/type.hpp"

#include <utility>

namespace remora::filter::kfl2 {

type type::list_of(type element) {
  type made{kind::list};
  made.element_ = std::make_shared<const type>(std::move(element));
  return made;
}

type type::map_of(type key, type value) {
  type made{kind::map};
  made.key_ = std::make_shared<const type>(std::move(key));
  made.element_ = std::make_shared<const type>(std::move(value));
  return made;
}

std::string type::text() const {
  switch (kind_) {
    case kind::boolean:
      return "bool";
    case kind::integer:
      return "int";
    case kind::uinteger:
      return "uint";
    case kind::number:
      return "double";
    case kind::text:
      return "string";
    case kind::bytes:
      return "bytes";
    case kind::list:
      return "list(" + element().text() + ')';
    case kind::map:
      return "map(" + key().text() + ", " + element().text() + ')';
    case kind::timestamp:
      return "timestamp";
    case kind::duration:
      return "duration";
    case kind::null:
      return "null_type";
    case kind::type:
      return "type";
    case kind::dyn:
      break;
  }
  return "dyn";
}

// Types are as deep as the brackets of the query, which the parser limits.
bool compatible(const type& a, const type& b) {
  if (a.is_dyn() || b.is_dyn()) return true;
  if (a.what() != b.what()) return false;
  if (a.is(type::kind::list)) return compatible(a.element(), b.element());
  if (a.is(type::kind::map)) return compatible(a.key(), b.key()) && compatible(a.element(), b.element());
  return true;
}

type join(const type& a, const type& b) {
  if (a.is_dyn() || b.is_dyn()) return type::kind::dyn;
  if (a.is(type::kind::list)) return type::list_of(join(a.element(), b.element()));
  if (a.is(type::kind::map)) return type::map_of(join(a.key(), b.key()), join(a.element(), b.element()));
  return a;
}

} // namespace remora::filter::kfl2
