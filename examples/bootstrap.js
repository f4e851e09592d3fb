// bootstrap
//
// Every hook there is today, to start a script of your own from. Keep the hooks you need and delete the others: a hook
// that is not there costs nothing.

// Called for every packet. What info holds:
//   timestamp      "2023-11-14T22:13:20.123456789Z", UTC
//   length         bytes the packet had on the wire
//   captureLength  bytes of it that were captured
//   truncated      true when captureLength is less than length
//   fragmented     true for an IP fragment
function onPacketCaptured(info) {
}

// Called after a run of a job, of this script or another, ended without an exception.
// limit is 0 when the job has none.
function onJobPassed(tag, cron, limit) {
}

// Called after a run of a job ended with an exception; err is its text: "Error: no luck".
function onJobFailed(tag, cron, limit, err) {
}

// A job runs on a schedule: second minute hour day-of-month month day-of-week.
jobs.schedule("every-minute", "0 * * * * *", function () {
});
