#pragma once

#include <string>
#include <string_view>

struct duk_hthread;

namespace remora::script {

/// Pushes UTF-8 as a JavaScript string: characters beyond U+FFFF become surrogate pairs, malformed bytes
/// U+FFFD (some byte sequences mean something to the engine and must not come from outside).
void push_text(duk_hthread* context, std::string_view utf8);

/// The JavaScript string at `index` as well-formed UTF-8. It must be a string.
std::string read_text(duk_hthread* context, int index);

} // namespace remora::script
