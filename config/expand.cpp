#include "config/expand.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace remora::config {

namespace {

/// NAME of an environment variable: letters, digits, underscores; no digit first.
bool is_name(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  if (text.empty() || letters.find(text.front()) == std::string_view::npos) return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
         std::string_view::npos;
}

bool starts_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

} // namespace

expander::expander(const environment_map& environment, file_reader read_file)
    : environment_(environment), read_file_(std::move(read_file)) {}

void expander::expand(node& tree, const std::string& path, report& problems) {
  if (starts_with(path, "scripting.scripts")) return;
  if (tree.kind == node_kind::scalar && tree.text.find("${") != std::string::npos) {
    auto text = expand_text(tree.text);
    if (text) {
      tree.text = *std::move(text);
      tree.expanded = true;
    } else {
      problems.add(tree.at, text.error().message);
    }
  }
  const std::string item_path = path + "[]";
  for (node& item : tree.items)
    expand(item, item_path, problems);
  for (entry& e : tree.entries)
    expand(e.content, join_path(path, e.key), problems);
}

result<std::string> expander::expand_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (starts_with(text, "$${")) {
      out += "${";
      text.remove_prefix(3);
    } else if (starts_with(text, "${")) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos)
        return fail(errc::invalid_config, "a `${` without its `}`; write `$${` for a literal `${`");
      auto found = look_up(text.substr(2, end - 2));
      if (!found) return found;
      if (auto fits = count(found->size()); !fits) return pass_on(std::move(fits));
      out += *found;
      text.remove_prefix(end + 1);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

result<std::string> expander::content_of(const std::string& path) {
  auto content = file(path);
  if (!content) return content;
  if (auto fits = count(content->size()); !fits) return pass_on(std::move(fits));
  return content;
}

result<void> expander::count(std::size_t bytes) {
  put_in_ += bytes;
  if (put_in_ > max_bytes) return fail(errc::invalid_config, "the expansions are larger than 4 MiB together");
  return {};
}

result<std::string> expander::look_up(std::string_view expression) {
  constexpr std::string_view file_prefix = "file:";
  if (expression.find("${") != std::string_view::npos)
    return fail(errc::invalid_config, "a `${` inside a `${...}` is not supported");
  if (starts_with(expression, file_prefix)) return file(std::string{expression.substr(file_prefix.size())});
  return variable(expression);
}

result<std::string> expander::variable(std::string_view expression) const {
  const std::size_t split = expression.find(":-");
  const std::string name{expression.substr(0, split)};
  if (!is_name(name))
    return fail(errc::invalid_config, in_ticks("${" + name + "}") +
                                          " is no expansion; write ${NAME}, ${NAME:-default} or "
                                          "${file:/path}, or `$${` for a literal `${`");
  const auto found = environment_.find(name);
  const bool has_default = split != std::string_view::npos;
  if (has_default && (found == environment_.end() || found->second.empty()))
    return std::string{expression.substr(split + 2)};
  if (found == environment_.end())
    return fail(errc::invalid_config, "the environment variable " + in_ticks(name) +
                                          " is not set; set it, or give a default as in ${NAME:-default}");
  if (find_invalid_utf8(found->second))
    return fail(errc::invalid_config, "the environment variable " + in_ticks(name) + " is no UTF-8 text");
  return found->second;
}

result<std::string> expander::file(const std::string& path) const {
  if (path.empty() || path.front() != '/')
    return fail(errc::invalid_config, in_ticks("${file:" + path + "}") + " needs an absolute path");
  auto content = read_file_(path);
  if (!content) return fail(errc::invalid_config, std::move(content).error().message);
  if (find_invalid_utf8(*content) || content->find('\0') != std::string::npos)
    return fail(errc::invalid_config, "the file " + in_ticks(path) + " is no UTF-8 text");
  if (!content->empty() && content->back() == '\n') content->pop_back();
  if (!content->empty() && content->back() == '\r') content->pop_back();
  return content;
}

} // namespace remora::config
