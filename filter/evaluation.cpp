#include "filter/evaluation.hpp"

#include <utility>

#include "filter/body/body.hpp"
#include "filter/tree.hpp"

namespace remora::filter {

using nlohmann::json;

double evaluation::now_ms() const noexcept {
  return static_cast<double>(std::chrono::floor<std::chrono::milliseconds>(now_).time_since_epoch().count());
}

std::string_view evaluation::text_at(const path& p) {
  const field found = at(p);
  const auto* text = std::get_if<std::string_view>(&found);
  return text != nullptr ? *text : std::string_view{};
}

bool evaluation::spend(std::size_t steps) noexcept {
  if (failure_ != nullptr) return false;
  if (steps > budget_) {
    budget_ = 0;
    fail("the query takes too much work on this record");
    return false;
  }
  budget_ -= steps;
  return true;
}

void evaluation::fail(const char* why) noexcept {
  if (failure_ == nullptr) failure_ = why;
}

const json* evaluation::inside(std::string_view text, body_kind kind) {
  for (const body_inside& known : bodies_)
    if (known.text.data() == text.data() && known.text.size() == text.size() && known.kind == kind)
      return known.tree;
  // Reading takes longer than a step; the cache keeps its total at that of the texts.
  if (!spend(16 + text.size() / 16)) return nullptr;
  const json* tree = nullptr;
  if (kind == body_kind::json) {
    if (auto body = read_json_body(text)) tree = &keep(std::move(body->tree));
  } else {
    if (const auto body = read_xml_body(text)) tree = &keep(body->document.tree());
  }
  bodies_.push_front({text, kind, tree});
  return tree;
}

field evaluation::at_altered(const path& p) { return to_field(find(*altered_, p)); }

json* evaluation::alterable() {
  if (altered_ != nullptr) return altered_.get();
  const json& whole = record_.whole();
  if (!is_nested_at_most(whole, max_tree_depth)) {
    fail("the record is nested too deeply to be redacted");
    return nullptr;
  }
  altered_ = std::make_unique<json>(whole);
  return altered_.get();
}

void evaluation::replace(json& node, std::string text) {
  trees_.emplace_front(std::move(node));
  node = std::move(text);
  changed_ = true;
}

} // namespace remora::filter
