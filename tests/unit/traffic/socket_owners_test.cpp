#include "traffic/names/socket_owners.hpp"

#include <arpa/inet.h>
#include <fstream>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file_descriptor.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/traffic/dissect_it.hpp"
#include "traffic/names/proc_net.hpp"

namespace remora::traffic {
namespace {

namespace fs = std::filesystem;

constexpr const char* heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
    "timeout inode\n";

/// 192.0.2.1:40000 and the inode.
std::string line(const std::string& inode, const std::string& local = "010200C0:9C40") {
  return "   0: " + local + " 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000        0 " +
         inode + " 1 0000000000000000 100 0 0 10 0\n";
}

/// A folder that looks like /proc.
class SocketOwners : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(proc.path() / "net"); }

  void table(const std::string& name, const std::string& content) {
    std::ofstream{proc.path() / "net" / name} << heading << content;
  }
  void process(const std::string& id, const std::string& name, const std::vector<std::string>& links) {
    const fs::path folder = proc.path() / id;
    fs::remove_all(folder);
    fs::create_directories(folder / "fd");
    std::ofstream{folder / "comm"} << name << '\n';
    fs::create_symlink("/usr/bin/" + name, folder / "exe");
    for (std::size_t i = 0; i < links.size(); ++i)
      fs::create_symlink(links[i], folder / "fd" / std::to_string(i));
  }

  test::temporary_folder proc;
  socket_owners owners{proc.path().string(), [] { return std::vector<ip_address>{v4(192, 0, 2, 1)}; }};
  const ip_endpoint here{v4(192, 0, 2, 1), 40000};
};

TEST_F(SocketOwners, FindTheProcessOfASocket) {
  table("tcp", line("4711"));
  process("77", "curl", {"/dev/null", "socket:[4711]"});
  const auto snapshot = owners.read();
  const owner_ptr& owner = snapshot->find(here, socket_kind::tcp);
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(owner->name, "curl");
  EXPECT_EQ(owner->process_name, "curl");
  EXPECT_EQ(owner->process_path, "/usr/bin/curl");
  EXPECT_EQ(owner->process_id, 77u);
  EXPECT_EQ(owner->mechanism, name_mechanism::syscall);
  EXPECT_TRUE(snapshot->is_local(here.ip));
  EXPECT_EQ(snapshot->find(here, socket_kind::udp), nullptr);
}

TEST_F(SocketOwners, FindTheOneThatListensOnAllAddresses) {
  table("udp6", line("9", "00000000000000000000000000000000:0035"));
  process("1", "named", {"socket:[9]"});
  const auto snapshot = owners.read();
  EXPECT_NE(snapshot->find({here.ip, 53}, socket_kind::udp), nullptr);
  EXPECT_EQ(snapshot->find({v4(198, 51, 100, 1), 53}, socket_kind::udp), nullptr);
}

TEST_F(SocketOwners, ReadAddressesOfBothVersions) {
  table("tcp6", line("5", "B80D0120000000000000000001000000:01BB"));
  process("1", "nginx", {"socket:[5]"});
  ip_address six;
  six.bytes = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_NE(owners.read()->find({six, 443}, socket_kind::tcp), nullptr);
}

TEST_F(SocketOwners, AreTheSameObjectFromOneLookToTheNext) {
  table("tcp", line("1"));
  process("77", "curl", {"socket:[1]"});
  const owner_ptr before = owners.read()->find(here, socket_kind::tcp);
  table("tcp", line("2"));
  process("77", "curl", {"socket:[2]"});
  EXPECT_EQ(owners.read()->find(here, socket_kind::tcp), before);
}

TEST_F(SocketOwners, AreOthersWhenTheNumberBelongsToAnotherProgram) {
  table("tcp", line("1"));
  process("77", "curl", {"socket:[1]"});
  const owner_ptr before = owners.read()->find(here, socket_kind::tcp);
  table("tcp", line("2"));
  process("77", "wget", {"socket:[2]"});
  const owner_ptr after = owners.read()->find(here, socket_kind::tcp);
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->name, "wget");
  EXPECT_EQ(before->name, "curl");
}

TEST_F(SocketOwners, ForgetSocketsThatAreGone) {
  table("tcp", line("1"));
  process("77", "curl", {"socket:[1]"});
  owners.read();
  table("tcp", "");
  EXPECT_EQ(owners.read()->sockets(), 0u);
}

TEST_F(SocketOwners, AreSearchedForAgainLater) {
  table("tcp", line("1"));
  EXPECT_EQ(owners.read()->find(here, socket_kind::tcp), nullptr);
  process("77", "curl", {"socket:[1]"});
  int looks = 0;
  while (looks < 100 && owners.read()->find(here, socket_kind::tcp) == nullptr)
    ++looks;
  EXPECT_EQ(looks, 9);
}

TEST_F(SocketOwners, AreNobodyWhereNothingCanBeRead) {
  fs::remove_all(proc.path() / "net");
  EXPECT_EQ(owners.read()->sockets(), 0u);
}

TEST_F(SocketOwners, HaveNamesWithoutControlCharacters) {
  table("tcp", line("1"));
  process("77", "a\x1b[31mb", {"socket:[1]"});
  EXPECT_EQ(owners.read()->find(here, socket_kind::tcp)->name, "a?[31mb");
}

TEST(SocketOwnersOfThisMachine, FindThisProcess) {
  const file_descriptor socket{::socket(AF_INET, SOCK_DGRAM, 0)};
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<::sockaddr*>(&address);
  if (::bind(socket.number(), plain, size) != 0 || ::getsockname(socket.number(), plain, &size) != 0)
    GTEST_SKIP() << "no sockets here";
  socket_owners owners;
  const auto snapshot = owners.read();
  const owner_ptr& owner = snapshot->find({v4(127, 0, 0, 1), ntohs(address.sin_port)}, socket_kind::udp);
  if (owner == nullptr && ::access("/proc/self/net/udp", R_OK) != 0) GTEST_SKIP() << "no /proc here";
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(owner->process_id, static_cast<std::uint32_t>(::getpid()));
  EXPECT_TRUE(snapshot->is_local(v4(127, 0, 0, 1)));
}

TEST(ProcSocket, IsNothingForWhatIsNoLineOfATable) {
  for (const std::string& text :
       {std::string{}, std::string{heading}, std::string{"0: x y"}, line("x"), line("1", "010200C0"),
        line("1", "010200C:0050"), line("1", "010200C0:10000"), line("1", "0102-0C0:0050"), line("1", ":")})
    EXPECT_FALSE(parse_proc_socket(text)) << text;
}

TEST(ProcSocket, IsFoundInALink) {
  EXPECT_EQ(parse_socket_link("socket:[4711]"), 4711u);
  for (const char* text : {"", "socket:[", "socket:[]", "socket:[x]", "pipe:[1]", "/dev/null",
                           "socket:[99999999999999999999999]"})
    EXPECT_EQ(parse_socket_link(text), 0u) << text;
}

} // namespace
} // namespace remora::traffic
