#!/usr/bin/env bash
# Installs a build below a folder and looks whether everything is there, says the right paths, and holds together.
#
#   tests/deploy/installation.sh BUILD
set -euo pipefail

build=${1:?which build?}
source=$(cd "$(dirname "$0")/../.." && pwd)
to=$(mktemp -d)
# shellcheck disable=SC2064 # now
trap "rm -r '$to'" EXIT
failed=0
wrong() { echo "$*"; failed=1; }

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
prefix=$(cached CMAKE_INSTALL_PREFIX)
etc=$prefix/etc/remora
[ "$prefix" != /usr ] || etc=/etc/remora

DESTDIR=$to cmake --install "$build" >/dev/null

for file in bin/remora bin/remora-hub bin/remora-worker lib/systemd/system/remora-hub.service \
  lib/systemd/system/remora-worker.service lib/sysusers.d/remora.conf lib/tmpfiles.d/remora.conf share/doc/remora/copyright \
  share/doc/remora/changelog.gz share/doc/remora/deployment.md share/doc/remora/examples/captures/demo.pcap \
  share/bash-completion/completions/remora share/zsh/vendor-completions/_remora share/fish/vendor_completions.d/remora.fish; do
  [ -s "$to$prefix/$file" ] || wrong "$prefix/$file was not installed"
done
for file in hub.yaml worker.yaml scripts; do
  [ -e "$to$etc/$file" ] || wrong "$etc/$file was not installed"
done
stray=$(find "$to" -type f -not -path "$to$prefix/*" -not -path "$to$etc/*")
[ -z "$stray" ] || wrong "outside $prefix and $etc: $stray"

# What is started is what was installed, with the configuration that was.
for daemon in remora-hub remora-worker; do
  started=$(sed -n 's/^ExecStart=//p' "$to$prefix/lib/systemd/system/$daemon.service")
  [ "$started" = "$prefix/bin/$daemon --config $etc/${daemon#remora-}.yaml" ] || wrong "$daemon.service starts $started"
  grep -q "^ExecPaths=$prefix/bin/$daemon " "$to$prefix/lib/systemd/system/$daemon.service" ||
    wrong "$daemon.service may not start its own program"
  # A daemon writes where its unit lets it, and nowhere else.
  state=$(sed -n 's/^StateDirectory=//p' "$to$prefix/lib/systemd/system/$daemon.service")
  grep -q "^  data: /var/lib/$state\$" "$to$etc/${daemon#remora-}.yaml" || wrong "$daemon has its data elsewhere than its unit says"
  grep -q "^d /var/lib/$state 0700 $state $state -\$" "$to$prefix/lib/tmpfiles.d/remora.conf" || wrong "tmpfiles: /var/lib/$state"
  grep -q "^u $state " "$to$prefix/lib/sysusers.d/remora.conf" || wrong "sysusers: $state"
  grep -q "^User=$state\$" "$to$prefix/lib/systemd/system/$daemon.service" || wrong "$daemon.service: not User=$state"
done
"$to$prefix/bin/remora" config check "$to$etc/hub.yaml" "$to$etc/worker.yaml" >/dev/null || wrong 'the configuration is not valid'
bash -n "$to$prefix/share/bash-completion/completions/remora" || wrong 'bash does not understand its completions'
"$to$prefix/bin/remora" run "$source/examples/packet-counter.js" -r "$to$prefix/share/doc/remora/examples/captures/demo.pcap" \
  --quiet --run-jobs-at-end >/dev/null || wrong 'an example does not run on the capture that is installed'
[ $failed = 0 ] && echo 'everything is where it belongs'
