#pragma once

#include <cstddef>
#include <string>

namespace remora::worker {

/// An item that fits into so many bytes of JSON: the longest texts of one that does not are cut, with
/// "truncated": true beside each; when that does not help, its bodies are null. Base64 stays base64, UTF-8
/// stays whole. "" for what is no item, or does not fit even so. Source: items, section 8.
std::string shorten_item(std::string json, std::size_t most_bytes);

} // namespace remora::worker
