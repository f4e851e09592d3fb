#include <gtest/gtest.h>

#include "config/schema.hpp"
#include "support.hpp"

namespace remora::config {
namespace {

/// "a.b.c: text" as the YAML of one line.
std::string yaml_of(std::string key, const std::string& text) {
  std::string out;
  std::string closing;
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.')) {
    out += key.substr(0, dot) + ": {";
    closing += "}";
    key.erase(0, dot + 1);
  }
  return out + key + ": " + text + closing + "\n";
}

/// A value of one key, and whether it is fine.
struct sample {
  const char* key;
  const char* text;
  bool good;
};

TEST(Values, AreHeldToTheirTypeAndRange) {
  for (const sample& s : {
           sample{"hub.http.listen", "\"127.0.0.1:0\"", true},
           {"hub.http.listen", "\"[::1]:8899\"", true},
           {"hub.http.listen", "localhost", false},
           {"hub.http.listen", "\"localhost:70000\"", false},
           {"hub.http.listen", "8899", false},
           {"hub.http.listen", "[a]", false},
           {"hub.http.insecure", "true", true},
           {"hub.http.insecure", "\"true\"", true},
           {"hub.http.insecure", "yes", false},
           {"hub.http.insecure", "1", false},
           {"hub.data", "\"\"", false},
           {"hub.data", "\"a\\0b\"", false},
           {"hub.data", "0123", true},
           {"hub.data", "{}", false},
           {"hub.retention.runs", "30d", true},
           {"hub.retention.runs", "0", false},
           {"hub.retention.runs", "30", false},
           {"hub.retention.runs", "-1h", false},
           {"hub.retention.runs", "100000d", false},
           {"hub.link.curve.workers", "[]", true},
           {"hub.link.curve.workers", "[short]", false},
           {"hub.link.curve.workers", "x", false},
           {"worker.name", "node-1.example", true},
           {"worker.name", "\"a b\"", false},
           {"worker.hub", "\"hub.example:8891\"", true},
           {"worker.hub", "\"hub.example:0\"", false},
           {"worker.hub", "\"*:8891\"", false},
           {"worker.capture.interfaces", "[eth0, any]", true},
           {"worker.capture.interfaces", "eth0", false},
           {"worker.capture.interfaces", "[[eth0]]", false},
           {"worker.capture.interfaces", "[~]", false},
           {"worker.capture.snaplen", "64", true},
           {"worker.capture.snaplen", "63", false},
           {"worker.capture.snaplen", "262145", false},
           {"worker.capture.snaplen", "96.0", false},
           {"worker.capture.snaplen", "99999999999999999999", false},
           {"worker.capture.buffer", "64MiB", true},
           {"worker.capture.buffer", "67108864", true},
           {"worker.capture.buffer", "1KiB", false},
           {"worker.capture.buffer", "64M", false},
           {"worker.streams.age", "1h30m", true},
           {"scripting.limits.turn", "500ms", true},
           {"scripting.limits.turn", "0s", false},
           {"scripting.limits.queue", "65536", true},
           {"scripting.limits.queue", "0", false},
           {"scripting.consoleLogLines", "0", true},
           {"scripting.egress.allow", "[\"*\", api.example.com, \"10.0.0.0/8\"]", true},
           {"scripting.egress.allow", "[\"http://x y\"]", false},
           {"scripting.archivePrefix", "cap-1", true},
           {"scripting.archivePrefix", "../x", false},
           {"scripting.llm.baseUrl", "http://127.0.0.1:9/v1", true},
           {"scripting.llm.baseUrl", "ftp://x", false},
           {"scripting.llm.baseUrl", "https://user:pass@x/", false},
           {"scripting.scripts", "{a: code}", true},
           {"scripting.scripts", "{a: [code]}", false},
           {"scripting.scripts", "{\"\": code}", false},
           {"scripting.scripts", "[code]", false},
           {"scripting.env", "[a]", false},
           {"scripting.env", "a", false},
           {"jobs.timezone", "Europe/Berlin", true},
           {"jobs.timezone", "Etc/GMT+5", true},
           {"jobs.timezone", "../../etc/passwd", false},
           {"jobs.timezone", "\"\"", false},
           {"timezone", "\"\"", true},
           {"log.level", "debug", true},
           {"log.level", "loud", false},
           {"log.format", "json", true},
           {"log.format", "xml", false},
       }) {
    const auto outcome = load(yaml_of(s.key, s.text));
    EXPECT_EQ(outcome.ok(), s.good) << s.key << ": " << s.text << testing::PrintToString(messages(outcome));
    if (s.good) continue;
    EXPECT_THAT(messages(outcome), testing::Each(testing::HasSubstr(s.key))) << s.text;
  }
}

TEST(Values, OfEveryKeyRefuseTheWrongKindOfNode) {
  for (const key& k : schema()) {
    const bool takes_list = k.what.form == shape::list;
    EXPECT_FALSE(load(yaml_of(k.name, takes_list ? "{a: b}" : "[[]]")).ok()) << k.name;
  }
}

TEST(Values, OfEveryKeyMayBeLeftOut) {
  for (const key& k : schema())
    EXPECT_THAT(messages(load(yaml_of(k.name, "~"))), testing::IsEmpty()) << k.name;
}

TEST(Values, AreNamedInErrorsWithPlaceAndText) {
  EXPECT_EQ(error_of("worker:\n  capture:\n    snaplen: 10\n"),
            "a.yaml:3:14: `worker.capture.snaplen`: expected a whole number from 64 to 262144, not `10`");
  EXPECT_EQ(error_of("worker: {capture: {buffer: 3GiB}}"),
            "a.yaml:1:28: `worker.capture.buffer`: expected a size from 1MiB to 2GiB, not `3GiB`");
  EXPECT_EQ(error_of("scripting: {watchScripts: yes}"),
            "a.yaml:1:27: `scripting.watchScripts`: expected true or false, not `yes`");
}

TEST(Tokens, HaveANameARoleAndAToken) {
  const settings s = loaded("hub: {http: {tokens: [{name: ci, role: editor, token: 0123456789abcdef}]}}");
  ASSERT_EQ(s.hub.http.tokens.size(), 1u);
  EXPECT_EQ(s.hub.http.tokens[0].name, "ci");
  EXPECT_EQ(s.hub.http.tokens[0].grants, role::editor);
  EXPECT_EQ(s.hub.http.tokens[0].token, "0123456789abcdef");
}

TEST(Tokens, MayComeFromAFile) {
  const file_reader files = [](const std::string& path) -> result<std::string> {
    if (path == "/ci") return "0123456789abcdef\n";
    return no_files(path);
  };
  const std::string yaml = "hub: {http: {tokens: [{name: ci, role: editor, file: /ci}]}}";
  const auto good = load_texts({{"a.yaml", yaml}}, {}, {}, files);
  ASSERT_THAT(messages(good), testing::IsEmpty());
  EXPECT_EQ(good.value.hub.http.tokens.at(0).token, "0123456789abcdef");
  EXPECT_EQ(good.value.hub.http.tokens.at(0).name, "ci");
  EXPECT_THAT(good.files, testing::ElementsAre("/ci"));

  const auto by_set = load_texts({}, {"hub.http.tokens=[{role: admin, file: /ci}]"}, {}, files);
  ASSERT_THAT(messages(by_set), testing::IsEmpty());
  EXPECT_EQ(by_set.value.hub.http.tokens.at(0).token, "0123456789abcdef");
}

TEST(Tokens, SayWhichFileIsMissing) {
  EXPECT_EQ(error_of("hub:\n  http:\n    tokens:\n      - {role: admin, file: /none}\n"),
            "a.yaml:4:29: `hub.http.tokens`: cannot read the file `/none`: No such file or directory");
  EXPECT_EQ(error_of("hub: {http: {tokens: [{role: admin, file: /a, token: 0123456789abcdef}]}}"),
            "a.yaml:1:37: `hub.http.tokens`: a token has `token` or `file`, not both");
  EXPECT_EQ(error_of("hub: {http: {tokens: [{role: admin, file: a}]}}"),
            "a.yaml:1:43: `hub.http.tokens`: `${file:a}` needs an absolute path");
  EXPECT_EQ(error_of("hub: {http: {tokens: [{role: admin, file: [a]}]}}"),
            "a.yaml:1:43: `hub.http.tokens`: `file` is the path of a file");
}

TEST(Tokens, AreHeldToTheirForm) {
  for (const char* list :
       {"x", "[x]", "[{}]", "[{role: admin}]", "[{token: 0123456789abcdef}]",
        "[{role: root, token: 0123456789abcdef}]", "[{role: admin, token: short}]",
        "[{role: admin, token: \"0123456789 bcdef\"}]", "[{role: admin, token: [a]}]",
        "[{role: admin, token: 0123456789abcdef, extra: 1}]", "[{role: admin, token: ~}]",
        "[{role: admin, token: 0123456789abcdef}, {role: viewer, token: 0123456789abcdef}]"}) {
    EXPECT_FALSE(load("hub: {http: {tokens: " + std::string{list} + "}}").ok()) << list;
  }
}

TEST(Errors, AreAllCollected) {
  EXPECT_THAT(messages(load("hub:\n  dta: 1\n  http: 5\nworker:\n  capture: {snaplen: 1, filtr: x}\nx: 1\n")),
              testing::ElementsAre(testing::StartsWith("a.yaml:2:3: "), testing::StartsWith("a.yaml:3:9: "),
                                   testing::StartsWith("a.yaml:5:22: "), testing::StartsWith("a.yaml:5:25: "),
                                   testing::StartsWith("a.yaml:6:1: ")));
}

TEST(Errors, EndAfterFifty) {
  std::string yaml;
  for (int i = 0; i < 500; ++i)
    yaml += "unknown" + std::to_string(i) + ": 1\n";
  const auto all = messages(load(yaml));
  ASSERT_EQ(all.size(), 51u);
  EXPECT_EQ(all.back(), "there are more errors; mend these first");
}

TEST(Errors, SayThatAConfigurationIsAMap) {
  EXPECT_EQ(error_of("- a\n"),
            "a.yaml:1:1: expected a map such as `hub:` with keys below it, this is a list");
  EXPECT_EQ(error_of("just text\n"),
            "a.yaml:1:1: expected a map such as `hub:` with keys below it, this is a single value");
}

TEST(Macros, AreNamesAndFilters) {
  const settings s =
      loaded("filter:\n  macros:\n    slow: elapsedTime > 1000\n    mine: 'src.name == \"x\"'\n");
  EXPECT_EQ(s.filter.macros, (filter_macros{{"slow", "elapsedTime > 1000"}, {"mine", "src.name == \"x\""}}));
}

TEST(Macros, AreRefusedWithTheirPlace) {
  EXPECT_THAT(error_of("filter: {macros: [a]}"), testing::HasSubstr("`filter.macros`: expected a map"));
  EXPECT_THAT(error_of("filter: {macros: {a: [b]}}"), testing::HasSubstr("`filter.macros.a`: expected"));
  EXPECT_THAT(error_of("filter: {macros: {a: " + std::string(2'049, 'x') + "}}"),
              testing::HasSubstr("longer than 2048 bytes"));
  std::string many = "filter:\n  macros:\n";
  for (int i = 0; i < 65; ++i)
    many += "    m" + std::to_string(i) + ": x\n";
  EXPECT_THAT(error_of(many), testing::HasSubstr("more than 64 entries"));
}

} // namespace
} // namespace remora::config
