#include "hub/api/routes/script_versions.hpp"

#include "base/utf8.hpp"
#include "http/etag.hpp"

namespace remora::hub {

namespace {

version_demand compare(const http::request& asked, const std::string& title,
                       const std::optional<stored_script>& present) {
  version_demand demand;
  demand.exists = present.has_value();
  const auto tag = present ? etag_of(*present) : std::string{};
  const auto now = "the script " + remora::quoted(title) +
                   (present ? " now has version " + std::to_string(present->version) : " is not there");
  switch (http::check_if_match(asked, tag)) {
    case http::precondition::absent:
      break;
    case http::precondition::holds:
      demand.expected = present->version;
      break;
    case http::precondition::fails:
      demand.broken = now + ", which is not what If-Match says: read it again";
      return demand;
  }
  const auto unlike = asked.header("If-None-Match");
  if (!unlike) return demand;
  if (http::is_not_modified(asked, tag)) {
    demand.broken = now + ", which If-None-Match rules out";
  } else if (*unlike == "*") {
    demand.expected = 0;
  }
  return demand;
}

} // namespace

std::string etag_of(const stored_script& script) { return http::make_etag(std::to_string(script.version)); }

result<version_demand> read_demand(const http::request& asked, service& hub, const std::string& title) {
  auto present = hub.script(title);
  if (present) return compare(asked, title, std::move(*present));
  if (!(present.error() == errc::not_found)) return pass_on(std::move(present));
  return compare(asked, title, std::nullopt);
}

} // namespace remora::hub
