#!/usr/bin/env bash
# How we behave towards servers that watch, and what hostile ones can do to us:
#
#   bench/politeness.sh HARNESS_DIR polite|hazard [OPTION OF drive.py ...]
#
# HARNESS_DIR has hostile_feeds.py, drive.py and score.py. The polite suite takes our command through
# 32 days of virtual time (needs `faketime`), the hazard suite polls each hazard beside a healthy feed.
# $AGGREGATOR names another command than the one in .venv.
# Prints the score; ends with status 1 if a criterion of the headline is not met. The folder of the run
# stays where $POLITENESS_OUT says, if it does; $POLITENESS_PORT and the seven above it must be free.
set -euo pipefail
harness=$(realpath "$1")
suite=$2
shift 2
port=${POLITENESS_PORT:-8931}
aggregator=$(realpath "${AGGREGATOR:-$(dirname "$0")/../.venv/bin/aggregator}")
python=$(dirname "$aggregator")/python

out=${POLITENESS_OUT:-$(mktemp -d)}
mkdir -p "$out"
"$python" "$harness/hostile_feeds.py" --port "$port" --out "$out" > "$out/server.log" 2>&1 &
server=$!
trap 'kill $server 2> /dev/null; [ -n "${POLITENESS_OUT:-}" ] || rm -rf "$out"' EXIT
until grep -q scenarios "$out/server.log"; do
  kill -0 "$server"
  sleep 0.1
done

export AGGREGATOR_ALLOW_NETWORKS=127.10.0.0/16 AGGREGATOR_MAX_PAGES_PER_POLL=0
export AGGREGATOR_CONTACT=https://example.org/contact
run="$aggregator --config {dir}/feeds.toml --db {dir}/archive.db"
# Thousands of entries of a hazard may be newer than those of the feed beside it.
"$python" "$harness/drive.py" --client aggregator --suite "$suite" --out "$out" --port "$port" \
  "$@" --init "$run import {opml}" \
  --poll "$run poll" \
  --dump "$run list -n 1000 --format tsv; $run list -n 1000 --format tsv baseline" > "$out/drive.log" 2>&1 \
  || { cat "$out/drive.log"; exit 1; }
"$python" "$harness/score.py" "$out" | tee "$out/score.txt"
# A criterion of which nothing is known is not met either; those with a plus are extra.
! grep -qE '^ *(FAIL|n/a) +[A-Z]+[0-9]+ ' "$out/score.txt"
