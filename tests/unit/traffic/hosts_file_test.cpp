#include "traffic/names/hosts_file.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace remora::traffic {
namespace {

std::string shown(const std::string& text) {
  std::string out;
  for (const hosts_entry& one : parse_hosts(text))
    out += to_string(one.ip) + '=' + one.name + ' ';
  return out;
}

TEST(HostsFile, NamesAnAddressByTheFirstNameOfItsLine) {
  EXPECT_EQ(shown("192.0.2.1 web www www.example\n2001:db8::1\tsix\n"), "192.0.2.1=web 2001:db8::1=six ");
}

TEST(HostsFile, LeavesOutCommentsAndWhatIsNoEntry) {
  EXPECT_EQ(shown("# 192.0.2.1 no\n\n   \n192.0.2.2\nname 192.0.2.3\n192.0.2.4 # no\n300.1.1.1 x\n"), "");
}

TEST(HostsFile, MayEndWithoutANewLineAndUseThoseOfWindows) {
  EXPECT_EQ(shown("192.0.2.1 a\r\n192.0.2.2 b"), "192.0.2.1=a 192.0.2.2=b ");
}

TEST(HostsFile, TakesNoNamesWithControlCharacters) { EXPECT_EQ(shown("192.0.2.1 a\x1b[31mb\n"), ""); }

TEST(HostsFile, IsCutAfterTwoHundredThousandEntries) {
  std::string text;
  for (int i = 0; i < 300'000; ++i)
    text += "192.0.2.1 a\n";
  EXPECT_EQ(parse_hosts(text).size(), 200'000u);
}

TEST(HostsFile, IsReadFromAFile) {
  const test::temporary_folder folder;
  std::ofstream{folder / "hosts"} << "192.0.2.1 web\n";
  const auto read = read_hosts(folder / "hosts");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1u);
}

TEST(HostsFile, SaysWhyItCannotBeRead) {
  const test::temporary_folder folder;
  const auto read = read_hosts(folder / "nothing");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), errc::not_found);
  EXPECT_FALSE(read_hosts(folder.path()));
}

TEST(IpAddressText, IsReadAsItIsWritten) {
  for (const char* text : {"192.0.2.1", "2001:db8::1", "::", "0.0.0.0"}) {
    ASSERT_TRUE(parse_ip_address(text)) << text;
    EXPECT_EQ(to_string(*parse_ip_address(text)), text);
  }
  for (const char* text : {"", "192.0.2", "192.0.2.1 ", "1.2.3.4.5", "::g"})
    EXPECT_FALSE(parse_ip_address(text)) << text;
  EXPECT_FALSE(parse_ip_address(std::string(1000, '1')));
}

} // namespace
} // namespace remora::traffic
