#!/usr/bin/env bash
# run.sh PLUTO [RUNS] - a million parked tasks: memory of each, time to make, collect and wake them.
#
# Runs the programs of this folder RUNS times (default 3) and shows what they print. Crystal gives
# each fiber mappings of its own, so it gets 30,000 fibers, what the default vm.max_map_count allows.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: run.sh PLUTO [RUNS]" >&2
    exit 2
fi
pluto=$(realpath "$1") runs=${2:-3}
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
dir=$PWD/build/bench/parked
mkdir -p "$dir"
export GOCACHE=$dir/go-cache GO111MODULE=off CRYSTAL_CACHE_DIR=$dir/crystal-cache
has() { command -v "$1" >/dev/null; }

show() {        # LABEL COMMAND...
    local label=$1 i
    shift
    for ((i = 0; i < runs; i++)); do
        printf '%-10s' "$label"
        "$@" | tail -n 4 | paste -sd ';' | sed 's/;/; /g'
    done
}

from=bench/parked/parked_1m
"$pluto" build $from.pluto -o "$dir/pluto" || exit 1
for workers in 1 2 4; do
    show "pluto-$workers" env PLUTO_WORKERS=$workers "$dir/pluto"
done
has go && go build -o "$dir/go" $from.go && show go "$dir/go"
if has crystal && crystal build --release --no-color -o "$dir/crystal" $from.cr 2>/dev/null; then
    show crystal "$dir/crystal" 30000
fi
