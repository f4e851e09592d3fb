#!/usr/bin/env bash
# Installs the Debian package in a Debian 12 of its own, boots that with systemd in a container, and looks whether the daemons
# work as their units run them; then purges it and looks what is left. As root; downloads Debian packages.
#
#   scripts/check-package.sh [--root TAR] [DEB]    DEB: what scripts/package.sh made (default: build/package/remora_*.deb)
#     --root TAR    the bare Debian is taken from this file; when it does not exist it is made and kept there
#
# Takes three minutes, and as much again without a file for --root.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'check-package: %s\n' "$*"; }
die() { printf 'check-package: %s\n' "$*" >&2; exit 1; }

base=
deb=
while [ $# -gt 0 ]; do
  case $1 in
    --root) base=${2:?--root needs a file}; shift ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) die "unknown option $1; see scripts/check-package.sh --help" ;;
    *) deb=$1 ;;
  esac
  shift
done
[ -n "$deb" ] || deb=$(find build/package -maxdepth 1 -name 'remora_*.deb' -print -quit 2>/dev/null || true)
[ -f "$deb" ] || die 'there is no package: scripts/package.sh makes it'
[ "$(id -u)" = 0 ] || die 'a file system of its own takes root: sudo scripts/check-package.sh'
for program in debootstrap systemd-nspawn lintian; do
  command -v $program >/dev/null || die "$program is missing: apt-get install debootstrap systemd-container lintian"
done

say "lintian $(basename "$deb")"
lintian --fail-on error --suppress-tags no-manual-page "$deb"

work=$(mktemp -d /var/tmp/remora-package.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
machine=$work/machine
mkdir "$machine"
if [ -n "$base" ] && [ -f "$base" ]; then
  say "unpacking a bare Debian from $base"
  tar -C "$machine" --numeric-owner -xf "$base"
else
  say 'making a bare Debian 12'
  debootstrap --variant=minbase --include=systemd-sysv,dbus,ca-certificates bookworm "$machine" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log" >&2; die 'debootstrap failed'; }
  [ -z "$base" ] || tar -C "$machine" --numeric-owner -cf "$base" .
fi

inside() { # COMMAND...: in the machine, which is off, with the network of this one
  systemd-nspawn --quiet --directory="$machine" --register=no --keep-unit --as-pid2 --pipe \
    --setenv=DEBIAN_FRONTEND=noninteractive "$@" 2>"$work/nspawn"
}
quietly() { # COMMAND...
  inside "$@" >"$work/log" || { cat "$work/log" "$work/nspawn" >&2; die "$* failed"; }
}

say 'installing'
cp "$deb" "$machine/remora.deb"
quietly apt-get -q update
quietly apt-get -q install --yes --no-install-recommends /remora.deb
quietly dpkg --verify remora

say 'an example on a capture, as nobody'
examples=/usr/share/doc/remora/examples
quietly setpriv --reuid 65534 --clear-groups \
  remora run $examples/packet-counter.js -r $examples/captures/demo.pcap --run-jobs-at-end
grep -q '^Captured packet count per minute: 44$' "$work/log" || { cat "$work/log" >&2; die 'the example printed nothing'; }
quietly remora config check /etc/remora/hub.yaml /etc/remora/worker.yaml

say 'booting it; the daemons run for a minute'
cp tests/deploy/installed_machine.sh "$machine/check.sh"
cat >"$machine/etc/systemd/system/check.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
StandardOutput=file:/check.out
StandardError=inherit
ExecStart=/bin/bash /check.sh
ExecStopPost=/bin/systemctl --no-block poweroff
UNIT
mkdir -p "$machine/etc/systemd/system/multi-user.target.wants"
ln -s ../check.service "$machine/etc/systemd/system/multi-user.target.wants/check.service"
timeout 300 systemd-nspawn --quiet --directory="$machine" --register=no --keep-unit --private-network --boot \
  >"$work/boot" 2>&1 </dev/null || true
[ -s "$machine/check.out" ] || { tail -n 40 "$work/boot" >&2; die 'the machine did not boot'; }
cat "$machine/check.out"
tail -n 1 "$machine/check.out" | grep -q '^0 facts' || die 'what is above does not hold'

say 'purging'
rm "$machine"/etc/remora/scripts/hello.js "$machine"/etc/systemd/system/check.service \
  "$machine"/etc/systemd/system/multi-user.target.wants/check.service
quietly apt-get -q purge --yes remora
# Accounts stay, as is the custom; logs and what apt and dpkg keep about a package are theirs.
left=$(find "$machine" -xdev -name '*remora*' -not -path "$machine/remora.deb" -not -path "$machine/var/log/*" \
  -not -path "$machine/var/cache/apt/*" -printf '/%P\n')
[ -z "$left" ] || die "purging left: $left"
say 'the package holds what it promises'
