// fragments
//
// Warns when many packets are fragmented or cut short. Fragments are often a sign of a wrong MTU, and packets that were
// captured in part are one of a small --snaplen. The share from which on it warns, in percent: -e FRAGMENT_PERCENT=5

var threshold = Number(env.FRAGMENT_PERCENT || 1);
var seen = { packets: 0, fragments: 0, truncated: 0 };

function onPacketCaptured(info) {
  seen.packets++;
  if (info.fragmented) seen.fragments++;
  if (info.truncated) seen.truncated++;
}

jobs.schedule("fragments", "0 * * * * *", function () {
  var last = seen;
  seen = { packets: 0, fragments: 0, truncated: 0 };
  if (last.packets === 0) return last;

  var percent = 100 * last.fragments / last.packets;
  if (percent >= threshold) {
    console.error(percent.toFixed(1) + " % of " + last.packets + " packets are fragments");
  }
  if (last.truncated > 0) console.warn(last.truncated, "packets were captured in part");
  return last;
});
