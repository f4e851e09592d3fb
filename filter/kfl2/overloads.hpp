#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "filter/kfl2/node.hpp"
#include "filter/kfl2/type.hpp"

namespace remora::filter::kfl2 {

enum class form : std::uint8_t { op, function, method };

/// What a call is, once its types are known.
struct resolved {
  native_function what = nullptr;
  type result = type::kind::dyn;
};

/// Whether anything is called like that in this form.
bool is_known(form as, std::string_view name);

/// The overload that takes these types; the receiver of a method comes first. Where a dyn leaves several, the
/// result is what they have in common. Nothing when none does.
std::optional<resolved> resolve(form as, std::string_view name, const std::vector<type>& arguments);

} // namespace remora::filter::kfl2
