#include "config/read_scalar.hpp"

namespace remora::config {

bool expect_scalar(const reading& r, const std::string& what) {
  if (r.from.kind == node_kind::scalar) return true;
  r.complain("expected " + what + ", this is " + std::string{to_string(r.from.kind)});
  return false;
}

bool expect_map(const reading& r, const std::string& of_what) {
  if (r.from.kind == node_kind::map) return true;
  r.complain("expected a map " + of_what);
  return false;
}

bool read_text(const reading& r, const text_rule& rule, std::string& out) {
  if (!expect_scalar(r, "a text")) return false;
  if (const auto why = rule.check(r.from.text)) {
    r.complain(*why);
    return false;
  }
  out = r.from.text;
  return true;
}

} // namespace remora::config
