#!/usr/bin/env bash
# figures.sh PLUTO [-n RUNS] - runs every benchmark and writes docs/performance.md from the results.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: figures.sh PLUTO [-n RUNS]" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
bench/run.sh "$@" >/dev/null || exit 1
page=$(mktemp docs/performance.XXXXXX) || exit 1
trap 'rm -f "$page"' EXIT
chmod 644 "$page"
{
    cat <<'END'
# Performance

Written by `make figures`, which runs `make bench` and copies its tables; do not edit. The programs
are in `bench/`, the same in each language, as a user of that language would write them. Figures are
medians of whole processes in one run; a ratio below 1 means that Pluto needs less. The columns with
workers are Pluto with `PLUTO_WORKERS` set; Crystal runs on one thread.

END
    sed 's/^# Benchmarks$/## The machine/' build/bench/report.md
} >"$page"
mv "$page" docs/performance.md
trap - EXIT
