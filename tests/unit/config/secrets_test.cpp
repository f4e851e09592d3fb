#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

/// Everything that is written for people.
std::string all_text(const load_outcome& outcome) {
  std::string out = dump_masked(outcome.value);
  for (const auto& m : messages(outcome))
    out += m + "\n";
  for (const auto& w : outcome.warnings)
    out += w + "\n";
  for (const auto& [name, at] : outcome.set_at)
    out += name + to_string(at) + "\n";
  return out;
}

const std::string canary = "CANARY0123456789CANARY0123456789CANARYxx"; // 40 characters: a valid key as well
const std::string wrong_canary = canary + "\x01";

/// A --set that gives a key the secret, and is wrong for it.
std::string assigned(std::string key) { return key.append("=").append(wrong_canary); }

TEST(Secrets, AreNowhereWhenTheyAreRight) {
  const auto outcome =
      load("hub:\n  http: {tokens: [{role: admin, token: " + canary + "}]}\n  link: {curve: {secret_key: " +
           canary + "}}\nworker: {curve: {secret_key: " + canary + ", hub_key: " + std::string(40, 'a') +
           "}}\nscripting: {env: {A: " + canary + ", B: [" + canary + ", {c: " + canary + "}]}}\n");
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(all_text(outcome).find("CANARY"), std::string::npos) << all_text(outcome);
  EXPECT_NE(all_text(outcome).find("env: {\"A\":\"***\",\"B\":[\"***\",{\"c\":\"***\"}]}"),
            std::string::npos);
}

TEST(Secrets, AreNotInErrorsOfFiles) {
  for (const std::string& yaml : {
           "hub: {link: {curve: {secret_key: x" + canary + "}}}",
           "hub: {link: {curve: {secret_key: [" + canary + "]}}}",
           "hub: {http: {tokens: " + canary + "}}",
           "hub: {http: {tokens: [" + canary + "]}}",
           "hub: {http: {tokens: [{role: " + canary + ", token: x}]}}",
           "hub: {http: {tokens: [{role: admin, token: \"" + canary + " \"}]}}",
           "worker: {curve: {secret_key: x" + canary + "}}",
           "scripting: {env: " + canary + "}",
           "scripting: {env: {A: \"" + canary + "}}",
           "scripting: {env: {A: " + canary + ": b}}",
           "scripting: {scripts: {A: [" + canary + "]}}",
           "hub: " + canary,
           "hub: {http: " + canary + "}",
       }) {
    const auto outcome = load(yaml);
    EXPECT_FALSE(outcome.ok()) << yaml;
    EXPECT_EQ(all_text(outcome).find("CANARY"), std::string::npos) << all_text(outcome);
  }
}

TEST(Secrets, AreNotInErrorsOfSetAndTheEnvironment) {
  for (const std::string key :
       {"hub.link.curve.secret_key", "hub.http.tokens", "hub.http.tokens[0].token", "hub.http.tokens[5]",
        "scripting.env", "hub.link.curve", "hub.link.curve.secretkey", "nonsense", "hub..x",
        "tap.scripting.envv", "scripting.scripts", "scripting.consts"}) {
    const auto outcome = load("", {assigned(key)});
    EXPECT_FALSE(outcome.ok()) << key;
    EXPECT_EQ(all_text(outcome).find("CANARY"), std::string::npos) << all_text(outcome);
  }
  for (const std::string name : {"REMORA_HUB__LINK__CURVE__SECRET_KEY", "REMORA_HUB__HTTP__TOKENS",
                                 "REMORA_SCRIPTING__ENV", "REMORA_SECRET", "REMORA_HUB__LINK"}) {
    const auto outcome = load("", {}, {{name, wrong_canary}});
    EXPECT_FALSE(outcome.ok()) << name;
    EXPECT_EQ(all_text(outcome).find("CANARY"), std::string::npos) << all_text(outcome);
  }
}

TEST(Secrets, AreNotInErrorsOfExpandedValuesEvenWhereTheKeyIsNoSecret) {
  const auto outcome =
      load("hub:\n  data: \"${S}\"\nscripting: {limits: {turn: \"${S}\"}}\n", {}, {{"S", wrong_canary}});
  EXPECT_EQ(outcome.errors.size(), 2u);
  EXPECT_EQ(all_text(outcome).find("CANARY"), std::string::npos) << all_text(outcome);
}

TEST(Secrets, AreNotInTheErrorForATextWithoutEqualsSign) {
  EXPECT_EQ(error_of("", {canary}).find("CANARY"), std::string::npos);
}

} // namespace
} // namespace remora::config
