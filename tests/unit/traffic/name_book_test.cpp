#include "traffic/names/name_book.hpp"

#include <gtest/gtest.h>

#include "tests/unit/traffic/dissect_it.hpp"

namespace remora::traffic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const ip_address web = v4(192, 0, 2, 80);
const timestamp noon = made_flow::at(0);

owner_ptr process(std::uint32_t id, const std::string& name) {
  endpoint_identity made;
  made.name = made.process_name = name;
  made.mechanism = name_mechanism::syscall;
  made.process_id = id;
  return std::make_shared<const endpoint_identity>(made);
}

class NameBook : public ::testing::Test {
 protected:
  std::string name_of(const ip_address& ip, timestamp when, std::uint16_t port = 443) {
    const auto found = book.find({ip, port}, socket_kind::tcp, when);
    return found ? found->name : "";
  }
  void own(const ip_address& ip, std::uint16_t port, const owner_ptr& owner) {
    auto sockets = std::make_shared<socket_snapshot>();
    sockets->add_address(web);
    sockets->add({ip, port}, socket_kind::tcp, owner);
    book.set_sockets(sockets);
  }

  name_book book;
};

TEST_F(NameBook, KnowsNothingAtFirst) { EXPECT_EQ(book.find({web, 80}, socket_kind::tcp, noon), nullptr); }

TEST_F(NameBook, TakesTheNameOfAnAnswer) {
  book.learn(web, "www.example.org", seconds{60}, noon);
  const auto found = book.find({web, 443}, socket_kind::tcp, noon);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "www.example.org");
  EXPECT_EQ(found->dns, "www.example.org");
  EXPECT_EQ(found->mechanism, name_mechanism::dns);
}

TEST_F(NameBook, GivesTheSamePointerForTheSameKnowledge) {
  book.learn(web, "www.example.org", seconds{60}, noon);
  const auto first = book.find({web, 443}, socket_kind::tcp, noon);
  book.learn(web, "www.example.org", seconds{60}, noon + minutes{1});
  EXPECT_EQ(book.find({web, 80}, socket_kind::udp, noon + minutes{2}), first);
}

TEST_F(NameBook, GivesTheSamePointerForTheSameKnowledgeOfSeveralSources) {
  book.set_hosts({{web, "shop"}}, noon);
  book.learn(web, "www.example.org", seconds{60}, noon);
  own(web, 443, process(7, "nginx"));
  const auto first = book.find({web, 443}, socket_kind::tcp, noon);
  EXPECT_EQ(book.find({web, 443}, socket_kind::tcp, noon), first);
  EXPECT_EQ(first->name, "shop");
  EXPECT_EQ(first->dns, "www.example.org");
  EXPECT_EQ(first->process_name, "nginx");
  EXPECT_EQ(first->process_id, 7u);
  EXPECT_EQ(first->mechanism, name_mechanism::ip);
}

TEST_F(NameBook, AsksTheUsersFileThenHostsThenAnswersThenProcesses) {
  own(web, 443, process(7, "nginx"));
  EXPECT_EQ(name_of(web, noon), "nginx");
  book.learn(web, "www.example.org", seconds{60}, noon);
  EXPECT_EQ(name_of(web, noon), "www.example.org");
  book.set_hosts({{web, "of-hosts"}}, noon);
  EXPECT_EQ(name_of(web, noon), "of-hosts");
  book.set_static({{web, "of-the-user"}}, noon);
  EXPECT_EQ(name_of(web, noon), "of-the-user");
  book.set_static({}, noon);
  EXPECT_EQ(name_of(web, noon), "of-hosts");
}

TEST_F(NameBook, KnowsNoNameBeforeItWasSeen) {
  book.learn(web, "www.example.org", seconds{60}, noon);
  EXPECT_EQ(name_of(web, noon - seconds{1}), "");
}

TEST_F(NameBook, TakesTheNameThatWasGoodThen) {
  book.learn(web, "morning.example", seconds{60}, noon - hours{3});
  book.learn(web, "evening.example", seconds{60}, noon + hours{6});
  EXPECT_EQ(name_of(web, noon), "morning.example");
  EXPECT_EQ(name_of(web, noon + hours{7}), "evening.example");
}

TEST_F(NameBook, TakesTheNameSeenLastOfThoseThatAreGood) {
  book.learn(web, "one.example", seconds{60}, noon);
  book.learn(web, "two.example", seconds{60}, noon + seconds{10});
  book.learn(web, "one.example", seconds{60}, noon + seconds{20});
  EXPECT_EQ(name_of(web, noon + seconds{30}), "one.example");
}

TEST_F(NameBook, ForgetsANameADayAfterItsAnswerRanOut) {
  book.learn(web, "www.example.org", hours{1}, noon);
  EXPECT_EQ(name_of(web, noon + hours{25}), "www.example.org");
  EXPECT_EQ(name_of(web, noon + hours{25} + seconds{1}), "");
}

TEST_F(NameBook, DoesNotBelieveInAnswersThatAreGoodForYears) {
  book.learn(web, "www.example.org", seconds{0xFFFFFFFF}, noon);
  EXPECT_EQ(name_of(web, noon + hours{24 * 9}), "");
}

TEST_F(NameBook, KeepsTheNewestFourNamesOfAnAddressInAFloodOfAnswers) {
  for (int i = 0; i < 10'000; ++i)
    book.learn(web, "n" + std::to_string(i) + ".example", seconds{60}, noon + seconds{i});
  EXPECT_EQ(book.history().size(), 4u);
  EXPECT_EQ(book.addresses(), 1u);
  EXPECT_LT(book.bytes(), 4096u);
  EXPECT_EQ(name_of(web, noon + hours{10}), "n9999.example");
}

TEST(NameBookLimits, LetTheAddressGoThatWasNotNeededForLongest) {
  name_limits limits;
  limits.addresses = 3;
  name_book book{limits};
  for (unsigned i = 1; i <= 3; ++i)
    book.learn(v4(10, 0, 0, i), "x.example", seconds{60}, noon);
  EXPECT_NE(book.find({v4(10, 0, 0, 1), 1}, socket_kind::tcp, noon), nullptr);
  book.learn(v4(10, 0, 0, 4), "x.example", seconds{60}, noon);
  EXPECT_EQ(book.find({v4(10, 0, 0, 2), 1}, socket_kind::tcp, noon), nullptr);
  EXPECT_NE(book.find({v4(10, 0, 0, 1), 1}, socket_kind::tcp, noon), nullptr);
  EXPECT_EQ(book.addresses(), 3u);
}

TEST(NameBookLimits, HoldForBytesToo) {
  name_limits limits;
  limits.bytes = 100'000;
  name_book book{limits};
  for (unsigned i = 0; i < 5'000; ++i)
    book.learn(v4(10, 0, i / 256, i % 256), std::string(255, 'a'), seconds{60}, noon);
  EXPECT_LE(book.bytes(), limits.bytes);
  EXPECT_GT(book.addresses(), 50u);
}

TEST(NameBookLimits, HoldForWhatIsPutTogether) {
  name_limits limits;
  limits.combinations = 8;
  name_book book{limits};
  for (unsigned i = 0; i < 100; ++i) {
    book.set_hosts({{web, "shop"}}, noon);
    book.learn(web, "n" + std::to_string(i) + ".example", seconds{60}, noon + seconds{i});
    const auto found = book.find({web, 1}, socket_kind::tcp, noon + seconds{i});
    ASSERT_EQ(found->dns, "n" + std::to_string(i) + ".example");
    ASSERT_EQ(found->name, "shop");
  }
}

TEST_F(NameBook, TakesNoNamesThatCannotBeShown) {
  for (const std::string& bad : {std::string{}, std::string{"a\nb"}, std::string{"a\0b", 3},
                                 std::string{"\x1b[31m"}, std::string(256, 'a'), std::string{"a\x7F"}})
    book.learn(web, bad, seconds{60}, noon);
  EXPECT_EQ(book.addresses(), 0u);
  book.set_hosts({{web, "\x1b[31m"}}, noon);
  EXPECT_EQ(name_of(web, noon), "");
}

TEST_F(NameBook, TellsItsHistory) {
  book.set_hosts({{web, "shop"}}, noon);
  book.learn(web, "www.example.org", seconds{60}, noon);
  book.learn(web, "www.example.org", seconds{60}, noon + minutes{5});
  const auto history = book.history();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].name, "shop");
  EXPECT_EQ(history[0].mechanism, name_mechanism::ip);
  EXPECT_EQ(history[1].ip, web);
  EXPECT_EQ(history[1].name, "www.example.org");
  EXPECT_EQ(history[1].first_seen, noon);
  EXPECT_EQ(history[1].last_seen, noon + minutes{5});
  EXPECT_EQ(history[1].mechanism, name_mechanism::dns);
}

TEST_F(NameBook, CountsAChangeForANewNameAlone) {
  book.learn(web, "www.example.org", seconds{60}, noon);
  const auto before = book.changes();
  book.learn(web, "www.example.org", seconds{60}, noon + minutes{5});
  EXPECT_EQ(book.changes(), before);
  book.learn(web, "other.example", seconds{60}, noon + minutes{5});
  EXPECT_EQ(book.changes(), before + 1);
}

TEST_F(NameBook, IsNotChangedByAFileThatSaysTheSameAgain) {
  book.set_hosts({{web, "shop"}}, noon);
  const auto before = book.changes();
  book.set_hosts({{web, "shop"}}, noon + minutes{1});
  EXPECT_EQ(book.changes(), before);
  EXPECT_EQ(book.history().at(0).first_seen, noon);
  book.set_hosts({}, noon + minutes{2});
  EXPECT_EQ(book.changes(), before + 1);
  EXPECT_TRUE(book.history().empty());
}

TEST_F(NameBook, NamesTheListenerOfAllAddressesOnAddressesOfThisMachineAlone) {
  own(ip_address{}, 443, process(7, "nginx"));
  EXPECT_EQ(name_of(web, noon), "nginx");
  EXPECT_EQ(name_of(v4(198, 51, 100, 1), noon), "");
  EXPECT_EQ(name_of(web, noon, 80), "");
  EXPECT_TRUE(book.is_local(web));
  EXPECT_FALSE(book.is_local(v4(198, 51, 100, 1)));
}

TEST_F(NameBook, TellsTcpAndUdpApart) {
  own(web, 443, process(7, "nginx"));
  EXPECT_EQ(book.find({web, 443}, socket_kind::udp, noon), nullptr);
}

} // namespace
} // namespace remora::traffic
