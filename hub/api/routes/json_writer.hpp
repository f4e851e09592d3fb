#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/time.hpp"
#include "protocol/script_hash.hpp"

namespace remora::hub {

/// Writes one JSON document from its beginning to its end, without a tree in between: members stay in the
/// order of the calls, 64-bit numbers stay exact, and JSON that scripts have made is passed on as it is.
/// Commas and the escaping of texts are its business; that objects and lists are closed is the business of
/// object() and list(), which take the content as a function.
class json_writer {
 public:
  /// {...}: `members` calls member() for each.
  template <class Members>
  json_writer& object(const Members& members) {
    return nested('{', '}', members);
  }

  /// [...]: `elements` writes one value after the other.
  template <class Elements>
  json_writer& list(const Elements& elements) {
    return nested('[', ']', elements);
  }

  /// A list with what `each` writes for every one of `all`.
  template <class All, class Each>
  json_writer& list_of(const All& all, const Each& each) {
    return list([&] {
      for (const auto& one : all)
        each(one);
    });
  }

  /// Begins a member of an object: its value follows.
  json_writer& member(std::string_view name);

  json_writer& text(std::string_view content); ///< What is no UTF-8 becomes U+FFFD.
  json_writer& boolean(bool content) { return literal(content ? "true" : "false"); }
  json_writer& null() { return literal("null"); }
  /// Whole numbers exactly; others as JavaScript writes them, null for those that are none.
  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  json_writer& number(Number content) {
    if constexpr (std::is_integral_v<Number>) {
      return literal(std::to_string(content));
    } else {
      return floating(static_cast<double>(content));
    }
  }
  json_writer& time(timestamp at);                       ///< RFC 3339, UTC, nanoseconds.
  json_writer& time(const std::optional<timestamp>& at); ///< The same, or null.
  json_writer& in_milliseconds(nanoseconds span);        ///< A number, with a fraction when there is one.
  json_writer& hash(const script_hash& content);         ///< 64 hexadecimal digits.
  /// JSON that somebody else has written; null when it is empty, a text when it is no JSON or nested so
  /// deeply (512) that reading it could harm.
  json_writer& foreign(std::string_view json);

  // A member and its value in one call.
  json_writer& text(std::string_view name, std::string_view content) { return member(name).text(content); }
  json_writer& boolean(std::string_view name, bool content) { return member(name).boolean(content); }
  json_writer& null(std::string_view name) { return member(name).null(); }
  template <class Number>
  json_writer& number(std::string_view name, Number content) {
    return member(name).number(content);
  }
  template <class Time>
  json_writer& time(std::string_view name, const Time& at) {
    return member(name).time(at);
  }
  json_writer& in_milliseconds(std::string_view name, nanoseconds span) {
    return member(name).in_milliseconds(span);
  }
  json_writer& hash(std::string_view name, const script_hash& content) { return member(name).hash(content); }
  /// A list of texts.
  template <class Texts>
  json_writer& texts(std::string_view name, const Texts& all) {
    return member(name).list_of(all, [this](std::string_view one) { text(one); });
  }

  std::size_t size() const noexcept { return out_.size(); }
  /// The document. Call once, last.
  std::string take() { return std::move(out_); }

 private:
  template <class Content>
  json_writer& nested(char open, char close, const Content& content) {
    separate();
    out_ += open;
    first_ = true;
    content();
    out_ += close;
    first_ = false;
    return *this;
  }
  json_writer& literal(std::string_view json);
  json_writer& floating(double content);
  void separate(); ///< The comma before a member or element, except the first.

  std::string out_;
  bool first_ =
      true; ///< Nothing of the innermost object or list is written yet, or a member awaits its value.
};

/// {"items":[...],"next":null or the cursor}: what every list of the API looks like.
template <class All, class Each>
void write_items(json_writer& out, const All& all, const Each& each) {
  out.object([&] {
    out.member("items").list_of(all, each);
    out.null("next");
  });
}

} // namespace remora::hub
