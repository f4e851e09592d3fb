#!/usr/bin/env bash
# Sets up, builds the release and runs the main job: a script that counts packets, on live traffic of the loopback
# interface that this script makes itself, or on the shipped capture when capturing is not allowed.
#
#   scripts/run-demo.sh [--file | --live] [SCRIPT.js]
set -euo pipefail
cd "$(dirname "$0")/.."

mode=auto
script=examples/packet-counter.js
for argument in "$@"; do
  case $argument in
    --file) mode=file ;;
    --live) mode=live ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "run-demo: unknown option $argument" >&2; exit 2 ;;
    *) script=$argument ;;
  esac
done

scripts/setup.sh
echo "run-demo: building (build/release)"
mkdir -p build
cmake --preset release >build/.run-demo.log 2>&1 || { cat build/.run-demo.log >&2; exit 1; }
cmake --build --preset release --target remora -- --quiet
remora=build/release/bin/remora

may_capture() { # CAP_NET_RAW is bit 13 of the effective set; see capabilities(7)
  local effective
  effective=$(awk '/^CapEff:/ { print $2 }' /proc/self/status)
  (((16#$effective >> 13) & 1))
}
if [ $mode = auto ]; then
  mode=file
  ! may_capture || mode=live
fi

if [ $mode = file ]; then
  echo "run-demo: $remora run $script -r examples/captures/demo.pcap --run-jobs-at-end"
  exec "$remora" run "$script" -r examples/captures/demo.pcap --run-jobs-at-end
fi

feed() { # datagrams and refused connections to the discard port of this machine, until stopped
  local n
  for ((n = 0; ; n++)); do
    { printf '%0*d' $((n % 700 + 1)) 0 >/dev/udp/127.0.0.1/9; } || true # refused after the first: nobody listens
    { : >/dev/tcp/127.0.0.1/9; } || true
    [ $((n % 20)) -ne 0 ] || sleep 0.05
  done
}
echo "run-demo: $remora run $script -i lo --duration 10s --run-jobs-at-end (ten seconds of live traffic)"
feed 2>/dev/null &
feeder=$!
trap 'kill $feeder 2>/dev/null || true' EXIT
"$remora" run "$script" -i lo --duration 10s --run-jobs-at-end
