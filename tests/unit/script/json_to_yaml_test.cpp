#include "script/helpers/json_to_yaml.hpp"

#include <gtest/gtest.h>

namespace remora::script {
namespace {

TEST(JsonToYaml, WritesBlocksInTheOrderOfTheText) {
  EXPECT_EQ(
      *json_to_yaml(R"({"b":1,"a":{"10":true,"2":null},"c":[1,{"x":"y","z":[2]},[3,4]],"d":[],"e":{}})"),
      "b: 1\na:\n  \"10\": true\n  \"2\": null\nc:\n  - 1\n  - x: y\n    z:\n      - 2\n  - - 3\n    - 4\nd: "
      "[]\ne: {}\n");
}

TEST(JsonToYaml, WritesScalars) {
  EXPECT_EQ(*json_to_yaml("5"), "5\n");
  EXPECT_EQ(*json_to_yaml("\"a b\""), "a b\n");
}

TEST(JsonToYaml, QuotesTextThatYamlWouldTakeForSomethingElse) {
  for (const char* text :
       {"",   "true", "No", "null", "~",  "1",  "-1", ".5", "2024-01-01", "a: b", "a #b", " a", "a ",
        "#a", "- a",  "{a", "[a",   "a:", "&a", "*a", "!a", "%a",         "@a",   "`a",   "'a", "a\\n"}) {
    const std::string json = '"' + std::string{text} + '"';
    EXPECT_EQ(*json_to_yaml(json), json + '\n') << text;
  }
}

TEST(JsonToYaml, RefusesWhatIsNotJson) {
  EXPECT_EQ(json_to_yaml("{").error().message.substr(0, 8), "not JSON");
  EXPECT_FALSE(json_to_yaml(std::string(200, '[') + std::string(200, ']')));
}

} // namespace
} // namespace remora::script
