#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace remora::filter {

class record_kind;

/// The way from the root of a record to one of its members, through members alone: request.headers.Host. Made
/// when a query is compiled and never changed; its address is that of the query that uses it.
class path {
 public:
  explicit path(std::vector<std::string> names);
  path(const path&) = delete;
  path& operator=(const path&) = delete;

  /// From names joined with dots, for names that hold none.
  static std::vector<std::string> split(std::string_view dotted);

  /// Never empty.
  const std::vector<std::string>& names() const noexcept { return names_; }

  /// What `kind` makes of this path: asked once, remembered. Any thread; costs a few instructions.
  std::uintptr_t binding(const record_kind& kind) const;

  static constexpr std::size_t bound_kinds = 4;

 private:
  std::vector<std::string> names_;
  mutable std::array<std::atomic<std::uintptr_t>, bound_kinds> bindings_{}; ///< 0: not asked yet; else + 1.
};

/// A kind of record that wants to look at the names of a path once and not at every evaluation: it turns them
/// into a number of its own, such as the index of an accessor. One object a program, that lives as long as
/// it. Kinds beyond the first four are asked every time.
class record_kind {
 public:
  record_kind() noexcept;
  record_kind(const record_kind&) = delete;
  record_kind& operator=(const record_kind&) = delete;
  virtual ~record_kind() = default;

  /// Anything but UINTPTR_MAX, and always the same for the same names. Several threads may ask at once.
  virtual std::uintptr_t bind(const path& p) const = 0;

 private:
  friend class path;
  std::size_t number_;
};

/// Nothing is there.
struct absent {};
constexpr bool operator==(absent, absent) noexcept { return true; }

/// What lies at the end of a path. Text and trees belong to the record and stay until it is destroyed or
/// changed. A tree is a list or an object; scalars may come as trees too.
using field =
    std::variant<absent, std::nullptr_t, bool, std::int64_t, double, std::string_view, const nlohmann::json*>;

/// What a query runs on, with the members of the item contract. Used by one thread at a time; may build what
/// it answers on demand.
class record {
 public:
  record() = default;
  record(const record&) = delete;
  record& operator=(const record&) = delete;
  virtual ~record() = default;

  /// The member at the end of `p`; absent when there is none, null when there is a null. Names are exact, but
  /// the one after a member called "headers" is found without regard to (ASCII) case when it is not there
  /// exactly.
  virtual field at(const path& p) = 0;

  /// The whole record, for a query that redacts: it changes a copy. Nested at most max_tree_depth levels.
  virtual const nlohmann::json& whole() = 0;
};

/// Trees that are nested deeper are not copied: their copy would be made by as many calls.
constexpr std::size_t max_tree_depth = 500;

} // namespace remora::filter
