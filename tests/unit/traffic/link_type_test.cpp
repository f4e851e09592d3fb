#include "traffic/link_type.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace remora::traffic {
namespace {

TEST(LinkTypes, ThatAreDecodedAreAllNamedInTheListOfThem) {
  const std::string list{supported_link_types()};
  std::set<link_type> known;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const link_type link = link_type_from_number(number);
    if (link == link_type::unsupported) continue;
    known.insert(link);
    EXPECT_THAT(list, ::testing::HasSubstr(std::string{to_string(link)} + " ("));
    EXPECT_THAT(list, ::testing::ContainsRegex("[( ]" + std::to_string(number) + "[,)]"));
  }
  EXPECT_EQ(known.size(), 12u);
}

TEST(LinkTypes, HaveTheNumbersThatFilesHaveForThem) {
  for (const link_type link : {link_type::null, link_type::ethernet, link_type::ppp, link_type::pppoe,
                               link_type::raw_ip, link_type::loop, link_type::linux_sll, link_type::mpls,
                               link_type::ipv4, link_type::ipv6, link_type::nflog, link_type::linux_sll2}) {
    EXPECT_EQ(link_type_from_number(static_cast<std::uint32_t>(link)), link) << to_string(link);
  }
}

} // namespace
} // namespace remora::traffic
