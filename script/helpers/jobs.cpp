#include <cmath>
#include <duktape.h>
#include <iterator>

#include "script/binding.hpp"
#include "script/function_store.hpp"
#include "script/helpers/helpers.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// jobs.*: scripting API §8.11.
namespace remora::script {

namespace {

job_desk& desk(const helper_call& call) { return call.vm().around().jobs; }

/// jobs.schedule(tag, cron, task, limit?, ...args)
int schedule(const helper_call& call) {
  const std::string tag = call.text(0, "tag");
  const std::string cron = call.text(1, "cron");
  call.require_function(2, "task");
  std::uint64_t limit = 0;
  if (call.given(3)) {
    const double wanted = call.number(3, "limit");
    if (wanted < 0 || wanted > 1e15 || std::floor(wanted) != wanted) {
      call.fail_argument(3, "limit", "a whole number of runs, 0 for no limit");
    }
    limit = static_cast<std::uint64_t>(wanted);
  }
  // Before the desk knows the job, so that it never has one without a function.
  function_store{call.context(), function_store::jobs}.put(tag, 2, 4);
  if (auto done = desk(call).schedule(tag, cron, limit); !done) call.fail(done.error().message);
  return 0;
}

int remove(const helper_call& call) {
  desk(call).remove(call.text(0, "tag"));
  return 0;
}

int remove_all(const helper_call& call) {
  desk(call).remove_all();
  return 0;
}

int list(const helper_call& call) {
  duk_hthread* context = call.context();
  duk_push_array(context);
  duk_uarridx_t next = 0;
  for (const std::string& tag : desk(call).tags()) {
    push_text(context, tag);
    duk_put_prop_index(context, -2, next++);
  }
  return 1;
}

int run(const helper_call& call) {
  desk(call).run(call.text(0, "tag"));
  return 0;
}

int run_all(const helper_call& call) {
  desk(call).run_all();
  return 0;
}

int push_is_running(const helper_call& call) {
  duk_push_boolean(call.context(), desk(call).is_running() ? 1 : 0);
  return 1;
}

template <bool On>
int switch_scheduler(const helper_call& call) {
  desk(call).set_running(On);
  return push_is_running(call);
}

constexpr helper scheduler_members[] = {
    {"isRunning", "jobs.scheduler.isRunning", push_is_running},
    {"start", "jobs.scheduler.start", switch_scheduler<true>},
    {"stop", "jobs.scheduler.stop", switch_scheduler<false>},
};

constexpr helper job_members[] = {
    {"schedule", "jobs.schedule", schedule},
    {"remove", "jobs.remove", remove},
    {"removeAll", "jobs.removeAll", remove_all},
    {"list", "jobs.list", list},
    {"run", "jobs.run", run},
    {"runAll", "jobs.runAll", run_all},
};

} // namespace

void install_jobs(duk_hthread* context) {
  duk_push_object(context);
  define_members(context, std::begin(job_members), std::end(job_members));
  push_namespace(context, std::begin(scheduler_members), std::end(scheduler_members));
  duk_put_prop_literal(context, -2, "scheduler");
  duk_freeze(context, -1);
  define_global(context, "jobs");
}

} // namespace remora::script
