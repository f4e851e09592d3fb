#include "actors/scripts/script_actor.hpp"

#include <algorithm>
#include <utility>

#include <caf/result.hpp>
#include <caf/send.hpp>

#include "base/log.hpp"

namespace remora::actors {

namespace {

using self_pointer = script_actor::stateful_pointer<script_actor_state>;

/// By the wall clock the actor wakes itself when the next job or timer is due. An earlier wake that is still
/// under way finds nothing to do and costs nothing.
void plan_wake(self_pointer self) {
  auto& st = self->state;
  const timestamp due = st.runner->next_due();
  if (!st.wall_clock || due >= st.wakes_at) return;
  // Long waits are cut, so that a clock that is set forward is noticed within a second.
  constexpr std::chrono::seconds longest_wait{1};
  const nanoseconds wait = std::clamp<nanoseconds>(due - wall_now(), nanoseconds{0}, longest_wait);
  st.wakes_at = wall_now() + wait;
  self->delayed_send(self, wait, atom::wake::value);
}

round_done_ptr report_round(self_pointer self, std::uint64_t number) {
  auto& st = self->state;
  auto done = std::make_shared<round_done>();
  done->script = st.index;
  done->number = number;
  done->next_due = st.runner->next_due();
  done->commands = st.runner->take_commands();
  done->tags = st.runner->own_tags();
  done->tally = st.runner->tally();
  return done;
}

/// By the wall clock jobs run between rounds too; what they ask of others does not wait for the next one.
void tell_owner(self_pointer self) {
  constexpr std::uint64_t between_rounds = 0;
  if (!self->state.owner || !self->state.runner->asks_others()) return;
  caf::anon_send(caf::actor_cast<caf::actor>(self->state.owner), report_round(self, between_rounds));
}

load_report_ptr load(self_pointer self) {
  auto& st = self->state;
  auto report = std::make_shared<load_report>();
  if (auto loaded = st.runner->load(); !loaded) {
    report->error = loaded.error().message;
    report->declined = loaded.error() == errc::script_declined;
    return report;
  }
  report->wants_packets = st.runner->wants_packets();
  report->wants_items = st.runner->wants_items();
  report->sees_others = st.runner->sees_others();
  report->wants_actions = st.runner->wants_actions();
  report->wants_queries = st.runner->wants_queries();
  report->tags = st.runner->own_tags();
  return report;
}

round_done_ptr work_off(self_pointer self, const round& work) {
  self->state.runner->take(work);
  plan_wake(self);
  return report_round(self, work.number);
}

atom::done call(self_pointer self, const hub_call& what) {
  self->state.runner->take(what);
  plan_wake(self);
  tell_owner(self);
  return atom::done::value;
}

screened_ptr screen(self_pointer self, const screening& what) {
  auto out = std::make_shared<const screened>(self->state.runner->screen(what));
  plan_wake(self);
  tell_owner(self);
  return out;
}

/// Answers with what `work` makes of it: at once, or when the wait is over.
template <class Answer, class Work>
caf::result<Answer> now_or_later(self_pointer self, Work work) {
  if (!self->state.waits) return work();
  auto answer = self->make_response_promise<Answer>();
  self->state.kept.emplace_back([answer, work = std::move(work)]() mutable { answer.deliver(work()); });
  return answer;
}

void begin(self_pointer self, const script_start& how) {
  auto& st = self->state;
  if (!std::exchange(st.waits, false)) return;
  st.runner->begin(how);
  for (const auto& work : std::exchange(st.kept, {}))
    work();
  plan_wake(self);
}

void obey(self_pointer self, const protocol::job_order& order) {
  auto& st = self->state;
  st.runner->obey_order(order);
  if (!st.waits) plan_wake(self);
}

} // namespace

script_actor::behavior_type script_behavior(self_pointer self,
                                            const std::shared_ptr<script_runner::parts>& with) {
  self->state.index = with->source.index;
  self->state.wall_clock = !with->clock.follows_capture();
  self->state.runner = std::make_unique<script_runner>(std::move(*with));
  return {
      [self](atom::load) -> load_report_ptr {
        auto report = load(self);
        plan_wake(self);
        return report;
      },
      [self](atom::prepare) -> load_report_ptr {
        self->state.waits = true;
        return load(self);
      },
      [self](const script_start_ptr& how) { begin(self, *how); },
      [self](const job_order_ptr& order) { obey(self, *order); },
      [self](const round_ptr& work) -> caf::result<round_done_ptr> {
        self->state.owner = self->current_sender();
        return now_or_later<round_done_ptr>(self, [self, work] { return work_off(self, *work); });
      },
      [self](const hub_call_ptr& what) -> caf::result<atom::done> {
        return now_or_later<atom::done>(self, [self, what] { return call(self, *what); });
      },
      [self](const screening_ptr& what) -> caf::result<screened_ptr> {
        return now_or_later<screened_ptr>(self, [self, what] { return screen(self, *what); });
      },
      [self](atom::wake) {
        self->state.wakes_at = timestamp::max();
        self->state.runner->run_due();
        plan_wake(self);
        tell_owner(self);
      },
      [self](atom::finish, bool run_every_job) -> script_tally_ptr {
        if (run_every_job) self->state.runner->run_every_job();
        auto tally = std::make_shared<const script_tally>(self->state.runner->finish());
        self->quit();
        return tally;
      },
  };
}

} // namespace remora::actors
