#include "cli/item_line.hpp"

#include <array>
#include <cstdio>

#include "base/utf8.hpp"
#include "protocol/item/item_time.hpp"

namespace remora::cli {

namespace {

constexpr std::size_t longest_text = 120;

std::string endpoint_text(const item_endpoint& one) {
  std::string address = to_string(one.address.ip);
  if (!one.address.ip.is_v4()) address = '[' + address + ']';
  if (one.identity && !one.identity->name.empty()) address = one.identity->name;
  return address + ':' + std::to_string(one.address.port);
}

/// As it came, but for what would move the cursor.
std::string harmless(std::string_view text) {
  std::string out = to_well_formed_utf8(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') c = ' ';
  if (out.size() > longest_text) out = std::string{cut_utf8(out, longest_text)} + "...";
  return out;
}

std::string elapsed_text(std::int64_t microseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), " %.3g ms", static_cast<double>(microseconds) / 1000);
  return text.data();
}

} // namespace

std::string item_line(const item& what) {
  const item_summary about =
      what.protocol->summarise != nullptr ? what.protocol->summarise(what) : item_summary{};
  std::string line = to_item_time(what.time) + ' ' + std::string{what.protocol->abbreviation} + ' ' +
                     endpoint_text(what.source) + " > " + endpoint_text(what.destination);
  for (const std::string& part : {about.method, about.summary})
    if (!part.empty()) line += ' ' + harmless(part);
  if (what.response && !about.status_query.empty()) line += ' ' + std::to_string(about.status);
  if (what.request && what.response) line += elapsed_text(what.elapsed_us);
  if (what.trouble != item_trouble::none)
    line += " (" + std::string{to_string(what.trouble)} + ": " + harmless(what.trouble_text) + ')';
  return line + '\n';
}

} // namespace remora::cli
