#!/usr/bin/env bash
# Sets up, builds and tests. Without arguments: every stage below but the two tidy ones.
#
#   scripts/test.sh [options] [STAGE...]
#
#   setup    installs missing packages (scripts/setup.sh)
#   format   the source is formatted as .clang-format says
#   dev      g++ build with assertions, and all tests
#   asan     clang++ build, all tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
#   tsan     the tests of what has threads, under ThreadSanitizer
#   fuzz     each fuzz target replays its seeds, then searches for REMORA_FUZZ_SECONDS (20)
#   tidy     clang-tidy on every source file (slow)
#   tidy-changed   clang-tidy on the files that differ from REMORA_SINCE (default: HEAD)
#
# A test that fails is tried once more, since many drive real processes against the clock. One that passes only then is
# named at the end: a fault to mend, in the test or in what it tests.
#
#   -k, --keep-going   run the remaining stages after one has failed (it fails all the same)
#   --tidy             add the stage tidy
#   -v, --verbose      show the output of every stage; else it is in build/test-logs/STAGE.log
#   -j N               jobs at once (default: one a core)
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

# Not for the programs under test, which take REMORA_... for settings.
fuzz_seconds=${REMORA_FUZZ_SECONDS:-20}
since=${REMORA_SINCE:-HEAD}
unset REMORA_FUZZ_SECONDS REMORA_SINCE
jobs=$(nproc)
keep_going=false
verbose=false
stages=()
extra=()
usage() { sed -n '2,21s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
  case $1 in
    setup | format | dev | asan | tsan | fuzz | tidy | tidy-changed) stages+=("$1") ;;
    -k | --keep-going) keep_going=true ;;
    --tidy) extra=(tidy) ;;
    -v | --verbose) verbose=true ;;
    -j) jobs=${2:?-j takes a number}; shift ;;
    -h | --help) usage; exit 0 ;;
    *) printf 'test: unknown stage or option: %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
[ ${#stages[@]} -gt 0 ] || stages=(setup format dev asan tsan fuzz)
stages+=("${extra[@]}")

build() { # PRESET [TARGET]: configures when needed and builds, everything unless a target is named
  cmake --preset "$1" >build/test-logs/"$1".configure.log 2>&1 || { cat build/test-logs/"$1".configure.log; return 1; }
  cmake --build --preset "$1" --target "${2:-all}" --parallel "$jobs" -- --quiet
}
build_and_test() { build "$1" && ctest --preset "$1" --parallel "$jobs" --no-tests=error --repeat until-pass:2; }
# The tests of a stage that failed once and passed when they were tried again.
passed_late() { # STAGE
  sed -nE 's/.*Test +#[0-9]+: ([^ ]+) \.*\**(Failed|Exception|Timeout|Not Run).*/\1/p' "build/test-logs/$1.log" 2>/dev/null |
    sort | uniq -c | awk '$1 == 1 { print $2 }'
}
tidy() { # FILE...
  [ $# -gt 0 ] || { echo "no file to check"; return 0; }
  cmake --preset asan >build/test-logs/tidy.configure.log 2>&1 || { cat build/test-logs/tidy.configure.log; return 1; }
  # Only what is compiled has compile commands, and generated headers must exist.
  build asan || return 1
  printf '%s\0' "$@" | xargs -0 -n 1 -P "$jobs" clang-tidy-14 --quiet -p build/asan
}
compiled() { grep -Fxf <(sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",\{0,1\}\$|\1|p" build/asan/compile_commands.json | sort -u); }

stage_setup() { scripts/setup.sh; }
stage_format() { scripts/format.sh --check; }
stage_dev() { build_and_test dev; }
stage_asan() { build_and_test asan; }
stage_tsan() { build_and_test tsan; }
stage_fuzz() { build fuzz fuzzers && scripts/fuzz.sh all "$fuzz_seconds"; }
stage_tidy() {
  local files
  cmake --preset asan >build/test-logs/tidy.configure.log 2>&1 || { cat build/test-logs/tidy.configure.log; return 1; }
  mapfile -t files < <(git ls-files '*.cpp' | compiled)
  tidy "${files[@]}"
}
stage_tidy-changed() { # a changed header is checked through the sources that include it
  local changed headers files
  cmake --preset asan >build/test-logs/tidy.configure.log 2>&1 || { cat build/test-logs/tidy.configure.log; return 1; }
  changed=$(git diff --name-only --diff-filter=d "$since" -- '*.cpp' '*.hpp' && git ls-files --others --exclude-standard '*.cpp' '*.hpp') || return 1
  headers=$(grep '\.hpp$' <<<"$changed" | sed 's/.*/#include "&"/')
  mapfile -t files < <({
    grep '\.cpp$' <<<"$changed"
    [ -z "$headers" ] || git grep -lF -f <(printf '%s\n' "$headers") -- '*.cpp'
  } | sort -u | compiled)
  tidy "${files[@]}"
}

mkdir -p build/test-logs
declare -A outcome duration
failed=0
began=$SECONDS
for stage in "${stages[@]}"; do
  if [ $failed -gt 0 ] && ! $keep_going; then
    outcome[$stage]='not run'
    continue
  fi
  log=build/test-logs/$stage.log
  start=$SECONDS
  printf '== %s\n' "$stage"
  if $verbose; then
    "stage_$stage" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
  else
    "stage_$stage" >"$log" 2>&1
    status=$?
  fi
  duration[$stage]=$((SECONDS - start))
  if [ "$status" -eq 0 ]; then
    outcome[$stage]=passed
  else
    outcome[$stage]=FAILED
    failed=$((failed + 1))
    # The end of the log, without the tests that passed and the steps that began.
    $verbose || { echo "-- the end of $log:"; grep -vE 'Passed +[0-9.]+ sec$|^ +Start +[0-9]+: ' "$log" | tail -n 100; }
  fi
done

printf '\n%-14s %-8s %8s   %s\n' stage outcome seconds tests
for stage in "${stages[@]}"; do
  tests=$(grep -hE '^[0-9]+% tests passed' "build/test-logs/$stage.log" 2>/dev/null | tail -n 1)
  [ "${outcome[$stage]}" = 'not run' ] && tests=
  printf '%-14s %-8s %8s   %s\n' "$stage" "${outcome[$stage]}" "${duration[$stage]:--}" "$tests"
done
printf '%-14s %-8s %8s\n\n' all "$([ $failed -eq 0 ] && echo passed || echo FAILED)" $((SECONDS - began))

for stage in "${stages[@]}"; do
  passed_late "$stage" | sed "s/^/passed only when tried again ($stage): /"
done

# ctest's own words come last, so that who reads only the end of the output reads what the runner said.
for stage in "${stages[@]}"; do
  [ "${outcome[$stage]}" = 'not run' ] || sed -n '/^[0-9]*% tests passed/,$p' "build/test-logs/$stage.log" | grep -v '^$'
done
[ $failed -eq 0 ]
