#!/usr/bin/env bash
# kernels.sh PLUTO [PATTERN] - numeric kernels beside the same in C: seconds, ratio, geometric mean.
#
# Pairs bench/pluto/kernels/X.pluto and bench/c/kernels/X.c. Each runs ROUNDS times (default 5),
# turn by turn; the fastest counts. Both must print the same.
set -eu
PLUTO=$(realpath "$1")
pattern=${2:-}
ROOT=$(cd "$(dirname "$0")/.." && pwd)
rounds=${ROUNDS:-5}
mkdir -p "$ROOT/build"
tmp=$(mktemp -d "$ROOT/build/kernels.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

fastest() {     # FILE: the least of its lines
    sort -n "$1" | head -1
}

printf '%-16s %9s %9s %7s\n' kernel pluto c ratio
for source in "$ROOT"/bench/c/kernels/*"$pattern"*.c; do
    name=$(basename "$source" .c)
    gcc -O2 -o "$tmp/c" "$source" -lm
    "$PLUTO" build "$ROOT/bench/pluto/kernels/$name.pluto" -o "$tmp/pluto"
    : >"$tmp/c.times"
    : >"$tmp/pluto.times"
    for ((i = 0; i < rounds; i++)); do
        for side in c pluto; do
            start=$(date +%s%N)
            "$tmp/$side" >"$tmp/$side.out"
            echo $(($(date +%s%N) - start)) >>"$tmp/$side.times"
        done
    done
    cmp -s "$tmp/c.out" "$tmp/pluto.out" || { echo "$name: the two print different things"; exit 1; }
    echo "$name $(fastest "$tmp/pluto.times") $(fastest "$tmp/c.times")"
done | awk '{
    printf "%-16s %9.3f %9.3f %7.2f\n", $1, $2 / 1e9, $3 / 1e9, $2 / $3
    sum += log($2 / $3)
} END { printf "%-16s %9s %9s %7.2f\n", "geometric mean", "", "", exp(sum / NR) }'
