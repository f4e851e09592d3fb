#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "hub/store/open_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::hub::test {

/// A folder of its own for a store.
class scratch_folder {
 public:
  const std::string& path() const { return folder_.path().native(); }
  std::string database() const { return path() + "/remora-hub.db"; }

 private:
  remora::test::temporary_folder folder_;
};

inline std::string read_file(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}
inline void write_file(const std::string& file, const std::string& content) {
  std::ofstream{file, std::ios::binary | std::ios::trunc} << content;
}

/// The value of a result, or a failed test and a default value.
template <class T>
T must(result<T> got) {
  if (got) return std::move(*got);
  ADD_FAILURE() << to_string(got.error().code) << ": " << got.error().message;
  return T{};
}
inline void must(result<void> got) {
  if (!got) ADD_FAILURE() << to_string(got.error().code) << ": " << got.error().message;
}

/// A moment for tests: seconds after an instant of 2026.
inline timestamp at_second(std::int64_t seconds) {
  return from_unix_ns((1'790'000'000 + seconds) * 1'000'000'000);
}

/// A store in a folder of its own, open.
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    auto got = open_store({folder.path(), gib(1)});
    ASSERT_TRUE(got) << got.error().message;
    store = std::make_unique<opened_store>(std::move(*got));
  }
  void close() { store.reset(); }
  void reopen() {
    close();
    open();
  }
  database& data() { return *store->data; }

  scratch_folder folder;
  std::unique_ptr<opened_store> store;
};

} // namespace remora::hub::test
