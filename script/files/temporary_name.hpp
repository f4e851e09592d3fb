#pragma once

#include <string>
#include <string_view>

namespace remora::script {

/// What makes the name of something temporary: 16 lower-case letters and digits, ten that nobody can foresee
/// and six that follow from them. By those it is known again, on the disk and after any number of restarts;
/// that a name of a script's own has such an end by chance is as likely as one in two thousand million.
std::string make_temporary_mark();

/// Whether file.temp() or file.mkdirTemp() made the name: a mark at its end, or before an extension.
bool is_temporary_name(std::string_view name);

} // namespace remora::script
