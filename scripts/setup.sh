#!/usr/bin/env bash
# Installs what remora is built and tested with: Debian packages, by name, and nothing else.
#
#   scripts/setup.sh            install what is missing (as root); says nothing when nothing is
#   scripts/setup.sh --check    list what is missing and exit 1, or exit 0; changes nothing, needs no root
#   scripts/setup.sh --list     print every package with its reason
#   scripts/setup.sh --bench    besides, the programs that the benchmarks compare with
#   scripts/setup.sh --build    only what a build needs, without tests
set -euo pipefail

# One line a package: its name, then why it is here. CI fails on a library that is used but not listed,
# because the tree then no longer builds in a bare container.
packages='
build-essential            g++ 12, the first compiler, and the C library
cmake                      configures the build
ninja-build                runs the build
ccache                     makes the second build of the same file free
pkg-config                 finds libpcap, RE2 and Expat
git                        the checks read the list of files from it
libcaf-dev                 CAF 0.17: the actors inside each process
libpcap-dev                capture, live and from files
duktape-dev                the source of the JavaScript engine, which we build ourselves
node-acorn                 the parser that analyses scripts when they are loaded
libyaml-cpp-dev            reads configuration
libcli11-dev               reads the command line
libspdlog-dev              writes the log
libfmt-dev                 the formatting under the log
nlohmann-json3-dev         writes and reads JSON
libre2-dev                 regular expressions of filters, in linear time
libexpat1-dev              reads XML bodies for filters
libhowardhinnant-date-dev  time zones for cron and filters
libzmq3-dev                carries messages between hub and workers
cppzmq-dev                 its C++ interface
libsqlite3-dev             the store of the hub
libssl-dev                 SHA-256: the hash that names a version of a script; TLS
libboost1.81-dev           Beast: HTTP and WebSocket, of the hub and of its clients
zlib1g-dev                 undoes gzip and deflate in bodies of messages
libbrotli-dev              undoes br
libzstd-dev                undoes zstd
libexpected-dev            tl::expected, the type of a result or its error
tzdata                     the time zones themselves
'
test_packages='
libgtest-dev               unit tests
libgmock-dev               matchers for unit tests
libbenchmark-dev           times the filter language
curl                       a client that others wrote, for the tests of the HTTP server
python3-websockets         another, for WebSockets
openssl                    makes the certificates of those tests
tcpdump                    counts packets beside remora in the tests of a cluster; a peer of the benchmarks
iproute2                   makes the network namespaces of those tests
python3                    the web server that makes their traffic
nginx                      a server that others wrote, for the tests of items
apache2-bin                another
apache2-utils              ab: thousands of requests at once
wget                       a client that others wrote
nghttp2-client             h2load: the same with pipelining
bind9                      a name server that others wrote
bind9-dnsutils             dig: its client
unbound                    another name server
dnsmasq-base               another
dnsperf                    thousands of queries at once
tshark                     the second opinion on what was captured; a peer of the benchmarks
libfaketime                sets the clock under running programs, for the tests of faults
zsh                        reads the completion that is written for it
fish                       likewise
clang-14                   the second compiler, and the one that has libFuzzer
libclang-rt-14-dev         the run-time libraries of its sanitizers and of libFuzzer
llvm-14                    llvm-symbolizer: names and lines in a fuzzer report
clang-tidy-14              static analysis
clang-format-14            the formatting of the source
systemd                    systemd-analyze: the score of the units
yamllint                   the form of the manifests for containers
python3-yaml               what they say
shellcheck                 the scripts of the package
'
bench_packages='
nodejs                     peer: JavaScript with a JIT
'

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
names() { awk 'NF { print $1 }'; }

check_only=false
wanted_bench=
while [ $# -gt 0 ]; do
  case $1 in
    --check) check_only=true ;;
    --bench) wanted_bench=$bench_packages ;;
    --build) test_packages= ;;
    --list) printf '%s%s%s\n' "$packages" "$test_packages" "$bench_packages" | awk 'NF'; exit 0 ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) printf 'setup: unknown option %s; see scripts/setup.sh --help\n' "$1" >&2; exit 2 ;;
  esac
  shift
done
packages+=$test_packages$wanted_bench

# A hand-made container may lack os-release; then ask for dpkg at least.
distribution=unknown
if [ -r /etc/os-release ]; then
  distribution=$(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-}")
fi
case $distribution in
  'debian 12') ;;
  *) die "this is $distribution, not Debian 12 (bookworm). The packages and their versions are those of
Debian 12: use a container (docker run -it debian:12), or install their counterparts by hand; the list and
the reason for each: scripts/setup.sh --list" ;;
esac

missing=()
for package in $(names <<<"$packages"); do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if $check_only; then
  say "missing:"
  for package in "${missing[@]}"; do
    awk -v p="$package" '$1 == p { print "  " $0 }' <<<"$packages"
  done
  exit 1
fi
[ "$(id -u)" = 0 ] || die "${#missing[@]} packages are missing and installing them needs root: sudo scripts/setup.sh
missing: ${missing[*]}"

say "installing ${#missing[@]} packages:"
for package in "${missing[@]}"; do
  awk -v p="$package" '$1 == p { print "  " $0 }' <<<"$packages"
done
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# The servers among them are for tests, which start them by themselves: nothing shall serve on this machine because of
# them, neither now nor after the next start.
policy=/usr/sbin/policy-rc.d
if [ -e $policy ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy; fi
trap 'rm -f "$log" $policy' EXIT
keep_off() {
  local service
  for service in nginx:nginx bind9:named unbound:unbound; do
    case " ${missing[*]} " in
      *" ${service%%:*} "*) systemctl disable --quiet "${service##*:}" >/dev/null 2>&1 || true ;;
    esac
  done
}
apt() { # apt-get, silent unless it fails
  if ! apt-get -q -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "apt-get $1 failed (above: the end of its output). Is a Debian mirror reachable, and is main among the components of /etc/apt/sources.list?"
  fi
}
say "updating the package lists"
apt update
say "downloading and installing; this takes a few minutes"
apt install --yes --no-install-recommends "${missing[@]}"
keep_off
say "done: $(grep -E '^After this operation|^Need to get' "$log" | tr '\n' ' ')"
