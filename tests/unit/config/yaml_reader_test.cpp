#include "config/yaml_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace remora::config {
namespace {

/// The first complaint about a text; empty when there is none.
std::string complaint(const std::string& text) {
  report problems;
  read_yaml(text, "f", problems);
  return problems.ok() ? "" : problems.errors().front().message;
}

node read(const std::string& text) {
  report problems;
  node root = read_yaml(text, "f", problems);
  EXPECT_TRUE(problems.ok()) << problems.errors().front().message;
  return root;
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i)
    out += text;
  return out;
}

TEST(YamlReader, KnowsWhereEveryPieceStands) {
  const node root = read("a: 1\nlist:\n  - x\n  - {k: v}\n");
  EXPECT_EQ(to_string(root.entries[0].key_at), "f:1:1");
  EXPECT_EQ(to_string(root.find("a")->at), "f:1:4");
  EXPECT_EQ(to_string(root.find("list")->at), "f:3:3");
  EXPECT_EQ(to_string(root.find("list")->items[0].at), "f:3:5");
  EXPECT_EQ(to_string(root.find("list")->items[1].find("k")->at), "f:4:9");
}

TEST(YamlReader, TellsQuotedFromPlain) {
  const node root = read("plain: 5\ndouble: \"5\"\nsingle: '5'\nblock: |\n  5\ntagged: !!str 5\n");
  EXPECT_FALSE(root.find("plain")->quoted);
  for (const char* key : {"double", "single", "block", "tagged"})
    EXPECT_TRUE(root.find(key)->quoted) << key;
}

TEST(YamlReader, KeepsTheOrderOfKeys) {
  const node root = read("b: 1\na: 2\nc: 3\n");
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[2].key, "c");
}

TEST(YamlReader, TakesAnEmptyTextForAnEmptyMap) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "\xEF\xBB\xBF"})
    EXPECT_EQ(read(text).kind, node_kind::map) << text;
}

TEST(YamlReader, RefusesAnchorsAndAliases) {
  EXPECT_EQ(complaint("a: &x 1\n"),
            "f:1:4: anchors (`&name`) are not supported; quote a text that starts with `&`");
  EXPECT_EQ(complaint("a: *x\n"),
            "f:1:4: aliases (`*name`) are not supported; quote a text that starts with `*`");
  EXPECT_NE(complaint("a: &x [1]\nb: *x\n"), "");
  EXPECT_NE(complaint("a: &a [*a]\n"), "");
}

TEST(YamlReader, RefusesDuplicateKeysWhereverTheyAre) {
  EXPECT_EQ(complaint("a: 1\nb: 2\na: 3\n"), "f:3:1: the key `a` is there twice");
  EXPECT_EQ(complaint("x:\n  - {a: 1, \"a\": 2}\n"), "f:2:12: the key `a` is there twice");
}

TEST(YamlReader, GoesOnAfterADuplicateKey) {
  report problems;
  read_yaml("a: 1\na: {b: 1, b: 2}\na: &x 3\n", "f", problems);
  EXPECT_EQ(problems.errors().size(), 4u);
}

TEST(YamlReader, RefusesASecondDocument) {
  EXPECT_EQ(complaint("a: 1\n---\nb: 2\n"),
            "f:2:1: text after the end of the document; a configuration file is one YAML document");
  EXPECT_NE(complaint(","), "") << "makes the library find documents for ever";
}

TEST(YamlReader, RefusesTagsButThoseThatSayNothingNew) {
  EXPECT_EQ(complaint("a: !!map {b: !!seq [!!str 5]}\n"), "");
  for (const char* text :
       {"a: !env X\n", "a: !!int 5\n", "a: !!python/object:os.system x\n", "a: !!str [1]\n"})
    EXPECT_NE(complaint(text).find("tags are not supported"), std::string::npos) << text;
}

TEST(YamlReader, RefusesKeysThatAreNoText) {
  EXPECT_EQ(complaint("? [a]\n: b\n"),
            "f:1:3: a key has to be a text, this is a list; a text that contains [ ] { } needs quotes");
  EXPECT_EQ(complaint(": b\n"), "f:1:1: a key is missing; one that is called null or ~ needs quotes");
}

TEST(YamlReader, RefusesWhatIsNoText) {
  EXPECT_EQ(complaint("a: \xFF\n"), "f:1:4: this is no UTF-8 text; is it a YAML file?");
  EXPECT_EQ(complaint(std::string("a: b\nc:\0d", 9)), "f:2:3: a control character; is it a YAML file?");
  EXPECT_EQ(complaint("a: 1\n\x04 b: 2\n"), "f:2:1: a control character; is it a YAML file?")
      << "the library takes it for the end of the file";
}

TEST(YamlReader, SaysWhatToDoAboutSyntaxErrors) {
  struct row {
    const char* text;
    const char* contains;
  };
  for (const row& r : {row{"a: x: y\n", "f:1:5: a `:` where no value can start"},
                       {"a:\n\tb: 1\n",
                        "f:2:3: a `:` where no value can start; quote a text that contains `: `, and "
                        "check the indentation; this line is indented with a tab"},
                       {"a: @x\n", "quote it"},
                       {"a: \"x\n", "never closed"},
                       {"a: [1, 2\n", "a `[` is never closed"},
                       {"a: [${X}]\n", "write \"${NAME}\" with quotes"},
                       {"a: [::1]:80\n", "expected the next key"},
                       {"a: \"\\q\"\n", "unknown escape character: q"}}) {
    EXPECT_NE(complaint(r.text).find(r.contains), std::string::npos) << r.text << complaint(r.text);
  }
}

TEST(YamlReader, NeverTakesTheRestOfTheFileForAQuotedText) {
  for (const char* text :
       {"a: \"x\n", "a: \"x\nb: c\n", "a: 'x\n", "a: 'x\n  \n\n", "a: \"x", "a: \"x\n  ", "a: 'it''s\n",
        "a: [\"x\n", "a: \"x\r\n", "a: \"x\r", "a: \"x\\\"\n", "a: \"x # y\n"}) {
    EXPECT_NE(complaint(text).find("never closed"), std::string::npos) << text << complaint(text);
  }
  EXPECT_EQ(complaint("a: 1\nb: \"x\nc: 2\n"), "f:4:2: a quoted text is never closed; look from line 2 on");
}

TEST(YamlReader, KeepsTheLineBreaksAtTheEndOfABlock) {
  EXPECT_EQ(read("a: |\n  x\n").find("a")->text, "x\n");
  EXPECT_EQ(read("a: |-\n  x\n\n").find("a")->text, "x");
  EXPECT_EQ(read("a: |+\n  x\n\n").find("a")->text, "x\n\n");
  EXPECT_EQ(read("a: >\n  x\n  y\n").find("a")->text, "x y\n");
}

TEST(YamlReader, KeepsWhatStandsBeforeASyntaxError) {
  report problems;
  const node root = read_yaml("hub:\n  data: /x\n  http: {a: [1, \n", "f", problems);
  ASSERT_FALSE(problems.ok());
  ASSERT_NE(root.find("hub"), nullptr);
  EXPECT_EQ(root.find("hub")->find("data")->text, "/x");
}

TEST(YamlReader, ReadsUpTo64LevelsAndNoDeeper) {
  EXPECT_EQ(complaint("a: " + repeat("[", 63) + repeat("]", 63)), "");
  EXPECT_EQ(complaint("a: " + repeat("[", 64) + repeat("]", 64)), "f:1:67: nested more than 64 deep");
}

TEST(YamlReader, ReadsUpToAMebibyteAndNoMore) {
  const std::string head = "a: |\n";
  EXPECT_EQ(complaint(head + repeat("  if (a[0]) { f({b: 1, c: 2}); }\n", (yaml_limits::bytes - 20) / 33)),
            "");
  EXPECT_EQ(complaint(std::string(yaml_limits::bytes + 1, ' ')), "f: the file is larger than 1 MiB");
}

TEST(YamlReader, StopsAfterAHundredThousandValues) {
  EXPECT_NE(complaint(repeat("- a\n", 200'000)).find("more than 100,000 values"), std::string::npos);
}

TEST(YamlReader, SurvivesBombs) {
  const std::size_t n = yaml_limits::bytes;
  for (const std::string unit : {"[",   "{",   "[,", "[a",  "{a: ",  "? ",    "- ",
                                 "&a ", "!a ", ",",  "a: ", "? a\n", "- |\n", "\"\\x41",
                                 ">\n", "[]",  "{}", "`",   "*a ",   "<<: ",  ": "}) {
    report problems;
    read_yaml(repeat(unit, n / unit.size()), "f", problems);
    EXPECT_FALSE(problems.ok()) << unit;
    EXPECT_LE(problems.errors().size(), report::max_errors + 1) << unit;
  }
}

TEST(YamlReader, RefusesTheBillionLaughs) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeat(", " + before, 8) +
            "]\n";
  }
  EXPECT_NE(complaint(text), "");
}

} // namespace
} // namespace remora::config
