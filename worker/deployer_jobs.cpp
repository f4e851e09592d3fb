#include <utility>

#include <caf/send.hpp>

#include "base/log.hpp"
#include "worker/deployer.hpp"

// The jobs of the scripts that a deployer keeps: what it hears of them, and what is ordered.
namespace remora::worker {

namespace {

/// Carries what a script says of its jobs from its thread to the deployer.
class news_of_a_script final : public actors::script_watcher {
 public:
  news_of_a_script(deployer to, instance_number instance) : to_{std::move(to)}, instance_{instance} {}

  void jobs_are(std::vector<scheduled_job> jobs) override { say({instance_, std::move(jobs)}); }
  void requested(const protocol::job_request& request) override { say({instance_, request}); }
  void suspended(const std::optional<actors::suspension>& why) override { say({instance_, why}); }

 private:
  void say(script_news news) { caf::anon_send(to_, std::make_shared<const script_news>(std::move(news))); }

  deployer to_;
  instance_number instance_;
};

void send_order(deployer_pointer self, const protocol::job_order& order) {
  auto& st = self->state;
  const auto sent = std::make_shared<const protocol::job_order>(order);
  if (order.what == protocol::job_action::run) { // once, by the version that gets packets
    const auto running = st.running.find(order.script);
    if (running != st.running.end()) self->send(st.instances.at(running->second).handle, sent);
    return;
  }
  for (const auto& [slot, instance] : st.instances) {
    if (instance.source.title == order.script && !instance.lost) self->send(instance.handle, sent);
  }
}

} // namespace

std::shared_ptr<actors::script_watcher> watch_script(deployer_pointer self, instance_number instance) {
  return std::make_shared<news_of_a_script>(caf::actor_cast<deployer>(self), instance);
}

void note_script_news(deployer_pointer self, const script_news& news) {
  auto& st = self->state;
  for (const auto& [slot, instance] : st.instances) {
    if (instance.number != news.instance || instance.lost) continue;
    const std::string& title = instance.source.title;
    if (const auto* jobs = std::get_if<std::vector<scheduled_job>>(&news.what)) {
      if (st.jobs.learn(title, news.instance, *jobs)) st.with.watcher->jobs_changed(title, *jobs);
    } else if (const auto* request = std::get_if<protocol::job_request>(&news.what)) {
      st.with.watcher->job_requested(*request);
    } else {
      st.with.watcher->suspended(title, std::get<std::optional<actors::suspension>>(news.what));
    }
    return;
  }
}

void order_jobs(deployer_pointer self, const protocol::job_order& order) {
  auto& st = self->state;
  std::set<std::string> titles;
  for (const auto* slots : {&st.running, &st.loading}) {
    for (const auto& [title, slot] : *slots)
      titles.insert(title);
  }
  const deployed_jobs::sorted sorted = st.jobs.sort_out(order, titles);
  if (!sorted.found) {
    log::warn("job-order-finds-nothing", "order=", order.id, " what=", protocol::to_string(order.what),
              " script=", order.script, " tag=", order.tag, " no script on this node has such a job now");
  }
  for (const protocol::job_order& one : sorted.orders)
    send_order(self, one);
}

void pause_jobs(deployer_pointer self, const std::vector<paused_job>& all) {
  for (const protocol::job_order& order : self->state.jobs.set_paused(all))
    send_order(self, order);
}

} // namespace remora::worker
