#include "script/captures.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/item/item.hpp"

namespace remora::script {

std::optional<stream_file> read_stream_name(std::string_view name) {
  constexpr std::string_view ending = ".pcap";
  std::string whole{name};
  if (name.size() < ending.size() || name.substr(name.size() - ending.size()) != ending) whole += ending;
  stream_file out;
  const auto [end, failed] = std::from_chars(whole.data(), whole.data() + whole.size(), out.number);
  if (failed != std::errc{} || end == whole.data()) return std::nullopt;
  // A name has one way to be written: the same stream must not have many files.
  for (const auto kind : {stream_kind::tcp, stream_kind::tls, stream_kind::udp})
    if (stream_name(out.number, kind) == whole) {
      out.name = std::move(whole);
      return out;
    }
  return std::nullopt;
}

} // namespace remora::script
