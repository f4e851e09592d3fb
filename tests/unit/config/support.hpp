#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"

namespace remora::config {

/// The files that `${file:...}` finds in these tests.
inline result<std::string> no_files(const std::string& path) {
  return fail(errc::not_found, "cannot read the file `" + path + "`: No such file or directory");
}

/// Loads one text called a.yaml, with --set and the environment.
inline load_outcome load(const std::string& yaml, const std::vector<std::string>& set = {},
                         const environment_map& environment = {}) {
  return load_texts({{"a.yaml", yaml}}, set, environment, no_files);
}

inline std::vector<std::string> messages(const load_outcome& outcome) {
  std::vector<std::string> out;
  for (const error& e : outcome.errors)
    out.push_back(e.message);
  return out;
}

/// The settings of a text that has to be right.
inline settings loaded(const std::string& yaml, const std::vector<std::string>& set = {},
                       const environment_map& environment = {}) {
  const load_outcome outcome = load(yaml, set, environment);
  EXPECT_THAT(messages(outcome), testing::IsEmpty()) << yaml;
  return outcome.value;
}

/// The only error of a text that has one.
inline std::string error_of(const std::string& yaml, const std::vector<std::string>& set = {},
                            const environment_map& environment = {}) {
  const auto all = messages(load(yaml, set, environment));
  EXPECT_EQ(all.size(), 1u) << testing::PrintToString(all);
  return all.empty() ? "" : all.front();
}

} // namespace remora::config
