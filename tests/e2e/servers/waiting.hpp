#pragma once

#include <functional>
#include <string>

namespace remora::test {

/// Waits until something is so; false when it is not within a minute.
bool eventually(const std::function<bool()>& so);

/// The whole of a file; empty when there is none.
std::string content_of(const std::string& file);

/// Whether a text is in a file by now.
bool has_text(const std::string& file, const std::string& text);

} // namespace remora::test
