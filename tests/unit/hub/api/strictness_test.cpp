#include "api_fixture.hpp"

namespace remora::hub::test {
namespace {

using testing::HasSubstr;

struct bad_query {
  const char* name;
  const char* target;
  const char* says;
};
class BadQueries : public Api, public testing::WithParamInterface<bad_query> {};

TEST_P(BadQueries, AreRefusedWithWhatIsWrong) {
  EXPECT_THAT(detail(get(GetParam().target), 400), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadQueries,
    testing::Values(
        bad_query{"Unknown", "/api/v1/nodes?nod=1", "\"nod\" here: this route takes none"},
        bad_query{"Mistyped", "/api/v1/console?scirpt=dns", "did you mean \"script\"?"},
        bad_query{"FarFromAll", "/api/v1/scripts?zzzzzzzzzz=1", "there are \"code\""},
        bad_query{"Twice", "/api/v1/console?node=a&node=b", "\"node\" comes twice"},
        bad_query{"NoFlag", "/api/v1/scripts?code=1", "\"code\" must be false or true, but is \"1\""},
        bad_query{"NoTime", "/api/v1/console?since=yesterday", "\"since\" must be a time"},
        bad_query{"NegativeSpan", "/api/v1/console?since=-5m", "\"since\" must be a time"},
        bad_query{"NoLevel", "/api/v1/console?level=fatal", "\"level\" must be debug or info or log"},
        bad_query{"NoLimit", "/api/v1/console?limit=0", "\"limit\" must be a number from 1 to 1000"},
        bad_query{"NoCursor", "/api/v1/jobs/r/runs?cursor=abc", "\"cursor\" is not one that this hub gave"},
        bad_query{"NoBy", "/api/v1/jobs/r/runs?by=day", "\"by\" must be run or instant"},
        bad_query{"NoFold", "/api/v1/jobs/r/aggregate?fold=p50%25", "\"fold\" must be sum or avg"},
        bad_query{"NoGroup", "/api/v1/jobs/r/aggregate?by=script", "\"by\" must be node or time"},
        bad_query{"NoStep", "/api/v1/jobs/r/aggregate?by=time", "by=time needs \"step\""},
        bad_query{"StepWithoutTime", "/api/v1/jobs/r/aggregate?step=5m", "\"step\" goes with by=time"},
        bad_query{"StepOfNothing", "/api/v1/jobs/r/aggregate?by=time&step=0",
                  "\"step\" must be a duration above"},
        bad_query{"NoFormat", "/api/v1/jobs/r/aggregate?format=xml", "\"format\" must be json or csv"}),
    [](const auto& at) { return at.param.name; });

TEST_F(Api, HidesFromClientsWhatWentWrongInside) {
  hub.fail_with(error{errc::io_failed, "/var/lib/remora/hub.db: disk failure"});
  for (const auto* target :
       {"/api/v1/nodes", "/api/v1/scripts", "/api/v1/scripts/a", "/api/v1/script-status", "/api/v1/env",
        "/api/v1/jobs", "/api/v1/jobs/a/runs", "/api/v1/jobs/a/runs?by=instant", "/api/v1/jobs/a/aggregate",
        "/api/v1/console", "/metrics"}) {
    EXPECT_EQ(detail(get(target), 500).find("/var/lib"), std::string::npos) << target;
  }
}

TEST_F(Api, SaysThatTheDiskIsFull) {
  hub.fail_with(error{errc::store_full, "the disk is full"});
  EXPECT_EQ(detail(call(http::method::put, "/api/v1/scripts/a", R"({"code":""})"), 507), "the disk is full");
}

} // namespace
} // namespace remora::hub::test
