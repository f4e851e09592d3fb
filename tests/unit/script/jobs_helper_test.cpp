#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

class JobsHelper : public script_test {};

TEST_F(JobsHelper, SchedulesWithTagCronLimitAndArguments) {
  auto vm = load(
      "jobs.schedule('hello', '*/15 * * * * *', function (who) { console.log('hello', who); }, 2, 'ops');");
  ASSERT_EQ(desk.jobs.size(), 1u);
  EXPECT_EQ(desk.jobs[0].tag, "hello");
  EXPECT_EQ(desk.jobs[0].cron, "*/15 * * * * *");
  EXPECT_EQ(desk.jobs[0].limit, 2u);
  EXPECT_EQ(vm->run_job("hello").outcome, job_outcome::passed);
  EXPECT_EQ(console.texts(), std::vector<std::string>{"hello ops"});
}

TEST_F(JobsHelper, KeepsArgumentsByReference) {
  auto vm = load(
      "var a = {n: 1}; jobs.schedule('t', '@hourly', function (x) { console.log(x.n); }, 0, a); a.n = 2;");
  vm->run_job("t");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"2"});
}

TEST_F(JobsHelper, RecordsWhatTheFunctionReturns) {
  auto vm = load(
      "jobs.schedule('n', '@hourly', function () { return 5; });"
      "jobs.schedule('o', '@hourly', function () { return {a: [1]}; });"
      "jobs.schedule('u', '@hourly', function () {});");
  EXPECT_EQ(vm->run_job("n").result_json, "5");
  EXPECT_EQ(vm->run_job("o").result_json, R"({"a":[1]})");
  EXPECT_EQ(vm->run_job("u").result_json, "");
}

TEST_F(JobsHelper, AnExceptionFailsTheRunAndIsAnErrorLine) {
  auto vm = load("jobs.schedule('t', '@hourly', function () { throw new Error('boom'); });");
  const job_result ended = vm->run_job("t");
  EXPECT_EQ(ended.outcome, job_outcome::failed);
  EXPECT_EQ(ended.error, "Error: boom");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"Error: boom (test.js:1, job \"t\")"});
}

TEST_F(JobsHelper, AnInvalidCronExpressionThrows) {
  EXPECT_EQ(load_error("jobs.schedule('t', 'bad', function () {});"),
            "test.js:1: Error: jobs.schedule: invalid cron expression");
}

TEST_F(JobsHelper, ATaskThatIsNoFunctionThrows) {
  EXPECT_EQ(load_error("jobs.schedule('t', '@hourly', undefinedFunction = 5);"),
            "test.js:1: TypeError: jobs.schedule: argument 3 (task) must be a function");
}

TEST_F(JobsHelper, ALimitThatIsNoWholeNumberThrows) {
  EXPECT_NE(load_error("jobs.schedule('t', '@hourly', function () {}, -1);").find("argument 4 (limit)"),
            std::string::npos);
}

TEST_F(JobsHelper, PassesCommandsOn) {
  load(
      "jobs.remove('a'); jobs.removeAll(); jobs.run('b'); jobs.runAll(); jobs.schedule('c', '@hourly', "
      "function () {});"
      "console.log(jobs.list());");
  EXPECT_EQ(desk.removed, (std::vector<std::string>{"a", "*"}));
  EXPECT_EQ(desk.runs, (std::vector<std::string>{"b", "*"}));
  EXPECT_EQ(console.texts(), std::vector<std::string>{"c"});
}

TEST_F(JobsHelper, TheSchedulerSaysWhetherItRunsAfterEachSwitch) {
  load(
      "console.log(jobs.scheduler.isRunning(), jobs.scheduler.stop(), jobs.scheduler.isRunning(), "
      "jobs.scheduler.start());");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"true false false true"});
}

TEST_F(JobsHelper, JobHooksGetTheDocumentedArguments) {
  auto vm = load(
      "function onJobPassed() { console.log('passed', [].slice.call(arguments)); }"
      "function onJobFailed() { console.log('failed', [].slice.call(arguments)); }");
  vm->call_job_passed("t", "@hourly", 3);
  vm->call_job_failed("t", "@hourly", 0, "Error: x");
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"passed t,@hourly,3", "failed t,@hourly,0,Error: x"}));
}

} // namespace
} // namespace remora::script
