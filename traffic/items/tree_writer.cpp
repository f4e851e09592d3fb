#include "traffic/items/tree_writer.hpp"

#include <utility>

#include "base/base64.hpp"
#include "base/utf8.hpp"

namespace remora::traffic {

namespace {
constexpr std::int64_t largest_exact = std::int64_t{1} << 53;
} // namespace

template <class Content>
void tree_writer::put(Content content) {
  if (open_.empty()) {
    out_ = std::move(content);
  } else {
    add(nlohmann::json(std::move(content)));
  }
}

void tree_writer::add(nlohmann::json content) {
  nlohmann::json& to = open_.back().content;
  if (to.is_array()) {
    to.push_back(std::move(content));
  } else {
    to[std::exchange(key_, {})] = std::move(content);
  }
}

void tree_writer::integer(std::int64_t content) {
  if (-largest_exact <= content && content <= largest_exact) return put(content);
  put(std::to_string(content)); // as JavaScript has it (items, section 5)
}

void tree_writer::text(std::string_view bytes) {
  put(find_invalid_utf8(bytes) ? to_well_formed_utf8(bytes) : std::string{bytes});
}

void tree_writer::base64(std::string_view bytes) {
  std::string content;
  append_base64(content, bytes);
  put(std::move(content));
}

void tree_writer::key(std::string_view name) {
  key_ = find_invalid_utf8(name) ? to_well_formed_utf8(name) : std::string{name};
}

void tree_writer::begin(nlohmann::json empty) {
  open_.push_back({std::move(empty), std::exchange(key_, {})});
}

void tree_writer::end() {
  level done = std::move(open_.back());
  open_.pop_back();
  if (open_.empty()) {
    out_ = std::move(done.content);
    return;
  }
  key_ = std::move(done.key);
  add(std::move(done.content));
}

void tree_writer::part(shaped what) {
  if (open_parts_ || !open_.empty()) return value_writer::part(what);
  out_ = what;
}

} // namespace remora::traffic
