#pragma once

#include <memory>
#include <string>
#include <vector>

#include "traffic/capture/byte_source.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {

/// A capture file that is open already.
struct named_bytes {
  std::string name; ///< What messages call it.
  std::unique_ptr<byte_source> bytes;
};

/// open_files() for byte sources of any kind. @param buffer_bytes How far each is read ahead.
result<std::unique_ptr<packet_source>> open_byte_sources(std::vector<named_bytes> sources,
                                                         const std::string& filter, std::size_t buffer_bytes);

} // namespace remora::traffic
