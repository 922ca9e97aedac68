#!/usr/bin/env bash
# check_series.sh PLUTO [LINES...] - the time of "pluto check" for programs of growing length.
#
# bench/check_series.awk writes the programs; each is checked and written as C (--emit-c) ROUNDS
# times (default 5), and the fastest counts. In a compiler without quadratic steps the time per line
# stays the same once the start of the process is hidden. Above 20 us per line checking, which is
# several times what is normal, the status is 1.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: check_series.sh PLUTO [LINES...]" >&2
    exit 2
fi
pluto=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
rounds=${ROUNDS:-5}
mkdir -p build
dir=$(mktemp -d "$PWD/build/series.XXXXXX")
trap 'rm -rf "$dir"' EXIT

fastest() {     # COMMAND...: nanoseconds
    local i start best=0 took
    for ((i = 0; i < rounds; i++)); do
        start=$(date +%s%N)
        "$@" >/dev/null 2>"$dir/err" || { echo "$*: $(head -n 3 "$dir/err")" >&2; return 1; }
        took=$(($(date +%s%N) - start))
        if ((best == 0 || took < best)); then best=$took; fi
    done
    echo "$best"
}

bad=0
printf '%8s %10s %10s %10s %10s\n' lines 'check ms' 'us/line' 'to C ms' 'us/line'
for lines in ${*:-1000 2000 4000 8000 16000 32000 64000}; do
    awk -v lines="$lines" -f bench/check_series.awk >"$dir/a.pluto"
    lines=$(wc -l <"$dir/a.pluto")
    check=$(fastest "$pluto" check "$dir/a.pluto") || exit 1
    to_c=$(fastest "$pluto" --emit-c "$dir/a.pluto") || exit 1
    awk -v n="$lines" -v a="$check" -v b="$to_c" 'BEGIN {
        printf "%8d %10.1f %10.2f %10.1f %10.2f\n", n, a / 1e6, a / 1e3 / n, b / 1e6, b / 1e3 / n }'
    if ((check > 20000 * lines)); then bad=1; fi
done
((bad == 0)) || echo "check_series: too slow"
exit $bad
