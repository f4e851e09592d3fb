#include "actors/link/enrolment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "actors/link/private_file.hpp"
#include "actors/link/secret_key.hpp"

namespace remora::link {

namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t largest_file = std::size_t{32} << 20U;

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view next_word(std::string_view& rest) {
  constexpr std::string_view blank = " \t\r";
  rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
  const auto word = rest.substr(0, rest.find_first_of(blank));
  rest.remove_prefix(word.size());
  return word;
}

} // namespace

bool is_peer_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > longest_name || !is_alphanumeric(name.front())) return false;
  for (const char c : name) {
    if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

result<void> enrolment::enroll(std::string name, std::string public_key, timestamp now) {
  if (!is_peer_name(name)) {
    return fail(
        errc::invalid_usage,
        "a node's name has 1 to 253 letters, digits, dots, underscores and hyphens, and begins with a letter "
        "or digit");
  }
  if (!is_public_key(public_key)) {
    return fail(errc::invalid_usage, "the public key of " + name + " is not 40 characters of Z85");
  }
  if (const auto known = keys_.find(public_key); known != keys_.end()) {
    if (known->second.revoked) {
      return fail(errc::invalid_usage, "the key " + public_key + " was revoked at " +
                                           to_rfc3339(*known->second.revoked) + ": make a new one for " +
                                           name);
    }
    if (known->second.name == name) return {};
    return fail(errc::invalid_usage, "the key " + public_key + " is enrolled as " + known->second.name +
                                         ": each node needs a key of its own");
  }
  if (keys_.size() >= most_keys) {
    return fail(errc::invalid_usage, "no more than " + std::to_string(most_keys) + " keys can be enrolled");
  }
  keys_.emplace(std::move(public_key), enrolled_key{std::move(name), now, std::nullopt});
  return {};
}

result<void> enrolment::revoke(std::string_view public_key, timestamp now) {
  const auto known = keys_.find(public_key);
  if (known == keys_.end()) return fail(errc::not_found, "the key is not enrolled: see `remora keys list`");
  if (!known->second.revoked) known->second.revoked = now;
  return {};
}

const std::string* enrolment::name_of(std::string_view public_key) const {
  const auto known = keys_.find(public_key);
  return known == keys_.end() || known->second.revoked ? nullptr : &known->second.name;
}

bool enrolment::is_revoked(std::string_view public_key) const {
  const auto known = keys_.find(public_key);
  return known != keys_.end() && known->second.revoked.has_value();
}

result<void> enrolment::add_line(std::string_view line) {
  std::array<std::string_view, 4> words;
  for (auto& word : words) {
    word = next_word(line);
  }
  if (words[3].empty() || !next_word(line).empty()) {
    return fail(errc::invalid_config, "a line has four words: NAME PUBLIC_KEY SINCE REVOKED");
  }
  const auto since = parse_rfc3339(words[2]);
  const auto revoked = words[3] == "-" ? std::optional<timestamp>{} : parse_rfc3339(words[3]);
  if (!since || (words[3] != "-" && !revoked)) {
    return fail(errc::invalid_config, "a time is not RFC 3339 in UTC, like 2026-01-31T12:00:00Z");
  }
  std::string key{words[1]};
  if (keys_.count(key) != 0) return fail(errc::invalid_config, "the key is in the file twice");
  if (auto added = enroll(std::string{words[0]}, key, *since); !added) {
    return fail(errc::invalid_config, added.error().message);
  }
  keys_[key].revoked = revoked;
  return {};
}

result<enrolment> enrolment::load(const std::filesystem::path& file) {
  auto content = read_private_file(file, largest_file);
  if (!content && content.error() == errc::not_found) return enrolment{};
  if (!content) return pass_on(std::move(content));
  enrolment loaded;
  std::string_view rest = *content;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.front() == '#') continue;
    if (auto added = loaded.add_line(line); !added) {
      return fail(errc::invalid_config,
                  file.string() + ':' + std::to_string(number) + ": " + added.error().message);
    }
  }
  return loaded;
}

result<void> enrolment::save(const std::filesystem::path& file) const {
  std::string text = "# Who may join: name, public key, since, revoked (- while the key is good)\n";
  for (const auto& [key, entry] : keys_) {
    text += entry.name + ' ' + key + ' ' + to_rfc3339(entry.since) + ' ';
    text += entry.revoked ? to_rfc3339(*entry.revoked) : "-";
    text += '\n';
  }
  return replace_private_file(file, text);
}

} // namespace remora::link
