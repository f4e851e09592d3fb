#pragma once

#include <optional>
#include <string>

struct duk_hthread;

namespace remora::script {

/// A JavaScript value as a console shows it. Source: scripting API §8.1. Never throws, whatever the value's
/// own toString, toJSON or getters do.
///
/// Text as it is; numbers and the like as String() has them; errors as "Name: message (file:line)"; dates in
/// ISO form; functions as their source; arrays of primitives joined by commas; other objects as JSON, in
/// which a reference back to an enclosing object is "[Circular]".
std::string render(duk_hthread* context, int index);

/// A thrown value as text: "Name: message" for an error, else as render() has it. `place` receives
/// "file:line" of an error, where the engine knows it.
std::string render_thrown(duk_hthread* context, int index, std::string* place = nullptr);

/// The value as JSON, or nothing where JSON has none (undefined, functions, cycles) or a toJSON throws.
std::optional<std::string> to_json(duk_hthread* context, int index);

/// The source text of the function at `index`, or nothing for a native or bound one, or one over 64 KiB.
std::optional<std::string> function_source(duk_hthread* context, int index);

} // namespace remora::script
