#!/usr/bin/env bash
# Builds the release and makes the Debian package of it: build/package/remora_VERSION_amd64.deb.
#
#   scripts/package.sh [BUILD]    BUILD: another folder to build in (default: build/package)
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:-build/package}
cmake --preset release -B "$build" -DCMAKE_INSTALL_PREFIX=/usr -DREMORA_TESTS=OFF -DREMORA_BENCH=OFF >/dev/null
cmake --build "$build" --target remora remora-hub remora-worker
(cd "$build" && cpack -G DEB >/dev/null)
ls "$PWD/$build"/*.deb
