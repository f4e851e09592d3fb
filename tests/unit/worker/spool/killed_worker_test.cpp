#include <csignal>
#include <random>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

#ifdef REMORA_SANITIZED
constexpr unsigned kills = 30;
#else
constexpr unsigned kills = 150;
#endif

/// What the child says through its pipe. The number of a line counts once it is flushed.
struct said {
  enum kind : std::uint64_t { added_run, flushed_line, took_run, took_line, released } what;
  std::uint64_t number;
};

void say(int pipe, said::kind what, std::uint64_t number) {
  const said words{what, number};
  if (write(pipe, &words, sizeof words) != sizeof words) _exit(3);
}

/// A worker at work until it is killed: adds runs and lines, flushes, hands out, releases. Never returns.
[[noreturn]] void work_for_ever(const spool_settings& settings, unsigned seed, int pipe) {
  std::mt19937 dice{seed};
  auto opened = record_spool::open(settings);
  if (!opened) _exit(1);
  auto& spool = **opened;
  std::vector<std::uint64_t> unflushed;
  for (;;) {
    const auto what = dice() % 10;
    if (what < 4) {
      const auto id = spool.add(run_of(std::string(dice() % 3000, '1')));
      if (!id) _exit(2);
      say(pipe, said::added_run, *id);
    } else if (what < 8) {
      const auto number = spool.add(line_of(std::string(dice() % 500, 'x')));
      if (!number) _exit(2);
      unflushed.push_back(*number);
    } else if (what == 8) {
      if (!spool.flush()) _exit(2);
      for (const auto each : unflushed)
        say(pipe, said::flushed_line, each);
      unflushed.clear();
    } else if (const auto batch = spool.next_batch()) {
      // What is handed out is as good as added: the hub has it.
      if (const auto* runs = std::get_if<protocol::job_runs>(&batch->what)) {
        for (const auto& each : runs->runs)
          say(pipe, said::took_run, each.id);
      } else if (const auto* lines = std::get_if<protocol::console_lines>(&batch->what)) {
        for (const auto& each : lines->lines)
          say(pipe, said::took_line, each.sequence);
      }
      if (dice() % 3 == 0) {
        if (!spool.release(batch->ticket)) _exit(2);
        say(pipe, said::released, batch->ticket);
      }
    }
  }
}

/// What the test knows of one kind of records.
struct ledger {
  std::set<std::uint64_t> promised; ///< Must be there until released.
  std::set<std::uint64_t> handed_out;
};

class KilledWorker : public SpoolTest {
 protected:
  /// Lets a child work and kills it at a random moment. @returns whether it was killed and did not fail.
  bool work_and_kill(std::mt19937& dice, unsigned seed) {
    int ends[2] = {};
    if (pipe(ends) != 0) return false;
    const auto child = fork();
    if (child == 0) {
      ::close(ends[0]);
      work_for_ever(settings, seed, ends[1]);
    }
    ::close(ends[1]);
    // After some words, and then a random moment later, while it works.
    const auto words = 1 + dice() % 400;
    said word{};
    for (unsigned n = 0; n < words && read(ends[0], &word, sizeof word) == sizeof word; ++n)
      hear(word);
    const volatile auto spin = dice() % 50'000;
    for (volatile unsigned i = 0; i < spin; i = i + 1) {
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    while (read(ends[0], &word, sizeof word) == sizeof word)
      hear(word);
    ::close(ends[0]);
    return WIFSIGNALED(status);
  }

  void hear(const said& word) {
    switch (word.what) {
      case said::added_run:
        EXPECT_TRUE(runs.promised.insert(word.number).second) << "number given twice: " << word.number;
        break;
      case said::flushed_line:
        EXPECT_TRUE(lines.promised.insert(word.number).second) << "number given twice: " << word.number;
        break;
      case said::took_run:
        runs.handed_out.insert(word.number);
        break;
      case said::took_line:
        lines.handed_out.insert(word.number);
        break;
      case said::released:
        break;
    }
  }

  /// Every promised record is there unless the hub had it; in order and once.
  static void check(const ledger& known, const std::vector<std::pair<std::uint64_t, std::string>>& found) {
    std::set<std::uint64_t> there;
    std::uint64_t last = 0;
    for (const auto& [number, text] : found) {
      ASSERT_GT(number, last);
      last = number;
      there.insert(number);
    }
    for (const auto number : known.promised) {
      if (there.count(number) == 0) {
        ASSERT_EQ(known.handed_out.count(number), 1u) << "lost " << number;
      }
    }
  }

  ledger runs;
  ledger lines;
};

TEST_F(KilledWorker, LosesNoRunThatItKeptAndNoLineThatItWrote) {
  settings.segment_size = kib(32); // so that files are closed and deleted often
  settings.batch_bytes = 4096;
  close();
  std::mt19937 dice{20'260'102};
  for (unsigned n = 0; n < kills; ++n) {
    ASSERT_TRUE(work_and_kill(dice, n)) << n;
    settings.folder = folder().native();
    open();
    EXPECT_EQ(spool->stats().damaged, 0u);
    const auto found = take_all();
    check(runs, found.runs);
    check(lines, found.lines);
    ASSERT_EQ(spool->stats().waiting_records, found.runs.size() + found.lines.size());
    if (HasFatalFailure()) return;
    if (n % 4 == 0 && found.last_ticket > 0) {
      must(spool->release(found.last_ticket));
      for (const auto& each : found.runs)
        runs.handed_out.insert(each.first);
      for (const auto& each : found.lines)
        lines.handed_out.insert(each.first);
    }
    close();
  }
  EXPECT_GT(runs.promised.size(), 10u * kills);
  EXPECT_GT(lines.promised.size(), 10u * kills);
}

} // namespace
} // namespace remora::worker::test
