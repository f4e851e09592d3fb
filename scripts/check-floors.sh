#!/usr/bin/env bash
# Fails when a folder includes what lies above it, when a third-party header leaves its home, or when a file
# grows past 450 lines (docs/architecture.md says why). Prints every violation as file:line: reason.
#
#   scripts/check-floors.sh [ROOT]       checks the tree (default: the one this script is in)
#   scripts/check-floors.sh --self-test  plants one violation of each kind and checks that it is found
set -euo pipefail

max_lines=450

# folder: the folders it may include from, beside itself.
floors='
base:
protocol: base
config:   base protocol
filter:   base
http:     base config
traffic:  base protocol config filter
script:   base protocol config filter
actors:   base protocol config filter traffic script
worker:   base protocol config filter http traffic script actors
hub:      base protocol config filter http traffic script actors
cli:      base protocol config filter http traffic script actors worker hub
'
# header (a regular expression on the text between the brackets or quotes): where it may be included.
homes='
pcap(/.*|\.h)$             traffic/capture/libpcap\.cpp$
zlib\.h$                   traffic/dissect/content_coding\.cpp$|script/files/archive\.cpp$
zstd\.h$|brotli/           traffic/dissect/content_coding\.cpp$
duk(tape|_config)\.h$      script/
caf/                       (actors|worker|cli|hub)/
yaml-cpp/                  config/
sqlite3\.h$                hub/store/
zmq(\.h|\.hpp|_addon\.hpp)$ actors/link\.cpp$|actors/link/
spdlog/                    base/log\.cpp$
date/                      actors/jobs/time_zone\.cpp$|filter/kfl2/zone\.cpp$
re2/                       filter/
expat\.h$                  filter/body/xml\.cpp$
CLI/                       cli/
boost/                     (http|cli/client)/
'

check_includes() { # reads "file:line:#include ..." lines
  awk -v floors="$floors" -v homes="$homes" '
    function report(reason) { print where ": " reason; bad = 1 }
    BEGIN {
      n = split(floors, lines, "\n")
      for (i = 1; i <= n; i++)
        if (split(lines[i], part, ":") == 2) {
          folder = part[1]; known[folder] = 1; may[folder, folder] = 1
          k = split(part[2], below, " ")
          for (j = 1; j <= k; j++) may[folder, below[j]] = 1
        }
      n = split(homes, lines, "\n")
      for (i = 1; i <= n; i++)
        if (split(lines[i], part, " ") == 2) { header[++rules] = "^" part[1]; home[rules] = "^(" part[2] ")" }
    }
    {
      if (!match($0, /^[^:]*:[0-9]+:/)) next
      where = substr($0, 1, RLENGTH - 1)
      file = where; sub(/:[0-9]+$/, "", file)
      folder = file; sub(/\/.*/, "", folder)
      text = substr($0, RLENGTH + 1)
      if (!match(text, /[<"][^>"]*[>"]/)) next
      quoted = substr(text, RSTART, 1) == "\""
      name = substr(text, RSTART + 1, RLENGTH - 2)
      for (i = 1; i <= rules; i++)
        if (name ~ header[i] && file !~ home[i])
          report("<" name "> belongs in " substr(home[i], 2) " alone: reach it through the class that wraps it")
      if (!quoted) next
      if (name ~ /(^|\/)\.\.?\//) { report("\"" name "\": address headers from the root of the tree"); next }
      target = name; sub(/\/.*/, "", target)
      if (target in known && !((folder, target) in may))
        report(folder "/ must not include \"" name "\": " target "/ is not a floor below it")
    }
    END { exit bad }'
}

check_tree() { # in the current folder
  local status=0 files sources
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    files=$(git ls-files --cached --others --exclude-standard)
  else
    files=$(find . -type f -not -path './build/*' | sed 's|^\./||')
  fi
  sources=$(grep -E "^($(awk -F: 'NF > 1 { printf "%s%s", sep, $1; sep = "|" }' <<<"$floors"))/.*\.(cpp|hpp|c|h)$" <<<"$files" || true)
  if [ -n "$sources" ]; then
    # /dev/null makes grep print the file name even when there is one file.
    xargs -d '\n' grep -nsE '^[[:space:]]*#[[:space:]]*include' /dev/null <<<"$sources" | check_includes || status=1
  fi
  local long
  long=$(grep -vE '(^|/)(LICENSE|package-lock\.json)$|\.(pcap|pcapng|expected)$|^tests/fuzz/seeds/|^tests/data/' <<<"$files" |
    while IFS= read -r file; do
      [ -f "$file" ] || continue # deleted in the work tree
      lines=$(wc -l <"$file")
      [ "$lines" -le $max_lines ] || echo "$file:$lines: longer than $max_lines lines: cut it along a seam"
    done)
  if [ -n "$long" ]; then
    printf '%s\n' "$long"
    status=1
  fi
  return $status
}

plant() { # FILE TEXT: a tree with that one file; prints what the check says and returns its status
  local tree status=0
  tree=$(mktemp -d)
  mkdir -p "$tree/$(dirname "$1")"
  printf '%s\n' "$2" >"$tree/$1"
  (cd "$tree" && GIT_CEILING_DIRECTORIES=$(dirname "$tree") check_tree) || status=1
  rm -r "$tree"
  return $status
}

self_test() {
  local failed=0
  must() { # found|passed FILE TEXT
    local got=passed
    plant "$2" "$3" >/dev/null || got=found
    [ "$got" = "$1" ] || { echo "self-test: $2 with '${3:0:60}' should be $1, but is $got"; failed=1; }
  }
  must found base/a.hpp '#include "protocol/job_run.hpp"'
  must found protocol/a.hpp '#include "config/settings.hpp"'
  must found script/a.cpp '  #  include "traffic/reader.hpp"'
  must found traffic/decode/a.cpp '#include "actors/x.hpp"'
  must found worker/a.cpp '#include "hub/x.hpp"'
  must found actors/a.cpp '#include "http/x.hpp"'
  must found hub/api/a.cpp '#include <boost/asio.hpp>'
  must found script/a.cpp '#include "../base/error.hpp"'
  must found traffic/capture/a.cpp '#include <pcap.h>'
  must found traffic/capture/a.cpp '#include <pcap/pcap.h>'
  must found traffic/dissect/http/a.cpp '#include <zlib.h>'
  must found actors/a.hpp '#include "duktape.h"'
  must found script/a.hpp '#include <caf/all.hpp>'
  must found traffic/a.hpp '#include <caf/fwd.hpp>'
  must found cli/a.cpp '#include <yaml-cpp/yaml.h>'
  must found hub/a.cpp '#include <sqlite3.h>'
  must found worker/a.cpp '#include <zmq.hpp>'
  must found cli/a.cpp '#include <spdlog/spdlog.h>'
  must found actors/jobs/cron.cpp '#include <date/tz.h>'
  must found filter/query.cpp '#include <date/tz.h>'
  must found filter/body/body.cpp '#include <expat.h>'
  must found traffic/a.cpp '#include <re2/re2.h>'
  must found filter/a.hpp '#include "protocol/item.hpp"'
  must found hub/a.hpp '#include <boost/beast/http.hpp>'
  must found docs/long.md "$(seq $((max_lines + 1)))"
  must passed docs/long.md "$(seq $max_lines)"
  must passed base/a.hpp '#include "base/error.hpp"'
  must passed cli/a.cpp '#include "worker/x.hpp"'
  must passed actors/a.cpp '#include <caf/all.hpp>'
  must passed traffic/capture/libpcap.cpp '#include <pcap/pcap.h>'
  must passed traffic/capture/pcap_file.hpp '#include "traffic/capture/pcap_reader.hpp"'
  must passed actors/jobs/time_zone.cpp '#include <date/tz.h>'
  must passed filter/kfl2/zone.cpp '#include <date/tz.h>'
  must passed filter/body/xml.cpp '#include <expat.h>'
  must passed http/a.cpp '#include <boost/beast/http.hpp>'
  must passed script/heap.cpp '#include "duktape.h"'
  return $failed
}

if [ "${1:-}" = --self-test ]; then
  self_test && echo "check-floors: every planted violation was found"
  exit
fi
cd "${1:-$(dirname "$0")/..}"
if check_tree; then
  echo "check-floors: the floors hold, and no file passes $max_lines lines"
else
  echo "check-floors: see docs/architecture.md" >&2
  exit 1
fi
