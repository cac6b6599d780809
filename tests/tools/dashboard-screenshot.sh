#!/usr/bin/env bash
# Writes README's picture of the dashboard: trains on the built-in stories with the program of the Release build, and lets Chromium show the
# page in the middle of the run. Usage: dashboard-screenshot.sh FILE.png [--more-options-of-gpulm-train ...]
set -euo pipefail
out=$(realpath "$1")
shift
gpulm=$(realpath "$(dirname "$0")/../../src/GpuLm.Cli/bin/Release/net10.0/gpulm")
folder=$(mktemp -d)
trap 'kill "$run" 2> /dev/null || true; wait; rm -rf "$folder"' EXIT

cd "$folder"
"$gpulm" train --steps 2000 --eval-every 100 --sample-every 250 --sample-prompt 'Anna has' 'Where is' --sample-tokens 120 \
  --out runs/stories --dashboard 0 "$@" > log 2>&1 &
run=$!
until address=$(grep -o 'http://127.0.0.1:[0-9]*/' log); do
  kill -0 "$run" || { cat log >&2; exit 1; }
  sleep 0.2
done
until grep -q '^{"step":1250,' runs/stories/metrics.jsonl; do sleep 0.2; done
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$folder/profile" --window-size=1200,1370 \
  --virtual-time-budget=2500 --screenshot="$out" "$address" 2> chromium.log || { cat chromium.log >&2; exit 1; }
test -s "$out"
