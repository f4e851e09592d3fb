#include "config/address.hpp"
#include "config/apply.hpp"

namespace remora::config {

namespace {

bool is_open_to_others(const std::string& listen) {
  const auto where = parse_endpoint(listen);
  return where && !is_loopback(*where);
}

/// Collects complaints at the place where a key was set.
class checker {
 public:
  checker(const origin_map& set_at, report& problems) : set_at_(set_at), problems_(problems) {}

  /// Both or none of two texts.
  void pair(const std::string& first, std::string_view first_key, const std::string& second,
            std::string_view second_key) {
    if (first.empty() == second.empty()) return;
    const auto present = first.empty() ? second_key : first_key;
    const auto missing = first.empty() ? first_key : second_key;
    complain(present, "needs " + in_ticks(missing) + " as well");
  }

  void complain(std::string_view key, const std::string& why) {
    const auto found = set_at_.find(key);
    problems_.add(found == set_at_.end() ? origin{} : found->second, in_ticks(key) + ": " + why);
  }

  void warn(std::string_view key, const std::string& why) {
    const auto found = set_at_.find(key);
    problems_.warn(found == set_at_.end() ? origin{} : found->second, in_ticks(key) + ": " + why);
  }

 private:
  const origin_map& set_at_;
  report& problems_;
};

void check_hub(const hub_settings& hub, checker& check) {
  check.pair(hub.http.tls.certificate, "hub.http.tls.certificate", hub.http.tls.key, "hub.http.tls.key");
  if (is_open_to_others(hub.http.listen) && hub.http.tokens.empty() && !hub.http.insecure)
    check.complain(
        "hub.http.listen",
        "beyond loopback the API needs `hub.http.tokens`, or `hub.http.insecure: true` to do without");
  const bool encrypted = !hub.link.curve.secret_key.empty();
  const std::string why =
      "beyond loopback the link needs `hub.link.curve.secret_key`, or `hub.link.insecure: true` to do "
      "without";
  if (is_open_to_others(hub.link.listen) && !encrypted && !hub.link.insecure)
    check.complain("hub.link.listen", why);
  if (is_open_to_others(hub.link.publish) && !encrypted && !hub.link.insecure)
    check.complain("hub.link.publish", why);
  if (hub.link.listen == hub.link.publish && parse_endpoint(hub.link.listen).value_or(endpoint{}).port != 0)
    check.complain("hub.link.publish", "the same address as `hub.link.listen`");
  if (!hub.link.curve.workers.empty() && !encrypted)
    check.complain("hub.link.curve.workers", "needs `hub.link.curve.secret_key` as well");
}

void check_worker(const worker_settings& worker, checker& check) {
  const auto& curve = worker.curve;
  check.pair(curve.hub_key, "worker.curve.hub_key", curve.secret_key, "worker.curve.secret_key");
  if (is_open_to_others(worker.hub) && curve.secret_key.empty())
    check.warn("worker.hub",
               "not on loopback and without `worker.curve` keys, so the link is not encrypted; the hub "
               "accepts that only with `hub.link.insecure: true`");
}

} // namespace

void check_together(const settings& all, const origin_map& set_at, report& problems) {
  checker check{set_at, problems};
  check_hub(all.hub, check);
  check_worker(all.worker, check);
}

} // namespace remora::config
