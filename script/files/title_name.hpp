#pragma once

#include <string>
#include <string_view>

namespace remora::script {

/// The name of the folder that keeps the files of the script of this title: "dns watch" is "dns watch".
///
/// Letters, digits and `_ - .` and blanks of ASCII stand for themselves, but a dot, a hyphen or a blank not
/// at either end; every other byte is %XX. A title that would become too long begins as it does and ends in
/// "~" and its SHA-256. So any two titles have different names, and none is a path, hidden or an option.
std::string folder_name_of(std::string_view title);

} // namespace remora::script
