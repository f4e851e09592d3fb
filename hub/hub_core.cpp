#include "hub/hub_core.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "base/log.hpp"

namespace remora::hub {

hub_core::hub_core(parts with)
    : with_{std::move(with)},
      sessions_{with_.session, *with_.out, *this},
      scripts_{[this](const std::string& node, const protocol::message& what) {
        return sessions_.send(node, what, with_.steady());
      }},
      actions_{[this](const protocol::message& what) {
        return sessions_.send(std::string{protocol::hub_node}, what, with_.steady());
      }},
      records_{{with_.store,
                [this](const std::string& node, protocol::stream_position at) {
                  sessions_.confirm(node, at, with_.steady());
                },
                [this](bool lines, bool runs) {
                  if (lines) with_.changed(topic::console);
                  if (runs) with_.changed(topic::runs);
                },
                with_.wall}},
      queries_{line_to_nodes()} {}

node_line hub_core::line_to_nodes() {
  node_line line;
  line.say = [this](const std::string& node, const protocol::message& what) {
    auto said = sessions_.say(node, what);
    if (!said && !(said.error() == errc::not_found))
      log::warn("question-not-asked", "node=", node, " why=", said.error().message);
    return said.has_value();
  };
  line.nodes = [this] {
    auto all = sessions_.nodes();
    all.erase(std::remove(all.begin(), all.end(), protocol::hub_node), all.end());
    return all;
  };
  line.steady = with_.steady;
  line.wall = with_.wall;
  return line;
}

void hub_core::peer_connected(const std::string& name, const std::string& address) {
  sessions_.connected(name, address, with_.steady());
}

void hub_core::peer_gone(const std::string& name) { sessions_.disconnected(name, with_.steady()); }

void hub_core::peer_message(const std::string& name, std::string_view bytes) {
  sessions_.receive(name, bytes, with_.steady());
}

void hub_core::deploy(published_ptr newest) {
  const auto& manifest = newest->manifest;
  const std::uint64_t generation = manifest.generation;
  std::set<std::string> titles;
  for (const auto& script : manifest.scripts)
    titles.insert(script.title);
  job_names paused;
  for (const auto& one : manifest.paused)
    paused.insert({one.script, one.tag});
  jobs_.paused_are(std::move(paused));
  for (const auto& [node, script] : jobs_.keep_scripts(titles))
    store_jobs(node, script, {});
  scripts_.publish(std::move(newest));
  if (auto done = sessions_.publish(protocol::deployment_changed{generation}); !done)
    log::warn("deployment-not-announced", "why=", done.error().message); // heartbeats say it too
  with_.changed(topic::scripts);
}

protocol::moment hub_core::tick() {
  const auto now = with_.steady();
  sessions_.tick(now);
  if (now >= second_ends_) {
    second_ends_ = now + std::chrono::seconds{1};
    records_.try_again();
    with_.every_second();
  }
  const auto asked_again = queries_.tick();
  return std::min({sessions_.next_deadline().value_or(second_ends_), second_ends_, asked_again});
}

std::vector<script_on_node> hub_core::script_status(const std::string& title) const {
  return nodes_.status_of(title, scripts_.newest());
}

std::vector<job_view> hub_core::jobs() const {
  const auto* newest = scripts_.newest();
  return jobs_.jobs([this](const std::string& node) { return nodes_.is_up(node); },
                    newest != nullptr ? newest->manifest.timezone : "UTC");
}

order_outcome hub_core::reachable(const job_names& jobs) const {
  order_outcome out;
  for (const auto& node : jobs_.nodes_with(jobs))
    (sessions_.is_here(node) ? out.nodes : out.missing).push_back(node);
  return out;
}

std::uint64_t hub_core::generation() const noexcept {
  return scripts_.newest() != nullptr ? scripts_.newest()->manifest.generation : 0;
}

void hub_core::send_order(const std::string& node, const protocol::job_order& order, order_outcome& out) {
  const auto add_once = [&node](std::vector<std::string>& to) {
    if (std::find(to.begin(), to.end(), node) == to.end()) to.push_back(node);
  };
  auto sent = sessions_.send(node, order, with_.steady());
  if (!sent) log::warn("order-not-sent", "node=", node, " order=", order.id, " why=", sent.error().message);
  add_once(sent ? out.nodes : out.missing);
}

result<order_outcome> hub_core::order(protocol::job_action what, const job_selection& which) {
  auto jobs = jobs_.find(which);
  if (!jobs) return pass_on(std::move(jobs));
  order_outcome out;
  for (const auto& name : *jobs) {
    const protocol::job_order order{++last_order_, what, name.script, name.tag, false};
    for (const auto& node : jobs_.nodes_with({name}))
      send_order(node, order, out);
  }
  return out;
}

result<protocol::welcome> hub_core::greet(const std::string& node, const protocol::hello& who) {
  if (who.node != node) {
    log::warn("node-claims-other-name", "node=", node, " claims=", who.node,
              " what=it is listed under the name of its key");
  }
  protocol::welcome answer;
  answer.software = with_.software;
  answer.epoch = with_.session.epoch;
  answer.publish_port = with_.publish_port();
  answer.heartbeat_interval = with_.session.heartbeat;
  answer.clock = with_.wall();
  answer.generation = generation();
  return answer;
}

void hub_core::joined(const std::string& node, const std::string& address, const protocol::hello& who,
                      bool new_life) {
  nodes_.joined(node, address, who, new_life, with_.wall());
  if (new_life) forget_jobs(node);
  scripts_.forget(node);
  if (node == protocol::hub_node) actions_.go_on();
  if (node != protocol::hub_node) queries_.joined(node);
  with_.changed(topic::nodes);
}

void hub_core::has_room(const std::string& node) {
  scripts_.has_room(node);
  if (node == protocol::hub_node) actions_.go_on();
}

void hub_core::left(const std::string& node, session::departure why) {
  scripts_.forget(node);
  queries_.left(node);
  if (why == session::departure::replaced) return; // joined() follows
  nodes_.left(node, why == session::departure::said_goodbye ? node_condition::stopped : node_condition::lost,
              with_.wall());
  with_.changed(topic::nodes);
}

void hub_core::heartbeat(const std::string& node, const protocol::heartbeat& health) {
  nodes_.heard(node, health, with_.wall());
}

void hub_core::said(const std::string& node, const protocol::message& what) {
  if (const auto* fetch = std::get_if<protocol::fetch_deployment>(&what)) {
    scripts_.fetch(node, fetch->have);
  } else {
    queries_.hear(node, what);
  }
}

void hub_core::received(const std::string& node, const protocol::message& what,
                        protocol::stream_position at) {
  if (const auto* status = std::get_if<protocol::script_status>(&what)) {
    take_state(node, status->state);
  } else if (const auto* jobs = std::get_if<protocol::jobs_changed>(&what)) {
    take_jobs(node, *jobs);
  } else if (const auto* asked = std::get_if<protocol::job_request>(&what)) {
    take_request(node, *asked);
  } else if (const auto* action = std::get_if<protocol::hub_action>(&what)) {
    actions_.pass(*action);
  }
  records_.take(node, at, what);
}

protocol::hub_heartbeat hub_core::describe_health() {
  return {with_.session.epoch, with_.wall(), generation()};
}

void hub_core::take_state(const std::string& node, const script_state& state) {
  nodes_.script_is(node, state);
  if (state.condition == script_condition::failed || state.condition == script_condition::stuck) {
    log::warn("script-trouble", "node=", node, " script=", state.title, " state=", to_string(state.condition),
              " why=", state.error);
  }
  with_.changed(topic::scripts);
}

void hub_core::take_jobs(const std::string& node, const protocol::jobs_changed& said) {
  if (jobs_.jobs_are(node, said.script, said.jobs)) store_jobs(node, said.script, said.jobs);
}

/// A script's wish concerns all nodes; the one that it runs on has fulfilled it already.
void hub_core::take_request(const std::string& node, const protocol::job_request& asked) {
  auto jobs = jobs_.find({asked.tag, {}, asked.all});
  if (!jobs) return; // an unknown tag is no error
  order_outcome out;
  for (const auto& name : *jobs) {
    if (asked.own && name.script != asked.script) continue; // only without one of its own: all with that tag
    const protocol::job_order order{++last_order_, asked.what, name.script, name.tag, false};
    for (const auto& other : jobs_.nodes_with({name}))
      if (other != node && sessions_.is_here(other)) send_order(other, order, out);
  }
}

void hub_core::forget_jobs(const std::string& node) {
  jobs_.forget_node(node);
  with_.store(
      [node](stores& in) {
        if (auto done = in.jobs.forget_node(node); !done)
          log::warn("jobs-not-stored", "node=", node, " why=", done.error().message);
      },
      [] {});
}

void hub_core::store_jobs(const std::string& node, const std::string& script,
                          std::vector<scheduled_job> jobs) {
  with_.store(
      [node, script, jobs = std::move(jobs)](stores& in) {
        if (auto done = in.jobs.replace(node, script, jobs); !done)
          log::warn("jobs-not-stored", "node=", node, " script=", script, " why=", done.error().message);
      },
      [] {});
}

} // namespace remora::hub
