#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "filter/evaluation.hpp"

namespace remora::filter {

/// A name that is true for the items of one protocol; section 6.1 of the filter language.
enum class flag : std::uint8_t;

/// The flag of that name. "tls" is one too: KFL1 reads it as the member of the record, which is the same.
std::optional<flag> find_flag(std::string_view name) noexcept;

/// All of them.
std::vector<std::string_view> flag_names();

bool is_set(flag f, evaluation& e);

} // namespace remora::filter
