// Whatever is done to a small tree of files, folders and links: when reading the watched path gives something
// else than before, the watch has said so.

#include <algorithm>
#include <random>

#include "config/watch/path_walk.hpp"
#include "tests/unit/config/watch/watch_fixture.hpp"

namespace remora::config {
namespace {

/// What a reader of the path sees, by way of the kernel's own path resolution.
std::string content_of(const fs::path& path) {
  std::error_code failed;
  if (fs::is_regular_file(path, failed)) {
    std::ifstream in{path, std::ios::binary};
    return "file " + std::string{std::istreambuf_iterator<char>{in}, {}};
  }
  if (!fs::is_directory(path, failed)) return "nothing";
  std::vector<std::string> seen;
  for (const auto& entry : fs::directory_iterator{path, failed}) {
    const std::string name = entry.path().filename().string();
    if (is_script_name(name) && fs::is_regular_file(entry.path(), failed))
      seen.push_back(name + "=" + content_of(entry.path()));
  }
  std::sort(seen.begin(), seen.end());
  std::string all = "folder";
  for (const std::string& one : seen)
    all += " " + one;
  return all;
}

/// Does things to a tree, the same for the same seed.
class vandal {
 public:
  vandal(const sandbox& box, unsigned seed) : box_{box}, random_{seed} { box_.folder("inner"); }

  /// The tree lies one folder deep, so that a link to "../a" does not lead to what other tests write.
  std::string path(const std::string& name) const { return box_.path("inner/" + name); }

  /// What it did, for the message of a test that fails.
  std::string act() {
    const std::string one = any();
    const std::string other = any();
    std::error_code failed; // most things fail most of the time, which is fine
    switch (pick(9)) {
      case 0:
      case 1:
        write(one);
        return "write " + one;
      case 2:
        write("temp");
        fs::rename(path("temp"), path(one), failed);
        return "replace " + one;
      case 3:
        fs::remove_all(path(one), failed);
        return "remove " + one;
      case 4:
        fs::create_directories(path(one), failed);
        return "folder " + one;
      case 5:
        fs::rename(path(one), path(other), failed);
        return "rename " + one + " " + other;
      case 6:
        fs::create_symlink(target(one), path(other), failed);
        return "link to " + one + " at " + other;
      case 7:
        fs::create_symlink(target(one), path("temp"), failed);
        fs::rename(path("temp"), path(other), failed);
        fs::remove(path("temp"), failed);
        return "swap link to " + one + " at " + other;
      default:
        fs::create_hard_link(path(one), path(other), failed);
        return "hard link to " + one + " at " + other;
    }
  }

  std::size_t pick(std::size_t below) { return random_() % below; }

 private:
  void write(const std::string& name) {
    std::ofstream{path(name), std::ios::binary} << "content " << ++written_;
  }

  /// Links lead to a place by its full name, or by its name from some folder, right or wrong.
  std::string target(const std::string& name) {
    switch (pick(3)) {
      case 0:
        return path(name);
      case 1:
        return name;
      default:
        return "../" + name;
    }
  }

  std::string any() {
    static const std::vector<std::string> names{"a", "b", "x.js", "y.js"};
    std::string name = names[pick(names.size())];
    for (std::size_t depth = pick(3); depth > 0; --depth)
      name += "/" + names[pick(names.size())];
    return name;
  }

  const sandbox& box_;
  std::mt19937 random_;
  int written_ = 0;
};

class AnythingHappens : public testing::TestWithParam<unsigned> {};

TEST_P(AnythingHappens, AndNothingIsMissed) {
  for (unsigned part = 0; part < 10; ++part) {
    const sandbox box;
    vandal does{box, GetParam() * 1'000 + part};
    steady_time now{std::chrono::hours{1}};
    watch_options options;
    options.clock = [&now] { return now; };
    file_watch watch{options};
    const std::vector<std::string> watched{"a", "b/x.js", "x.js", "a/b/y.js", "b/../a/x.js"};
    std::map<std::string, std::string> before;
    for (const std::string& path : watched) {
      watch.watch(path, {does.path(path)});
      before[path] = content_of(does.path(path));
    }
    now += options.quiet;
    watch.changes();
    std::string story;
    for (int step = 0; step < 80; ++step) {
      for (std::size_t burst = 1 + does.pick(3); burst > 0; --burst)
        story += does.act() + "\n";
      watch.changes();
      now += options.quiet;
      const auto reported = watch.changes();
      for (const std::string& path : watched) {
        const std::string is = content_of(does.path(path));
        const bool differs = std::exchange(before[path], is) != is;
        const bool told = std::find(reported.begin(), reported.end(), path) != reported.end();
        ASSERT_TRUE(told || !differs)
            << path << (watch.is_polled(path) ? " (without notices)" : "") << " is now " << is << " after\n"
            << story;
      }
      now += std::chrono::milliseconds{1};
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnythingHappens, testing::Range(0u, 8u));

} // namespace
} // namespace remora::config
