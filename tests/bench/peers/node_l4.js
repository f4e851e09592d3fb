'use strict';
// The work of `remora run --run-jobs-at-end SCRIPT -r FILE` done by Node.js and its JIT: a buffered reader, a
// fresh object for every packet, the same script text.
//   node node_l4.js SCRIPT.js FILE.pcap

const fs = require('fs');
const vm = require('vm');

const [scriptPath, capturePath] = process.argv.slice(2);
const atEnd = [];
globalThis.jobs = { schedule: (tag, cron, task) => atEnd.push(task) };
vm.runInThisContext(fs.readFileSync(scriptPath, 'utf8'), { filename: scriptPath });

const etherTypeIPv4 = 0x0800;
const fragmentBits = 0x3fff; // more-fragments and the offset; without don't-fragment

function isFragment(bytes, start, captured) {
  if (captured < 34 || bytes.readUInt16BE(start + 12) !== etherTypeIPv4) return false;
  return (bytes.readUInt16BE(start + 20) & fragmentBits) !== 0;
}

function deliver(bytes, record) {
  const captured = bytes.readUInt32LE(record + 8);
  const length = bytes.readUInt32LE(record + 12);
  globalThis.onPacketCaptured({
    timestamp: bytes.readUInt32LE(record) * 1000 + bytes.readUInt32LE(record + 4) / 1000,
    captureLength: captured,
    length: length,
    truncated: captured < length,
    fragmented: isFragment(bytes, record + 16, captured),
  });
  return record + 16 + captured;
}

const file = fs.openSync(capturePath, 'r');
const block = Buffer.allocUnsafe(1 << 20);
let filled = fs.readSync(file, block, 0, block.length, null);
if (filled < 24 || block.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error('not a little-endian pcap with microseconds');
let at = 24;
for (;;) {
  while (at + 16 <= filled && at + 16 + block.readUInt32LE(at + 8) <= filled) at = deliver(block, at);
  block.copyWithin(0, at, filled);
  filled -= at;
  at = 0;
  const more = fs.readSync(file, block, filled, block.length - filled, null);
  if (more === 0) break;
  filled += more;
}
fs.closeSync(file);
for (const task of atEnd) task();
