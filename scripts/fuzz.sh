#!/usr/bin/env bash
# Runs fuzz targets: each replays its seeds, then searches for new inputs.
#
#   scripts/fuzz.sh [TARGET|all] [SECONDS|RUNSx]
#
#   scripts/fuzz.sh                  every target, 20 seconds each
#   scripts/fuzz.sh cron 600         one target, ten minutes
#   scripts/fuzz.sh cron 1000000x    one target, a million inputs
#
# Seeds: tests/fuzz/seeds/TARGET (committed). A dictionary tests/fuzz/seeds/TARGET.dict is used when there is one.
# What a search learns is kept in build/fuzz/corpus/TARGET, the input of a crash in build/fuzz/crashes: mend the
# code, then add that input to the seeds, so that it is replayed for ever.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-all}
amount=${2:-20}
case $amount in
  *[!0-9x]* | x | '') echo "fuzz: '$amount' is neither a number of seconds (20) nor of inputs (1000000x)" >&2; exit 2 ;;
  *x) limit=-runs=${amount%x} ;;
  *) limit=-max_total_time=$amount ;;
esac

bin=build/fuzz/bin
cmake --preset fuzz >/dev/null
goal=fuzzers
[ "$target" = all ] || goal=fuzz_$target
cmake --build --preset fuzz --target "$goal" -- --quiet
targets=()
for path in "$bin"/fuzz_*; do
  name=${path##*/fuzz_}
  if [ -x "$path" ] && { [ "$target" = all ] || [ "$target" = "$name" ]; }; then targets+=("$name"); fi
done
[ ${#targets[@]} -gt 0 ] || { echo "fuzz: there is no target $target; tests/fuzz/CMakeLists.txt lists them" >&2; exit 1; }

fuzz_one() { # NAME: replay, then search; the log is shown only when it fails
  local name=$1 seeds=tests/fuzz/seeds/$1 corpus=build/fuzz/corpus/$1 log=build/fuzz/$1.log dictionary=()
  mkdir -p "$corpus" build/fuzz/crashes
  [ ! -f "$seeds.dict" ] || dictionary=("-dict=$seeds.dict")
  local options=(-timeout=10 -rss_limit_mb=1024 "-artifact_prefix=build/fuzz/crashes/$name-" -print_final_stats=1)
  local dirs=("$corpus")
  [ ! -d "$seeds" ] || dirs+=("$seeds")
  if "$bin/fuzz_$name" "${options[@]}" -runs=0 "${dirs[@]}" >"$log" 2>&1 &&
    "$bin/fuzz_$name" "${options[@]}" "${dictionary[@]}" "$limit" "${dirs[@]}" >>"$log" 2>&1; then
    printf 'fuzz: %-20s ok, %s seeds, %s inputs\n' "$name" "$(find "$seeds" -type f 2>/dev/null | wc -l)" \
      "$(awk '/stat::number_of_executed_units/ { n = $2 } END { print n }' "$log")"
  else
    printf 'fuzz: %-20s FAILED; the end of %s:\n' "$name" "$log"
    tail -n 60 "$log"
    return 1
  fi
}
export -f fuzz_one
export bin limit
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one {}'
