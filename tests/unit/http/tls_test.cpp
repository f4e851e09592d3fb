#include <fstream>

#include <gmock/gmock.h>

#include "http/health.hpp"
#include "served.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::http {
namespace {

using namespace test;
using remora::test::temporary_folder;
using ::testing::HasSubstr;

/// Makes NAME.pem and NAME.key in the folder.
void make_certificate(const temporary_folder& in, const std::string& name) {
  const std::string base = (in.path() / name).string();
  int status = 0;
  run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
      "-addext "
      "subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
          base + ".key -out " + base + ".pem 2>/dev/null",
      &status);
  ASSERT_EQ(status, 0) << "openssl could not make a certificate";
}

class HttpTls : public ::testing::Test {
 protected:
  void SetUp() override { make_certificate(folder, "own"); }
  server_options with(const std::string& certificate, const std::string& key) const {
    auto out = on_a_free_port();
    out.certificate = (folder.path() / certificate).string();
    out.key = (folder.path() / key).string();
    return out;
  }
  std::string curl(const served& server, const std::string& more) const {
    return run("curl -s -S --cacert " + (folder.path() / "own.pem").string() + " " + more + " " +
               server->url() + "/livez 2>&1");
  }

  temporary_folder folder;
};

TEST_F(HttpTls, ServesAClientThatChecksTheCertificate) {
  const served server{only(livez_route()), with("own.pem", "own.key")};
  EXPECT_THAT(server->url(), HasSubstr("https://127.0.0.1:"));
  EXPECT_EQ(curl(server, ""), "ok\n");
  EXPECT_EQ(curl(server, "--tlsv1.3"), "ok\n");
  EXPECT_EQ(curl(server, "--tls-max 1.2"), "ok\n");
}

TEST_F(HttpTls, SpeaksNoVersionThatIsBroken) {
  const served server{only(livez_route()), with("own.pem", "own.key")};
  EXPECT_THAT(curl(server, "--tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0"), HasSubstr("curl: (35)"));
  EXPECT_TRUE(eventually([&] { return server->counters().tls_failures == 1; }));
}

TEST_F(HttpTls, EndsAClientThatSpeaksPlainText) {
  const served server{only(livez_route()), with("own.pem", "own.key")};
  auto plain = server.connect();
  plain.send(get("/livez"));
  plain.half_close();
  EXPECT_EQ(plain.read_bytes(4096).find("HTTP"), std::string::npos);
  EXPECT_EQ(curl(server, ""), "ok\n");
}

TEST_F(HttpTls, StreamsOverOneConnection) {
  const served server{only(livez_route()), with("own.pem", "own.key")};
  EXPECT_EQ(curl(server, server->url() + "/livez"), "ok\nok\n");
  EXPECT_EQ(server->counters().connections_accepted, 1u);
}

TEST_F(HttpTls, IsRefusedAtTheStartWhenAFileCannotBeUsed) {
  make_certificate(folder, "other");
  std::ofstream{folder.path() / "text.pem"} << "no certificate";
  const std::pair<server_options, const char*> wrong[] = {{with("none.pem", "own.key"), "No such file"},
                                                          {with("own.pem", "none.key"), "No such file"},
                                                          {with("text.pem", "own.key"), "certificate"},
                                                          {with("own.pem", "text.pem"), "private key"},
                                                          {with("own.pem", "other.key"), "not the key"}};
  for (const auto& [options, why] : wrong) {
    const auto started = http_server::start(options, only(livez_route()));
    ASSERT_FALSE(started) << why;
    EXPECT_EQ(started.error(), errc::invalid_config);
    EXPECT_THAT(started.error().message, HasSubstr(why));
    EXPECT_THAT(started.error().message, HasSubstr("hub.http.tls"));
  }
  auto half = with("own.pem", "own.key");
  half.key.clear();
  EXPECT_FALSE(http_server::start(half, only(livez_route())));
}

} // namespace
} // namespace remora::http
