#include "hub/running_hub.hpp"

#include "hub/inside.hpp"

namespace remora::hub {

running_hub::running_hub(std::unique_ptr<inside> in)
    : in_{std::move(in)}, way_in_{std::make_shared<way_in>()} {
  way_in_->to = in_.get();
}

running_hub::~running_hub() { stop(); }

result<std::unique_ptr<running_hub>> running_hub::start(const config::settings& with,
                                                        const config::script_set& scripts,
                                                        const std::string& software) {
  auto parts = std::make_unique<inside>(with);
  if (auto done = parts->start(scripts, software); !done) return pass_on(std::move(done));
  return std::unique_ptr<running_hub>{new running_hub{std::move(parts)}};
}

void running_hub::stop() {
  {
    const std::lock_guard held{way_in_->mutex};
    way_in_->to = nullptr;
  }
  in_->stop();
}

result<void> running_hub::apply(const config::settings& with) { return in_->apply(with); }

result<void> running_hub::set_scripts(const config::script_set& read,
                                      const config::scripting_settings& scripting) {
  return in_->on_disk(
      [this, &read, &scripting](stores&) { return in_->desk().set_configured(read, scripting, wall_now()); });
}

result<void> running_hub::reload_enrolment() { return in_->reload_enrolment(); }

result<void> running_hub::admit_own_node(const std::string& public_key) {
  return in_->admit_own_node(public_key);
}

std::string running_hub::enrolment_file() const { return in_->settings().hub.data + "/workers.keys"; }

std::string running_hub::link_address() const { return in_->link_address(); }

std::string running_hub::status_text() {
  const auto up = in_->in_core([](hub_core& core) { return core.nodes_up(); });
  const auto generation = in_->in_core([](hub_core& core) { return core.generation(); });
  if (!up || !generation) return "does not answer";
  return std::to_string(*up) + (*up == 1 ? " node" : " nodes") + " up, deployment " +
         std::to_string(*generation);
}

} // namespace remora::hub
