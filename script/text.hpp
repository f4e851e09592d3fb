#pragma once

#include <string>
#include <string_view>

struct duk_hthread;

namespace remora::script {

/// Pushes UTF-8 as a JavaScript string: characters beyond U+FFFF become surrogate pairs, malformed bytes
/// U+FFFD (some byte sequences mean something to the engine and must not come from outside).
void push_text(duk_hthread* context, std::string_view utf8);

/// True when well-formed UTF-8 has characters beyond U+FFFF, which the engine holds in another way.
bool needs_surrogates(std::string_view utf8) noexcept;
/// Well-formed UTF-8 as the engine holds it: each of these characters as a pair of surrogates.
std::string with_surrogates(std::string_view utf8);

/// The JavaScript string at `index` as well-formed UTF-8. It must be a string.
std::string read_text(duk_hthread* context, int index);

} // namespace remora::script
