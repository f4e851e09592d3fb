// every packet into the script
var packetCount = 0, totalKB = 0;

function onPacketCaptured(info) {
  packetCount++;
  totalKB += info.length / 1000;
}

function totals() {
  console.log(packetCount + " " + totalKB.toFixed(3));
}

// Never due while the file is read: it runs because the run ends (remora run --run-jobs-at-end).
jobs.schedule("totals", "@yearly", totals);
