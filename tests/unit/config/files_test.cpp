#include "config/files.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

class ConfigFiles : public testing::Test {
 public:
  ConfigFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "remora-config-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ConfigFiles() override { std::filesystem::remove_all(folder_); }
  ConfigFiles(const ConfigFiles&) = delete;
  ConfigFiles& operator=(const ConfigFiles&) = delete;

 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{path(name), std::ios::binary} << content;
    return path(name);
  }

  static load_outcome load_files(const std::vector<std::string>& files) {
    return load_settings({files, {}, {}});
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(ConfigFiles, AreReadInOrder) {
  const auto outcome =
      load_files({write("a.yaml", "hub: {data: /a}\n"), write("b.yaml", "hub: {data: /b}\n")});
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(outcome.value.hub.data, "/b");
}

TEST_F(ConfigFiles, ThatAreMissingAreNamed) {
  const auto outcome = load_files({path("none.yaml")});
  ASSERT_EQ(outcome.errors.size(), 1u);
  EXPECT_EQ(outcome.errors[0].code, errc::not_found);
  EXPECT_EQ(outcome.errors[0].message,
            "cannot read the file `" + path("none.yaml") + "`: No such file or directory");
}

TEST_F(ConfigFiles, MayNotBeFolders) {
  const auto outcome = load_files({path("")});
  ASSERT_EQ(outcome.errors.size(), 1u);
  EXPECT_EQ(outcome.errors[0].code, errc::invalid_config);
  EXPECT_NE(outcome.errors[0].message.find("is a folder"), std::string::npos);
}

TEST_F(ConfigFiles, MayNotBeBinaryOrLarge) {
  EXPECT_NE(messages(load_files({write("b", std::string("\x7F"
                                                        "ELF\0\1",
                                                        6))}))[0]
                .find("control character"),
            std::string::npos);
  EXPECT_NE(messages(load_files({write("l", std::string((1u << 20) + 1, '#'))}))[0].find("larger than 1 MiB"),
            std::string::npos);
  EXPECT_TRUE(load_files({write("m", std::string(1u << 20, '#'))}).ok());
}

TEST_F(ConfigFiles, AllContributeTheirErrors) {
  const auto outcome =
      load_files({path("none.yaml"), write("a.yaml", "hub: {dta: 1}\n"), write("b.yaml", "x: 1\n")});
  EXPECT_EQ(outcome.errors.size(), 3u);
}

TEST_F(ConfigFiles, GiveTheirContentToExpansions) {
  const std::string secret = write("secret", "0123456789abcdef\r\n");
  const auto outcome = load_files({write(
      "a.yaml", "hub:\n  http:\n    tokens:\n      - {role: admin, token: \"${file:" + secret + "}\"}\n")});
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  ASSERT_EQ(outcome.value.hub.http.tokens.size(), 1u);
  EXPECT_EQ(outcome.value.hub.http.tokens[0].token, "0123456789abcdef");
}

TEST_F(ConfigFiles, CannotBeMadeToWaitForAPipeByAnExpansion) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_NE(read_value_file(path("pipe")).error().message.find("is not a regular file"), std::string::npos);
  EXPECT_EQ(read_value_file("/dev/zero").error(), errc::invalid_config);
}

} // namespace
} // namespace remora::config
