// packet sizes
//
// Draws a histogram every minute, and returns it from the job as an object. What a job returns is part of its record:
//
//   remora run examples/packet-sizes.js -r examples/captures/demo.pcap --json | jq 'select(.type == "job").result'

var bounds = [64, 128, 256, 512, 1024, 1518];
var labels = bounds.map(function (bound) { return "<= " + bound; }).concat("> 1518");
var counts = labels.map(function () { return 0; });

function onPacketCaptured(info) {
  var i = 0;
  while (i < bounds.length && info.length > bounds[i]) i++;
  counts[i]++;
}

function bar(count, most) {
  return new Array(Math.ceil(40 * count / most) + 1).join("#");
}

jobs.schedule("sizes", "0 * * * * *", function () {
  var most = Math.max.apply(null, counts);
  var result = {};
  counts.forEach(function (count, i) {
    result[labels[i]] = count;
    if (count > 0) console.log(("       " + labels[i]).slice(-7), bar(count, most), count);
    counts[i] = 0;
  });
  return result;
});
