#!/usr/bin/env bash
# The units as the tree has them: systemd understands every line, and each scores 2.0 or better.
#
#   tests/deploy/units.sh [FOLDER]       checks deploy/systemd
#   tests/deploy/units.sh --self-test    spoils a unit in each way and looks whether that is found
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
worst=20 # tenths

check() { # FOLDER
  local status=0 unit said
  for unit in "$1"/*.service; do
    if ! systemd-analyze security --offline=true --no-pager --threshold=$worst "$unit" >/dev/null; then
      systemd-analyze security --offline=true --no-pager "$unit" | grep -E '✗|Overall'
      status=1
    fi
    # A line that systemd does not understand it ignores, and says so. That the programs are not installed here is no mistake,
    # and neither is what it has to say about other units of this machine.
    said=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1 |
      grep -F "$(basename "$unit")" | grep -vE 'Command /(usr/)?bin/(remora-(hub|worker)|kill) is not executable' || true)
    [ -z "$said" ] || { printf '%s\n' "$said"; status=1; }
    for setting in 'Type=notify' 'WatchdogSec=' 'Restart=always' 'RestartPreventExitStatus=2' 'User=remora'; do
      grep -q "^$setting" "$unit" || { echo "$unit: $setting is missing"; status=1; }
    done
  done
  return $status
}

self_test() {
  local folder unit=remora-worker.service failed=0
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # now: the variable is local
  trap "rm -r '$folder'" EXIT
  must_find() { # SED-EXPRESSION
    sed "$1" "$source/deploy/systemd/$unit" >"$folder/$unit"
    ! check "$folder" >/dev/null 2>&1 || { echo "self-test: '$1' was not found"; failed=1; }
  }
  must_find '/^MemoryDenyWriteExecute/d; /^ProtectSystem/d; /^SystemCallFilter/d'
  must_find 's/^CapabilityBoundingSet=.*/CapabilityBoundingSet=CAP_NET_RAW CAP_SYS_ADMIN/'
  must_find 's/^LockPersonality/LookPersonality/'
  must_find 's/^WatchdogSec=30s/WatchdogSec=often/'
  must_find '/^WatchdogSec/d'
  must_find 's/^Type=notify/Type=simple/'
  return $failed
}

if [ "${1:-}" = --self-test ]; then
  self_test && echo 'every spoilt unit was found'
else
  check "${1:-$source/deploy/systemd}" && echo "the units score $((worst / 10)).$((worst % 10)) or better"
fi
