#!/bin/bash
# Runs on a machine that systemd has booted and that the package is installed on, as root: starts both daemons as their units
# say, and looks whether they do their work and have no more rights than they need. Prints a line for each fact; the last one is
# the number of those that do not hold.
# shellcheck disable=SC2317 # everything is called by name, through holds()
set -u
failed=0

holds() { # FACT COMMAND...
  local fact=$1 said
  shift
  if said=$("$@" 2>&1); then
    echo "ok      $fact"
  else
    echo "FAILED  $fact"
    printf '%s\n' "$said" | tail -n 20 | sed 's/^/        /'
    failed=$((failed + 1))
  fi
}
soon() { # COMMAND...: within twenty seconds
  for _ in $(seq 40); do
    "$@" && return
    sleep 0.5
  done
  echo "not within 20 s: $*"
  return 1
}
pid_of() { systemctl show -p MainPID --value "$1"; }
status_has() { grep -qE "$2" "/proc/$(pid_of "$1")/status" || { cat "/proc/$(pid_of "$1")/status"; return 1; }; }
answers() { # PATH EXPECTED: of the hub's HTTP, with what every bash has
  local line
  exec 3<>/dev/tcp/127.0.0.1/8899 || return
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:8899\r\nConnection: close\r\n\r\n' "$1" >&3
  read -r line <&3
  exec 3<&-
  [[ $line == *" $2 "* ]] || { echo "$line"; return 1; }
}
journal() { journalctl --boot --no-pager -o cat -u "$1"; }
says() { journal "$1" | grep -qE "$2"; }
not() { ! "$@"; }
still_there() { sleep 2; systemctl is-active "$1" && [ "$(systemctl show -p NRestarts --value "$1")" = 0 ]; }
finish() {
  [ $failed = 0 ] || journalctl --boot --no-pager -o short-precise -u remora-hub -u remora-worker | tail -n 60
  echo "$failed facts do not hold"
  exit 0
}
runs_as() { [ "$(stat -c %U "/proc/$(pid_of "$1")")" = "$2" ]; }
mode_is() { [ "$(stat -c '%a %U:%G' "$1")" = "$2" ] || { stat -c '%a %U:%G' "$1"; return 1; }; }
node_is_seen() { remora nodes --json | grep -q '"name": *"'; }
# UNIT PROGRAM...: in what the unit sees of the file system. A file that may not be executed is EACCES even to root, and that is
# what nsenter, which is outside, ends with 126 for.
runs_inside() { nsenter -t "$(pid_of "$1")" -m "${@:2}"; }
runs_nothing_else() {
  local status=0
  runs_inside "$1" "/usr/bin/$1" --version || return
  runs_inside "$1" /bin/sh -c true || status=$?
  [ "$status" = 126 ]
}
console_has() { timeout 5 remora console --since 10m 2>&1 | grep -q "$1"; }
reloaded() { systemctl reload "$1" && soon systemctl is-active "$1" && [ "$(pid_of "$1")" = "$2" ]; }
spelled_wrong_stays_down() {
  cp /etc/remora/hub.yaml /hub.yaml.kept
  echo 'no_such_key: 1' >>/etc/remora/hub.yaml
  systemctl restart remora-hub && echo 'it started' && return 1
  sleep 7 # longer than RestartSec
  [ "$(systemctl show -p ActiveState --value remora-hub)" = failed ] || return
  [ "$(systemctl show -p ExecMainStatus --value remora-hub)" = 2 ] || return
  mv /hub.yaml.kept /etc/remora/hub.yaml
  systemctl reset-failed remora-hub && systemctl start remora-hub
}
comes_back() { # UNIT: after it was killed
  local before
  before=$(pid_of "$1")
  kill -KILL "$before"
  sleep 1
  soon systemctl is-active "$1" && [ "$(pid_of "$1")" != "$before" ]
}

ip link set lo up 2>/dev/null || true
holds 'installing enables neither daemon' not systemctl is-enabled remora-hub remora-worker
cat >/etc/remora/scripts/hello.js <<'SCRIPT'
var seen = 0;
function onPacketCaptured(info) { if (++seen === 1) console.log("first packet seen"); }
SCRIPT
for unit in remora-hub remora-worker; do
  account=${unit%-hub}
  holds "$unit starts and says that it is ready" systemctl start $unit
  holds "$unit is still there a moment later" still_there $unit
  holds "$unit runs as $account" runs_as $unit "$account"
  holds "$unit can gain no privileges" status_has $unit '^NoNewPrivs:[[:space:]]+1'
  holds "$unit is watched by a system call filter" status_has $unit '^Seccomp:[[:space:]]+2'
  holds "$unit has nothing in effect" status_has $unit '^CapEff:[[:space:]]+0+$'
  holds "$unit could run itself, and no shell" runs_nothing_else $unit
  holds "only $account may look into its folder" mode_is "/var/lib/$account" "700 $account:$account"
done
[ $failed = 0 ] || finish # nothing else will hold
holds 'remora-hub could have no capability' status_has remora-hub '^CapBnd:[[:space:]]+0+$'
holds 'remora-worker may have raw sockets alone' status_has remora-worker '^CapBnd:[[:space:]]+0000000000002000$'
holds '/livez answers 200' answers /livez 200
holds '/readyz answers 200' soon answers /readyz 200
holds 'the hub sees the node' soon node_is_seen
holds 'a script that lies in /etc/remora/scripts sees packets, and its line arrives' soon console_has 'first packet seen'
for unit in remora-hub remora-worker; do
  holds "$unit reloads and is the same process" reloaded $unit "$(pid_of $unit)"
  holds "$unit tells systemd how it is" test -n "$(systemctl show -p StatusText --value $unit)"
done
sleep 40 # more than WatchdogSec
for unit in remora-hub remora-worker; do
  holds "$unit feeds the watchdog" test "$(systemctl show -p NRestarts --value $unit)" = 0
  holds "$unit is refused no system call" not says $unit 'Operation not permitted'
  holds "$unit has no errors in its log" not says $unit ' (error|critical) '
  holds "$unit comes back when it is killed" comes_back $unit
done
holds 'a wrong configuration ends the hub with 2, and it is not started again and again' spelled_wrong_stays_down
for unit in remora-worker remora-hub; do
  holds "$unit stops" systemctl stop $unit
  holds "$unit stopped well" test "$(systemctl show -p Result --value $unit)" = success
done
finish
