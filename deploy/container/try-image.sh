#!/usr/bin/env bash
# Builds the image from the Dockerfile and runs a hub and a worker from it as compose.yaml does: where there is no container
# engine, with buildah, and with mount and network namespaces. As root; downloads Debian packages. Takes as long as a build.
#
#   deploy/container/try-image.sh [--base TAR] [--ccache DIR] [--store DIR] [--root DIR]
#     --base TAR      what stands for debian:12-slim; when it does not exist it is made with debootstrap and kept there
#     --ccache DIR    a cache of the compiler that the build may use
#     --store DIR     keeps the images there, so that the next run starts where this one ended
#     --root DIR      only runs what make-root.sh made there
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'try-image: %s\n' "$*"; }
die() { printf 'try-image: %s\n' "$*" >&2; exit 1; }

work=$(mktemp -d /var/tmp/remora-image.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
store=$work/store
base=$work/base.tar
cache=()
image=
while [ $# -gt 0 ]; do
  case $1 in
    --base) base=$(realpath "${2:?--base needs a file}"); shift ;;
    --ccache) cache=(--volume "$(realpath "${2:?--ccache needs a folder}"):/root/.cache/ccache"); shift ;;
    --store) store=$(realpath "${2:?--store needs a folder}"); shift ;;
    --root) image=$(realpath "${2:?--root needs a folder}"); shift ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $1; see deploy/container/try-image.sh --help" ;;
  esac
  shift
done
[ "$(id -u)" = 0 ] || die 'file systems of their own take root'
for program in buildah debootstrap capsh getcap; do
  command -v $program >/dev/null || die "$program is missing: apt-get install buildah debootstrap libcap2-bin"
done
with() { buildah --storage-driver vfs --root "$store" "$@"; }

build_image() {
  if ! with inspect --type image docker.io/library/debian:12-slim >/dev/null 2>&1; then
    if [ ! -f "$base" ]; then
      say 'making a bare Debian 12 to stand for debian:12-slim'
      debootstrap --variant=minbase bookworm "$work/debian" >"$work/log" 2>&1 || { tail "$work/log" >&2; die 'debootstrap failed'; }
      tar -C "$work/debian" --numeric-owner -cf "$base" .
    fi
    empty=$(with from scratch)
    with add --quiet "$empty" "$base" / >/dev/null
    with commit --quiet "$empty" docker.io/library/debian:12-slim >/dev/null
    with rm "$empty" >/dev/null
  fi

  say 'building the image'
  with bud --isolation chroot --layers --pull=never "${cache[@]}" -f deploy/container/Dockerfile -t remora . >"$work/log" 2>&1 ||
    { tail -n 40 "$work/log" >&2; die 'the build failed'; }
  grep '^make-root:' "$work/log" || true
}

container=
if [ -z "$image" ]; then
  build_image
  container=$(with from --pull=never remora)
  trap 'with rm "$container" >/dev/null; rm -rf --one-file-system "$work"' EXIT
  image=$(with mount "$container")
fi
machine=$work/machine
mkdir -p "$machine" "$work/hub" "$work/worker"
chmod 755 "$work"
chown 65532:65532 "$work/hub" "$work/worker"
export image machine work
for tool in sh bash dash busybox apt dpkg perl python3; do
  [ -z "$(find "$image" -name $tool -type f -print -quit)" ] || die "the image has $tool"
done
[ "$(getcap "$image/usr/bin/remora-worker")" = "$image/usr/bin/remora-worker cap_net_raw=p" ] ||
  die "the worker's file has other capabilities: $(getcap "$image/usr/bin/remora-worker")"
for state in remora remora-worker; do
  [ "$(stat -c '%u:%g %a' "$image/var/lib/$state")" = '65532:65532 700' ] || die "/var/lib/$state does not belong to the daemons"
done

# In a network and a view of the file system of its own: the image, read-only, with two folders for data and one of scripts.
unshare --mount --net --propagation private bash -euo pipefail <<'INSIDE'
say() { printf 'try-image: %s\n' "$*"; }
die() { printf 'try-image: %s\n' "$*" >&2; tail -n 20 "$work"/*.log >&2; exit 1; }
ip link set lo up
mount --bind "$image" "$machine"
mount -o remount,bind,ro "$machine"
mount -t proc proc "$machine/proc"
mount -t tmpfs -o size=64m,noexec,nosuid,nodev,mode=1777 tmpfs "$machine/tmp"
mount --bind "$work/hub" "$machine/var/lib/remora"
mount --bind "$work/worker" "$machine/var/lib/remora-worker"
cp -r examples "$work/scripts"
cat >"$work/scripts/first.js" <<'SCRIPT'
var seen = 0;
function onPacketCaptured(info) { if (++seen === 1) console.log("first packet seen"); }
SCRIPT
mount --bind "$work/scripts" "$machine/etc/remora/scripts"

every=$(capsh --print | sed -n 's/^Bounding set =//p')
# Behind `become=exec ... &` a signal reaches the program and not a shell around it.
contained() { # CAPABILITIES-TO-DROP PROGRAM ARGUMENTS...: as account 65532, with what an engine leaves of the capabilities
  local drop=$1 program=$2
  shift 2
  ${become:-} env -i PATH=/usr/bin "$(command -v capsh)" --chroot="$machine" --drop="$drop" --groups= --gid=65532 --uid=65532 --shell="/usr/bin/$program" -- "$@"
}
but_raw=$(sed 's/,\?cap_net_raw//' <<<"$every")
soon() { for _ in $(seq 40); do "$@" >/dev/null 2>&1 && return; sleep 0.5; done; return 1; }

contained "$every" remora run /etc/remora/scripts/packet-counter.js -r /etc/remora/scripts/captures/demo.pcap --quiet \
  --run-jobs-at-end >"$work/run.log" 2>&1 || die 'an example does not run'
grep -q '^Captured packet count per minute: 44$' "$work/run.log" || die 'an example prints something else'
say 'an example runs without any capability'

become=exec contained "$every" remora-hub --config /etc/remora/hub.yaml >"$work/hub.log" 2>&1 &
soon curl -fs http://127.0.0.1:8899/readyz || die 'the hub is not ready'
say 'the hub runs without any capability'

if contained "$every" remora-worker --config /etc/remora/worker.yaml >"$work/worker-without.log" 2>&1; then
  die 'a worker without its capability started'
fi
grep -qi 'permi\|capab\|CAP_NET_RAW' "$work/worker-without.log" || die 'a worker without its capability does not say so'
say 'a worker without NET_RAW says so and ends'

become=exec contained "$but_raw" remora-worker --config /etc/remora/worker.yaml >"$work/worker.log" 2>&1 &
soon grep -q 'link-connected' "$work/worker.log" || die 'the worker does not find its hub'
seen() { contained "$every" remora console --since 10m | grep -q 'first packet seen'; }
soon seen || die 'no script of the hub saw a packet'
say 'a worker with NET_RAW captures and runs the scripts of the hub'
contained "$every" remora nodes || die 'remora cannot ask the hub'

for job in $(jobs -p); do kill -TERM "$job"; done
for job in $(jobs -p); do wait "$job" || die 'a daemon did not end well'; done
say 'both end well on SIGTERM'
INSIDE
say "the image has $(du -sh "$image" | cut -f1)B"
