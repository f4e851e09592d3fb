#include <algorithm>

#include "filter/kfl2/library.hpp"
#include "filter/syntax/pattern.hpp"

namespace remora::filter::kfl2::library {

namespace {

constexpr failure bad_pattern{"invalid regular expression"};
constexpr std::size_t pattern_steps = 1'000; ///< What compiling a pattern at run time costs.

template <class Holds>
value test_texts(frame& f, const value* a, Holds holds) {
  const auto* text = std::get_if<std::string_view>(&a[0]);
  const auto* wanted = std::get_if<std::string_view>(&a[1]);
  if (text == nullptr || wanted == nullptr) return no_such_overload;
  if (!f.spend(1 + text->size() / 64)) return out_of_work;
  return holds(*text, *wanted);
}

} // namespace

value contains(frame& f, const value* a) {
  return test_texts(f, a, [](std::string_view text, std::string_view wanted) {
    return text.find(wanted) != std::string_view::npos;
  });
}

value starts_with(frame& f, const value* a) {
  return test_texts(f, a, [](std::string_view text, std::string_view wanted) {
    return text.substr(0, wanted.size()) == wanted;
  });
}

value ends_with(frame& f, const value* a) {
  return test_texts(f, a, [](std::string_view text, std::string_view wanted) {
    return text.size() >= wanted.size() && text.substr(text.size() - wanted.size()) == wanted;
  });
}

value matches(frame& f, const value* a) {
  const auto* text = std::get_if<std::string_view>(&a[0]);
  const auto* wanted = std::get_if<std::string_view>(&a[1]);
  if (text == nullptr || wanted == nullptr) return no_such_overload;
  if (!f.spend(pattern_steps + wanted->size() * 16 + text->size() / 16)) return out_of_work;
  const auto pattern = compile_pattern(std::string{*wanted});
  if (!pattern) return bad_pattern;
  return re2::RE2::PartialMatch({text->data(), text->size()}, **pattern);
}

value size(frame& f, const value* a) {
  const auto as_int = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  if (const auto* text = std::get_if<std::string_view>(&a[0])) {
    if (!f.spend(1 + text->size() / 64)) return out_of_work;
    return static_cast<std::int64_t>(std::count_if(
        text->begin(), text->end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }
  if (const auto* bytes = std::get_if<bytes_value>(&a[0])) return as_int(bytes->bytes.size());
  if (const auto* list = std::get_if<const list_value*>(&a[0])) return as_int((*list)->items.size());
  if (const auto* map = std::get_if<const map_value*>(&a[0])) return as_int(map_size(**map));
  return no_such_overload;
}

value map_get(frame& f, const value* a) {
  const auto* map = std::get_if<const map_value*>(&a[0]);
  if (map == nullptr) return no_such_overload;
  const value found = map_find(f, **map, a[1]);
  return is_failure(found) ? a[2] : found;
}

} // namespace remora::filter::kfl2::library
