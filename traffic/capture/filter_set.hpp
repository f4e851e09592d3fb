#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "traffic/capture/libpcap.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// One capture filter for packets of any link type: compiled once for each type that occurs.
class filter_set {
 public:
  explicit filter_set(std::string text) : text_{std::move(text)} {}

  /// True when there is no filter: everything matches.
  bool empty() const noexcept { return text_.empty(); }

  /// Compiles the filter for a link type. Errors: invalid_filter.
  result<void> prepare(link_type link);

  /// Whether the packet passes. A filter that makes no sense for the packet's link type ("ether host …" for
  /// raw IP) does not hold for it, and nothing holds for a link type that is unsupported.
  bool matches(const frame& packet);

 private:
  struct entry {
    link_type link;
    std::optional<libpcap::filter_program> program; ///< Nothing: does not compile for this link type.
  };
  entry& entry_of(link_type link);

  std::string text_;
  std::vector<entry> entries_; // a handful: one per link type
};

} // namespace remora::traffic
