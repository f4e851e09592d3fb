#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/item/item.hpp"

/// Items of a protocol that does not exist, with every kind of value that an item can have.
namespace remora {

/// A message of the protocol: the `request` or `response` of an item.
struct sample_message {
  std::string path = "/cart/items";
  std::int64_t status = 200;
  std::int64_t offset = 0; ///< May be beyond what JavaScript numbers hold.
  std::string body = "hello";
  std::vector<std::pair<std::string, std::string>> headers{{"host", "shop.example"}, {"accept", "*/*"}};
  std::vector<std::string> tags{"a", "b"};
  std::vector<std::string> lines{};   ///< Each a part of its own.
  std::optional<int> attempt{};       ///< Left out when nothing.
  std::optional<std::string> trace{}; ///< Left out when nothing.
};

/// An item of it, complete.
item sample_item(sample_message request = {}, sample_message response = {});
/// An item without a response.
item sample_half_item(sample_message request = {});

/// How often a `status` was written, by all items and readers.
std::uint64_t sample_statuses_written() noexcept;

} // namespace remora
