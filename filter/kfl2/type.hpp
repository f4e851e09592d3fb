#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace remora::filter::kfl2 {

/// The static type of an expression; section 5.3. A value type, cheap to copy.
class type {
 public:
  enum class kind : std::uint8_t {
    boolean,
    integer,
    uinteger,
    number,
    text,
    bytes,
    list,
    map,
    timestamp,
    duration,
    null,
    type,
    dyn,
  };

  type(kind what) noexcept : kind_{what} {} // NOLINT(google-explicit-constructor): a kind is a type
  static type list_of(type element);
  static type map_of(type key, type value);

  kind what() const noexcept { return kind_; }
  bool is(kind k) const noexcept { return kind_ == k; }
  bool is_dyn() const noexcept { return kind_ == kind::dyn; }
  type key() const { return key_ ? *key_ : kind::dyn; }             ///< Of a map.
  type element() const { return element_ ? *element_ : kind::dyn; } ///< Of a list; the values of a map.

  /// As error messages have it: map(string, list(int)).
  std::string text() const;

 private:
  kind kind_;
  std::shared_ptr<const type> key_;
  std::shared_ptr<const type> element_;
};

/// Whether a value of one type may stand where the other is wanted: they are the same but for dyn.
bool compatible(const type& a, const type& b);

/// The type that two compatible ones have in common: dyn where either is.
type join(const type& a, const type& b);

} // namespace remora::filter::kfl2
