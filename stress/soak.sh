#!/usr/bin/env bash
# soak.sh PLUTO [--short] [SECONDS] - runs stress/soak.pluto with one seed after the other.
#
# Every run has other settings: workers, schedules, collection thresholds, stacks. Goes on for
# SECONDS (600; with --short 10), or until five runs have failed. A failure prints the command that
# repeats it; with PLUTO_WORKERS=1 and PLUTO_SCHED_SEED that gives the same schedule. Environment
# variable SOAK_FIRST: the first seed (1).
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: soak.sh PLUTO [--short] [SECONDS]" >&2
    exit 2
fi
pluto=$(realpath "$1")
shift
seconds=600 scale=1
if [[ ${1:-} == --short ]]; then
    seconds=10 scale=4
    shift
fi
seconds=${1:-$seconds}
first=${SOAK_FIRST:-1}
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
unset "${!PLUTO_@}"

mkdir -p build
dir=$(mktemp -d build/soak.XXXXXX)
trap 'rm -rf "$dir"' EXIT
if ! "$pluto" build --standalone stress/soak.pluto -o "$dir/soak" 2>"$dir/err"; then
    cat "$dir/err" >&2
    exit 1
fi
collector=true
nm "$pluto" 2>/dev/null | grep -q '__[at]san_init' && collector=false

# Rounds, then settings. @ stands for the seed. A collection at every step takes its time.
settings=(
    "200"
    "200 PLUTO_SCHED_SEED=@"
    "200 PLUTO_SCHED_STRESS=1"
    "200 PLUTO_GC_THRESHOLD=64K"
    "200 PLUTO_STACKS=4"
    "100 PLUTO_STACKS=1 PLUTO_SCHED_STRESS=1"
    "100 PLUTO_STACKS=4 PLUTO_GC_THRESHOLD=64K PLUTO_SCHED_SEED=@"
    "40  PLUTO_GC_THRESHOLD=4K PLUTO_SCHED_STRESS=1"
    "40  PLUTO_STACKS=2 PLUTO_GC_THRESHOLD=4K"
    "4   PLUTO_GC_STRESS=1 PLUTO_STACKS=4"
    "4   PLUTO_GC_STRESS=1 PLUTO_SCHED_SEED=@"
    "100 PLUTO_HEAP=system PLUTO_TASK_STATS=1"
)

# ROUNDS SEED [NAME=VALUE...]: one run; prints what is wrong with it.
run() {
    local rounds=$1 seed=$2 patience=2000000 status
    shift 2
    $collector && [[ $* != *PLUTO_HEAP=system* ]] || patience=0
    timeout -k 5 120 env "$@" "$dir/soak" "$seed" "$rounds" $patience >"$dir/out" 2>"$dir/err" \
        </dev/null
    status=$?
    runs=$((runs + 1))
    if [[ $status == 0 && $(<"$dir/out") == "$rounds rounds, nothing lost" ]] &&
        ! grep -qaE 'Sanitizer|runtime error:' "$dir/err" &&
        { [[ $* != *PLUTO_TASK_STATS* ]] || grep -q 'TaskSync: .* 0 alive' "$dir/err"; }; then
        return
    fi
    failures=$((failures + 1))
    ((status < 124)) || echo "soak: it did not end, or by a signal"
    echo "soak: status $status from (soak is what $pluto build makes of stress/soak.pluto)"
    echo "    $* soak $seed $rounds $patience"
    head -n 30 "$dir/out" "$dir/err" | sed 's/^/  | /'
}

runs=0 failures=0
while ((SECONDS < seconds && failures < 5)); do
    # Each setting with 1, 2, 4 and 8 workers, then again from the first.
    read -r rounds variables <<<"${settings[runs % ${#settings[@]}]}"
    seed=$((first + runs))
    workers=$((1 << (runs / ${#settings[@]} + runs) % 4))
    rounds=$((rounds < 2 * scale ? 2 : rounds / scale))
    # Sanitizer builds do not pack.
    $collector || variables=$(sed 's/PLUTO_STACKS=[0-9]*//' <<<"$variables")
    # shellcheck disable=SC2086
    run $rounds $seed PLUTO_WORKERS=$workers ${variables//@/$seed}
done
echo "soak: seeds $first to $((first + runs - 1)), $failures failed, $SECONDS s"
((failures == 0))
