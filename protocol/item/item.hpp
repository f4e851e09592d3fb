#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/ip_address.hpp"
#include "protocol/item/item_part.hpp"
#include "protocol/item/protocol_facts.hpp"

namespace remora {

/// How an endpoint's name was found. Source: items, section 2.
enum class name_mechanism : std::uint8_t { none, ip, ip_and_port, dns, http_header, syscall };
std::string_view to_string(name_mechanism mechanism) noexcept;

/// What is known of an endpoint beside its address. Shared by the items of a conversation; never changed.
struct endpoint_identity {
  std::string name;
  std::string dns; ///< The last DNS name seen for the address.
  name_mechanism mechanism = name_mechanism::none;
  std::uint32_t process_id = 0; ///< 0: unknown.
  std::string process_name;
  std::string process_path;
};

/// `src` or `dst` of an item.
struct item_endpoint {
  ip_endpoint address;
  std::shared_ptr<const endpoint_identity> identity; ///< Null: nothing is known.
};

/// What went wrong with an item. Source: items, section 4.
enum class item_trouble : std::uint8_t { none, dissection, connection, timeout, pair_not_found };
std::string_view to_string(item_trouble trouble) noexcept;

/// What an item's stream is: how its capture file is named.
enum class stream_kind : std::uint8_t { tcp, tls, udp };

/// Where packets came from. The numbers are those of `captureSource`. Source: items, section 1.
enum class capture_origin : std::uint8_t { unspecified = 0, af_packet = 1, ebpf_tls = 3 };

/// What all items of one worker's run have in common.
struct item_origin {
  std::string node_name;
  std::string node_ip;
  std::string worker; ///< "IP:PORT" of the worker's server.
  capture_origin origin = capture_origin::unspecified;
};

/// One item: normally a request with its response. Immutable once a batch holds it. Source: items, section 1.
struct item {
  std::shared_ptr<const item_origin> origin;
  const protocol_facts* protocol = nullptr;

  std::uint64_t seq = 0;
  std::uint64_t stream = 0; ///< Number of the stream in this worker's run.
  std::uint32_t index = 0;  ///< Position in the stream.
  stream_kind kind = stream_kind::tcp;
  bool has_pcap = false;
  bool gap = false; ///< Bytes of the stream were missing inside or before it.

  item_endpoint source;         ///< The client.
  item_endpoint destination;    ///< The server.
  bool source_is_local = false; ///< It is an address of the capturing node.
  bool destination_is_local = false;

  timestamp time;                 ///< Of the request; of the response when there is no request.
  std::int64_t elapsed_us = 0;    ///< 0 when a half is missing.
  std::uint64_t request_size = 0; ///< Bytes of the message on its connection.
  std::uint64_t response_size = 0;

  item_trouble trouble = item_trouble::none;
  std::string trouble_text;

  timestamp completed; ///< Capture time of the packet that completed it, or ended the wait for more.
  std::uint64_t after_packet = 0; ///< Packets that a run had collected for its scripts by then.

  std::uint64_t match_number = 0; ///< What paired the halves: a count, an identifier of the protocol.

  std::unique_ptr<const item_part> request;
  std::unique_ptr<const item_part> response;
  std::unique_ptr<const item_part> data;
};

/// Items in the order of their completion: immutable once made, shared by every reader, never serialised.
using item_batch = std::vector<item>;
using item_batch_ptr = std::shared_ptr<const item_batch>;

/// The members of an item, as `JSON.stringify(data)` lists them.
extern const shape item_shape;
inline shaped members_of(const item& what) noexcept { return {&item_shape, &what}; }

/// Bytes of memory that an item holds by itself, for limits.
std::size_t footprint(const item& what) noexcept;

/// "000000000042.pcap", "000000000042_tls.pcap", "000000000051_udp.pcap".
std::string stream_name(std::uint64_t number, stream_kind kind);
/// "10.1.0.7:30001/000000000042.pcap-3": unique in a cluster.
std::string item_id(const item& what);
/// "10.1.3.20_10.1.4.9_41730_8080_4_HTTP1", or "" for a protocol whose messages are not paired.
std::string matcher_key(const item& what);

} // namespace remora
