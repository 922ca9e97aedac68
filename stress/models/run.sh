#!/usr/bin/env bash
# run.sh - explores every interleaving of the protocols in this folder with Spin.
#
# NAME.pml must hold as it is, and must fail with each BUG=n that its opening comment names: a model
# that cannot fail shows nothing. Prints a line per model; status 1 if one does not do so.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
if ! command -v spin >/dev/null; then
    echo "models: spin is not installed (Debian: spin)" >&2
    exit 1
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
models=$PWD bad=0
cd "$dir" || exit 1

explore() {     # MODEL BUG; prints the number of errors and of states
    spin -DBUG="$2" -a "$models/$1.pml" >spin.log 2>&1 &&
        ${CC:-cc} -O2 -DSAFETY -w -o pan pan.c && ./pan -m1000000 -w24 >pan.log 2>&1
    sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.log
    sed -n 's/ *\([0-9]*\) states, stored.*/\1/p' pan.log
}

for file in "$models"/*.pml; do
    model=$(basename "$file" .pml)
    mapfile -t found < <(explore "$model" 0)
    if [[ ${found[0]:-} != 0 ]]; then
        echo "models: $model does not hold:" >&2
        tail -n 20 spin.log pan.log >&2
        bad=1
        continue
    fi
    bugs=$(grep -o 'BUG=[1-9]' "$file" | sort -u)
    for bug in $bugs; do
        mapfile -t broken < <(explore "$model" "${bug#BUG=}")
        if [[ ${broken[0]:-0} == 0 ]]; then
            echo "models: $model does not notice $bug" >&2
            bad=1
        fi
    done
    echo "models: $model holds in ${found[1]} states; notices" $bugs
done
exit $bad
