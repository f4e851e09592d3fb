// Reads hub.http.tokens: the one list whose elements have keys of their own.

#include <array>
#include <set>
#include <utility>

#include "config/field.hpp"
#include "config/read_scalar.hpp"

namespace remora::config {

namespace {

constexpr std::array<std::pair<std::string_view, role>, 3> roles{
    {{"viewer", role::viewer}, {"editor", role::editor}, {"admin", role::admin}}};

/// The value of one key of a token. A null counts as absent.
const node* part(const node& token, std::string_view name) {
  const node* found = token.find(name);
  return found == nullptr || found->kind == node_kind::null ? nullptr : found;
}

bool read_role(const reading& r, role& out) {
  if (r.from.kind == node_kind::scalar) {
    for (const auto& [name, grants] : roles) {
      if (r.from.text != name) continue;
      out = grants;
      return true;
    }
  }
  r.complain("the role is viewer, editor or admin");
  return false;
}

bool check_keys(const reading& r) {
  bool good = true;
  for (const entry& e : r.from.entries) {
    // A file that could not be read has been complained about, and stays what it is.
    if (e.key == "name" || e.key == "role" || e.key == "token" || e.key == "file") continue;
    r.problems.add(e.key_at, in_ticks(r.key) + ": a token has the keys name, role, and token or file, not " +
                                 in_ticks(e.key));
    good = false;
  }
  return good;
}

bool read_token(const reading& r, api_token& out) {
  if (r.from.kind != node_kind::map) {
    // The text itself may be the token.
    r.complain("expected a map such as {role: viewer, file: /path}");
    return false;
  }
  bool good = check_keys(r);
  const node* grants = part(r.from, "role");
  const node* token = part(r.from, "token");
  if (token == nullptr && part(r.from, "file") != nullptr) return false; // complained about already
  if (grants == nullptr || token == nullptr) {
    r.complain("a token needs the keys role, and token or file");
    return false;
  }
  if (const node* name = part(r.from, "name"))
    good = read_text({*name, r.key, true, r.problems}, any_text, out.name) && good;
  good = read_role({*grants, r.key, true, r.problems}, out.grants) && good;
  return read_text({*token, r.key, true, r.problems}, token_text, out.token) && good;
}

} // namespace

std::string_view to_string(role r) noexcept {
  switch (r) {
    case role::viewer:
      return "viewer";
    case role::editor:
      return "editor";
    case role::admin:
      return "admin";
  }
  return "viewer";
}

void read_into(const reading& r, no_rule, std::vector<api_token>& out) {
  if (r.from.kind != node_kind::list) return r.complain("expected a list of tokens");
  std::vector<api_token> tokens;
  std::set<std::string> seen;
  bool good = true;
  for (const node& item : r.from.items) {
    const reading one{item, r.key, true, r.problems};
    api_token token;
    if (!read_token(one, token)) {
      good = false;
      continue;
    }
    if (!seen.insert(token.token).second) {
      one.complain("this token is there twice");
      good = false;
    }
    tokens.push_back(std::move(token));
  }
  if (good) out = std::move(tokens);
}

} // namespace remora::config
