#!/usr/bin/env bash
# Formats C++ source in place: every file, or those named. With --check it changes nothing, names the files that
# would change, and fails when there are any.
#
#   scripts/format.sh [--check] [FILE...]
set -euo pipefail
cd "$(dirname "$0")/.."

check=false
if [ "${1:-}" = --check ]; then
  check=true
  shift
fi
if [ $# -gt 0 ]; then
  files=("$@")
else
  mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')
fi

format_check() {
  local status=0 file
  for file in "$@"; do
    [ -f "$file" ] || continue # deleted, but git does not know yet
    cmp -s "$file" <(clang-format-14 "$file") || { echo "not formatted: $file (scripts/format.sh mends it)"; status=1; }
  done
  return $status
}
if $check; then
  export -f format_check
  printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" bash -c 'format_check "$@"' bash
else
  for file in "${files[@]}"; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
  done | xargs -0 -r -n 20 -P "$(nproc)" clang-format-14 -i
fi
