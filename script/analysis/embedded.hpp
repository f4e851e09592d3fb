#pragma once

#include <string_view>

namespace remora::script {

/// acorn (dist/acorn.js of Debian's node-acorn), as it was when remora was built.
std::string_view acorn_source() noexcept;
/// outline.js of this folder.
std::string_view outline_source() noexcept;

} // namespace remora::script
