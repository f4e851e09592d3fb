// watch
//
// Says which minutes carried more than the limit that another script has set.

var bytes = 0;

function onPacketCaptured(info) {
  bytes += info.length;
}

jobs.schedule("watch", "0 * * * * *", function () {
  var kb = this.kilobytes(bytes);
  bytes = 0;
  if (kb > this.limitKB) console.log("A busy minute:", kb.toFixed(1), "kB, the limit is", this.limitKB);
  return kb;
});
