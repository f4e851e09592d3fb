#include "config/token_files.hpp"

#include <algorithm>
#include <utility>

namespace remora::config {

namespace {

constexpr std::string_view where = "`hub.http.tokens`: ";

void read_one(node& token, expander& files, report& problems) {
  const auto named = std::find_if(token.entries.begin(), token.entries.end(),
                                  [](const entry& e) { return e.key == "file"; });
  if (named == token.entries.end() || named->content.kind == node_kind::null) return;
  if (token.find("token") != nullptr)
    return problems.add(named->key_at, std::string{where} + "a token has `token` or `file`, not both");
  if (named->content.kind != node_kind::scalar)
    return problems.add(named->content.at, std::string{where} + "`file` is the path of a file");
  auto content = files.content_of(named->content.text);
  if (!content) return problems.add(named->content.at, std::string{where} + content.error().message);
  named->key = "token";
  named->content.text = *std::move(content);
  named->content.quoted = true;
  named->content.expanded = true;
}

} // namespace

void read_token_files(node& root, expander& files, report& problems) {
  node* at = &root;
  for (const char* part : {"hub", "http", "tokens"}) {
    at = at->find(part);
    if (at == nullptr) return;
  }
  for (node& token : at->items)
    read_one(token, files, problems);
}

} // namespace remora::config
