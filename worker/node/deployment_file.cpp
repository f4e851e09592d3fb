#include "worker/node/deployment_file.hpp"

#include <string_view>
#include <system_error>
#include <utility>

#include "actors/link/private_file.hpp"
#include "protocol/content_hash.hpp"
#include "protocol/messages.hpp"

namespace remora::worker {

namespace {

// The file: this line, the SHA-256 of the rest in hexadecimal and a newline; then messages as they come over
// the link, each behind its length in four bytes: script_code of each script, then the deployment.
constexpr std::string_view first_line = "remora deployment 1\n";
constexpr std::size_t hash_line_bytes = 65;
constexpr std::size_t length_bytes = 4;

result<void> append(std::string& to, const protocol::message& what) {
  auto bytes = protocol::encode(what);
  if (!bytes) return pass_on(std::move(bytes));
  for (std::size_t i = 0; i < length_bytes; ++i)
    to += static_cast<char>(static_cast<unsigned char>(bytes->size() >> (8 * i)));
  to += *bytes;
  return {};
}

/// The next message of the file; takes it off the front.
result<protocol::message> take_message(std::string_view& from) {
  if (from.size() < length_bytes) return fail(errc::store_damaged, "it is cut off");
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  from.remove_prefix(length_bytes);
  if (from.size() < length) return fail(errc::store_damaged, "it is cut off");
  auto what = protocol::decode(from.substr(0, length));
  from.remove_prefix(length);
  return what;
}

bool is_whole(const whole_deployment& what) {
  for (const deployed_script& script : what.manifest.scripts)
    if (what.code.count(script.hash) == 0) return false;
  return true;
}

result<whole_deployment> parse(std::string_view content) {
  if (content.substr(0, first_line.size()) != first_line)
    return fail(errc::store_damaged, "it does not begin as a deployment of this version of remora");
  content.remove_prefix(first_line.size());
  if (content.size() < hash_line_bytes) return fail(errc::store_damaged, "it is cut off");
  const auto said = parse_script_hash(content.substr(0, hash_line_bytes - 1));
  content.remove_prefix(hash_line_bytes);
  if (!said || *said != content_hash(content))
    return fail(errc::store_damaged, "its checksum does not match");
  whole_deployment out;
  while (!content.empty()) {
    auto what = take_message(content);
    if (!what) return pass_on(std::move(what));
    if (auto* code = std::get_if<protocol::script_code>(&*what)) {
      out.code[code->hash] = std::move(code->code);
    } else if (auto* manifest = std::get_if<protocol::deployment>(&*what); manifest && content.empty()) {
      out.manifest = std::move(manifest->manifest);
      if (is_whole(out)) return out;
    }
  }
  return fail(errc::store_damaged, "a part of it is missing");
}

} // namespace

result<void> deployment_file::save(const whole_deployment& what) const {
  std::string body;
  for (const auto& [hash, code] : what.code) {
    if (body.size() + code.size() > most_bytes)
      return fail(errc::too_large, "the deployment is too large to be kept on this node's disk");
    if (auto added = append(body, protocol::script_code{hash, code}); !added) return added;
  }
  if (auto added = append(body, protocol::deployment{what.manifest}); !added) return added;
  return link::replace_private_file(file_,
                                    std::string{first_line} + to_hex(content_hash(body)) + '\n' + body);
}

result<std::optional<whole_deployment>> deployment_file::load() const {
  const auto content = link::read_private_file(file_, most_bytes + (std::size_t{16} << 20U));
  if (!content && content.error() == errc::not_found) return std::nullopt;
  if (!content) return tl::unexpected<error>(content.error());
  auto what = parse(*content);
  if (what) return *std::move(what);
  const std::filesystem::path aside = file_.string() + ".damaged";
  std::error_code failed;
  std::filesystem::rename(file_, aside, failed);
  return fail(errc::store_damaged, file_.string() + " cannot be used: " + what.error().message +
                                       (failed ? "; it could not be moved aside: " + failed.message()
                                               : "; it was moved to " + aside.string()) +
                                       ". This node runs nothing until its hub sends the deployment");
}

} // namespace remora::worker
