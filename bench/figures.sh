#!/usr/bin/env bash
# figures.sh PLUTO [-n RUNS] [SECTION] - runs benchmarks and writes their figures to
# docs/performance.md: all, or of one section (bench/run.sh) that has a heading there.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: figures.sh PLUTO [-n RUNS] [SECTION]" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
[[ ${2:-} == -n ]] && section=${4:-} || section=${2:-}
report=build/bench/report.md
bench/run.sh "$@" >/dev/null || exit 1
page=$(mktemp docs/performance.XXXXXX) || exit 1
trap 'rm -f "$page"' EXIT
chmod 644 "$page"

whole_page() {
    cat <<'END'
# Performance

Written by `make figures`, which runs `make bench` and copies its tables; do not edit. The programs
are in `bench/`, the same in each language, as a user of that language would write them. Figures are
medians of whole processes in one run; a ratio below 1 means that Pluto needs less. The columns with
workers are Pluto with `PLUTO_WORKERS` set; Crystal runs on one thread.

END
    sed 's/^# Benchmarks$/## The machine/' "$report"
}

# The page as it is, with the last section of the report in place of its own of that name, or added.
page_with_section() {
    awk '
    FNR == 1            { file++ }
    file == 1 && /^## / { heading = $0; text = "" }
    file == 1           { text = text $0 "\n"; next }
    /^## / {
        if (skip) print ""
        skip = $0 == heading
        if (skip) printf "%s", text
        done = done || skip
    }
    !skip               { print }
    END                 { if (!done) printf "\n%s", text }
    ' "$report" docs/performance.md
}

if [[ -n $section ]]; then
    grep -q '^## ' "$report" || { echo "figures.sh: $section has no heading" >&2; exit 2; }
    page_with_section >"$page"
else
    whole_page >"$page"
fi
mv "$page" docs/performance.md
trap - EXIT
