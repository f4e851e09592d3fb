#pragma once

#include <memory>

#include "traffic/dissect/conversation.hpp"
#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// The consumer of one UDP flow: finds out which protocol it speaks, then hands on its datagrams.
class datagram_reader final : public datagram_consumer {
 public:
  datagram_reader(const dissect_surroundings& around, const flow_info& flow);
  ~datagram_reader() override;

  interest on_datagram(direction way, byte_view payload, std::uint32_t missing_bytes,
                       timestamp time) override;
  void on_end(stream_end end, timestamp time) override;

 private:
  bool identify(direction way, byte_view payload);
  void give_up_identifying() noexcept;

  const dissect_surroundings& around_;
  flow_info flow_;
  conversation about_;
  std::unique_ptr<datagram_dissector> dissector_;
  bool swapped_ = false;
  bool decided_ = false;
  std::uint8_t tried_ = 0; ///< Datagrams that no protocol recognised.
};

} // namespace remora::traffic
