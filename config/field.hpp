#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/value.hpp"
#include "config/report.hpp"
#include "config/settings.hpp"
#include "config/text_rules.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// How a key is addressed by --set and the environment.
enum class shape : std::uint8_t {
  scalar, ///< One text, number, duration, ...
  list,   ///< `key[0]` is an element.
  tree,   ///< Any YAML below it: `scripting.env`.
  titled, ///< What follows the key is one name, dots included: `scripting.scripts`.
};

/// One value on its way from the tree to a setting.
struct reading {
  const node& from;
  const std::string& key; ///< "hub.http.listen"
  bool secret;            ///< The text must not be in a message.
  report& problems;

  /// `file:line:column: key: why`, with the text of a scalar when it may be shown.
  void complain(const std::string& why) const;
};

/// What the schema knows about the type of a key.
struct field {
  std::string type; ///< For the documentation: "duration, 1ms to 1h".
  shape form = shape::scalar;
  bool secret = false;                                 ///< Never in messages, dumps and logs.
  std::function<void(const reading&, settings&)> read; ///< Checks and stores; null nodes never come here.
  std::function<value(const settings&)> show;          ///< The setting, secrets masked.
  std::function<bool(const settings&, const settings&)> same;      ///< Secrets are compared as they are.
  std::function<void(const settings& from, settings& to)> hand_on; ///< Copies this setting alone.
};

template <class T>
struct range {
  T least;
  T most;
};
struct no_rule {};

inline range<std::int64_t> between(std::int64_t least, std::int64_t most) { return {least, most}; }
inline range<byte_size> between(byte_size least, byte_size most) { return {least, most}; }
inline range<duration> between(duration least, duration most) { return {least, most}; }

/// One overload for each type of setting: checks `r.from` and stores it in `out`, or complains and leaves
/// `out`.
void read_into(const reading& r, const text_rule& rule, std::string& out);
void read_into(const reading& r, const text_rule& rule, text_list& out);
void read_into(const reading& r, const range<std::int64_t>& rule, std::int64_t& out);
void read_into(const reading& r, const range<byte_size>& rule, byte_size& out);
void read_into(const reading& r, const range<duration>& rule, duration& out);
void read_into(const reading& r, no_rule, bool& out);
void read_into(const reading& r, no_rule, log::level& out);
void read_into(const reading& r, no_rule, log::format& out);
void read_into(const reading& r, no_rule, std::vector<api_token>& out);
void read_into(const reading& r, no_rule, std::vector<inline_script>& out);
void read_into(const reading& r, no_rule, filter_macros& out);
void read_into(const reading& r, no_rule, value& out);

/// The same types for the dump: as one would write them in YAML.
value show(const std::string& v);
value show(const text_list& v);
value show(std::int64_t v);
value show(byte_size v);
value show(duration v);
value show(bool v);
value show(log::level v);
value show(log::format v);
value show(const std::vector<api_token>& v); ///< Without the tokens.
value show(const std::vector<inline_script>& v);
value show(const filter_macros& v);
value show(const value& v);

/// The type in words, the range included.
std::string describe(const text_rule& rule, const std::string&);
std::string describe(const text_rule& rule, const text_list&);
std::string describe(const range<std::int64_t>& rule, std::int64_t);
std::string describe(const range<byte_size>& rule, byte_size);
std::string describe(const range<duration>& rule, duration);
std::string describe(no_rule, bool);
std::string describe(no_rule, log::level);
std::string describe(no_rule, log::format);
std::string describe(no_rule, const std::vector<api_token>&);
std::string describe(no_rule, const std::vector<inline_script>&);
std::string describe(no_rule, const filter_macros&);
std::string describe(no_rule, const value&);

template <class T>
constexpr shape shape_of() {
  if (std::is_same_v<T, text_list> || std::is_same_v<T, std::vector<api_token>>) return shape::list;
  if (std::is_same_v<T, value>) return shape::tree;
  if (std::is_same_v<T, std::vector<inline_script>> || std::is_same_v<T, filter_macros>) return shape::titled;
  return shape::scalar;
}

/// A field stored at `where(settings)`.
template <class Where, class Rule>
field at(Where where, Rule rule) {
  using type = std::decay_t<decltype(where(std::declval<settings&>()))>;
  field f;
  f.type = describe(rule, type{});
  f.form = shape_of<type>();
  f.read = [where, rule](const reading& r, settings& s) { read_into(r, rule, where(s)); };
  f.show = [where](const settings& s) { return show(where(s)); };
  f.same = [where](const settings& a, const settings& b) { return where(a) == where(b); };
  f.hand_on = [where](const settings& from, settings& to) { where(to) = where(from); };
  return f;
}

template <class Where>
field at(Where where) {
  return at(where, no_rule{});
}

/// A field whose content is nobody's business: masked in dumps, absent from messages.
field secret(field f);

/// A field that holds secrets among other things and masks them itself.
field with_secrets(field f);

/// Replaces every text, number and boolean by "***"; what is empty stays empty.
value masked(const value& v);

} // namespace remora::config
