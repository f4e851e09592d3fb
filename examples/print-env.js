// print env
//
// Shows what -e KEY=VALUE and scripting.env in a configuration hand to a script:
//
//   remora run examples/print-env.js -r examples/captures/demo.pcap -e LIMIT=10 -e "NAME=the lab"
//
// Values keep the type they have in YAML; those of -e are text. Mind that this prints secrets, too.

var keys = Object.keys(env).sort();

console.log("This is node", utils.nodeName(), "with", keys.length, "environment values.");
keys.forEach(function (key) {
  console.log("  " + key + " =", env[key], "(" + typeof env[key] + ")");
});

// A missing key is undefined: the usual way to give it a default.
var limit = Number(env.LIMIT || 100);
console.log("The limit is", limit);
