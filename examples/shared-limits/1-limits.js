// limits
//
// Defaults that every script sees.
//
// A property of `this` belongs to all scripts, a `var` to one. A function travels as its text: it sees `this` and its
// arguments, not the variables of the script that made it. Files of a folder are loaded in the order of their names, so
// that this one is there before the others.
//
//   remora run examples/shared-limits -r examples/captures/demo.pcap

this.limitKB = 50;
this.kilobytes = function (bytes) { return bytes / 1000; };
