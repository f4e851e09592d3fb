#pragma once

#include <string>

#include "config/field.hpp"

namespace remora::config {

/// True when `r.from` is one value; else complains that `what` was expected.
bool expect_scalar(const reading& r, const std::string& what);

/// True when `r.from` is a map; else complains that a map `of_what` was expected.
bool expect_map(const reading& r, const std::string& of_what);

/// Stores a text that follows the rule; else complains.
bool read_text(const reading& r, const text_rule& rule, std::string& out);

} // namespace remora::config
