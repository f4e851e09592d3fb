// error handling
//
// Shows what happens when a hook or a job throws, and how to deal with it.
//
// An exception that leaves a function is printed on standard error and counted; the function stays registered
// and is called again. Nothing else is disturbed.

var failures = 0;

// A hook that throws for one packet is called for the next one all the same.
var packets = 0;
function onPacketCaptured(info) {
  packets++;
  if (packets === 3) throw new Error("I do not like packet number three");
}

// Inside a function try and catch work as anywhere.
function parseOr(text, otherwise) {
  try {
    return JSON.parse(text);
  } catch (e) {
    console.log("Not JSON, so " + otherwise + " is used:", e.name);
    return otherwise;
  }
}
var settings = parseOr("{ nonsense", 42);

// A job that fails is run again at its next instant. onJobFailed hears of it.
jobs.schedule("unlucky", "30 * * * * *", function () {
  throw new TypeError("no luck in this minute");
});

function onJobFailed(tag, cron, limit, err) {
  failures++;
  console.log("Failure", failures, "of job " + tag + ":", err);
}
