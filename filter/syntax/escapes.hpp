#pragma once

#include <string>

#include "filter/syntax/token.hpp"

namespace remora::filter {

/// What a KFL1 string means: \" \' \\ \/ \n \r \t \b \f \uXXXX are resolved (pairs of surrogates joined), any
/// other pair stays as it is. A back-quoted string is raw.
std::string kfl1_string(const token& t);

/// The pattern of a KFL1 regex: raw, except that \" means ".
std::string kfl1_pattern(const token& t);

/// What a KFL2 string or bytes literal means. Escapes are those of CEL; in bytes, \x and octal ones are
/// bytes. Errors: invalid escape "\X".
compiled<std::string> kfl2_string(std::string_view query, const token& t);

/// Appends a code point as UTF-8. False when it is none: a surrogate, or above U+10FFFF.
bool append_utf8(std::string& out, unsigned long code_point);

} // namespace remora::filter
