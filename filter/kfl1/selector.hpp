#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "filter/evaluation.hpp"

namespace remora::filter::kfl1 {

/// One step of a path; section 4.6.
struct step {
  enum class kind : std::uint8_t { member, index, all, descend, json, xml };
  kind what = kind::member;
  std::string name;      ///< member, descend.
  std::size_t index = 0; ///< index.
  bool any_case = false; ///< member: the step after "headers".
};

/// A path in two parts: the names that a record finds by itself, and what has to be walked from there.
struct selector {
  std::vector<std::string> names;
  std::vector<std::string> alias; ///< Names to try when `names` finds nothing; may be empty.
  std::vector<step> steps;
};

/// The other way to write a path's names: request.query for request.queryString. Empty when there is none.
std::vector<std::string> alias_of(const std::vector<std::string>& names);

/// Walks steps from a set of values. Each value is visited once a step, however many ways lead to it.
/// @param from_xml Set when the way leads through xml().
void walk(evaluation& e, std::vector<step>::const_iterator first, std::vector<step>::const_iterator last,
          std::vector<const nlohmann::json*>& set, bool& from_xml);

/// Puts redacted_text in the place of everything in the record that the selector finds, in the bodies too.
/// Does nothing when nothing is found. What cannot be replaced in place is replaced as a whole.
void redact(evaluation& e, const selector& what);

} // namespace remora::filter::kfl1
