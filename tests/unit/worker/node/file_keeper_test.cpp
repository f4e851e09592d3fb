#include "worker/node/file_keeper.hpp"

#include <caf/send.hpp>

#include "tests/support/deterministic_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::worker::test {
namespace {

using namespace std::chrono_literals;

class FileKeeper : public remora::test::deterministic_test {
 protected:
  ~FileKeeper() override { caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown); }

  std::shared_ptr<script::file_store> make() const {
    script::file_store::options how;
    how.folder = folder.path().string();
    return std::make_shared<script::file_store>(how);
  }
  void keep() {
    keeper = sys.spawn(keep_files, store, script::go_on{[this] { return ++asked, true; }});
    run();
  }

  remora::test::temporary_folder folder;
  std::shared_ptr<script::file_store> store = make();
  file_keeper keeper;
  int asked = 0;
};

TEST_F(FileKeeper, CountsWhatIsThereWhenItBegins) {
  ASSERT_TRUE((*make()->open("a"))->write("x", "1234"));
  keep();
  EXPECT_EQ(store->quota().used(), script::file_quota::entry_bytes + 4);
}

TEST_F(FileKeeper, LooksEveryHour) {
  ASSERT_TRUE(make()->open("a"));
  keep();
  const int once = asked;
  EXPECT_GT(once, 0);
  sched.advance_time(59min);
  run();
  EXPECT_EQ(asked, once);
  sched.advance_time(1min);
  run();
  EXPECT_EQ(asked, 2 * once);
}

} // namespace
} // namespace remora::worker::test
