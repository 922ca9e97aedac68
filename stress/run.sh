#!/usr/bin/env bash
# run.sh PLUTO [--short] [SECTION...] - runs the concurrent test programs until they break.
#
#   plain      all programs, small, with 1, 2 and 4 workers: for the sanitizer builds
#   matrix     all programs, PLUTO_GC_THRESHOLD 4K, 64K and unset, with 1, 2 and 4 workers
#   dropped    1,000 runs of dropped_handles at 4K, over 1, 2 and 4 workers
#   memory     a million rounds of the endless programs need no more memory than 100,000
#   leaks      nearly all leaked tasks of the endless programs are found, also with packed stacks
#   gc         PLUTO_GC_STRESS=1: a collection at every refill and every park
#   sched      PLUTO_SCHED_STRESS=1: another task at every safepoint; also together with gc
#   seeds      PLUTO_SCHED_SEED: random schedules
#   crowd      six copies at once on two workers each: a worker may lose its processor anywhere
#   alloc      PLUTO_FAIL_ALLOC=1, 2, ..: each ends with "out of memory" and status 1
#   pack       PLUTO_STACKS=4: tasks take turns on four stacks; also language tests
#   stats      PLUTO_TASK_STATS=1: no TaskSync is alive at the end
#   tcp        an accept loop: 100,000 connections in a row and 5,000 at once, in flat memory
#   soak       random storms in which nothing may be lost, for ten minutes (stress/soak.sh)
#   models     every interleaving of the protocols (stress/models/run.sh; installs Spin if need be)
#   fuzz       damaged programs into the compiler, for a minute (tests/fuzz/run.sh)
#
# The programs are those of tests/run/programs; the number that their function size() returns is
# replaced to make them smaller or larger. --short does each section for a few seconds, about two
# minutes in all. Prints a line per section and one at the end; status 1 if anything failed.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: run.sh PLUTO [--short] [SECTION...]" >&2
    exit 2
fi
pluto=$(realpath "$1")
shift
short=false
if [[ ${1:-} == --short ]]; then
    short=true
    shift
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. tests/directives.sh
sections=${*:-matrix dropped memory leaks gc sched seeds crowd pack alloc stats tcp soak models fuzz}
unset "${!PLUTO_@}"

dir=$PWD/build/stress
rm -rf "$dir"
mkdir -p "$dir/src" "$dir/bin" "$dir/out"
export XDG_CACHE_HOME=$dir/cache
time_limit=120

# Program, then its sizes: usual, small (many collections), tiny (a collection at every step).
# "-" where a program has no size().
programs="
dropped_handles      -       -     -
dropped_errors       -       -     -
endless_once         20_000  2000  100
endless_parked       20_000  2000  100
endless_closure      20_000  2000  100
endless_replies      20_000  2000  100
sieve                300     60    20
shared_channel       20_000  2000  100
pingpong             20_000  4000  200
ring                 20_000  3000  100
producers_consumers  2000    200   20
skynet               100_000 1000  100
skynet_channels      10_000  1000  100
trees                14      9     5
raising_tasks        -       -     -
raising_to_main      -       -     -
"

# ---- One run ----

runs=0 failures=0

# program NAME SIZE: builds it unless that was done; sets binary and source.
program() {
    binary=$dir/bin/$1-$2 source=$dir/src/$2/$1.pluto
    [[ -x $binary ]] && return
    local from=tests/run/programs/$1.pluto
    mkdir -p "$dir/src/$2"
    if [[ $2 == - ]]; then
        cp "$from" "$source"
    else
        sed "s/^fn size() int { return [0-9_]* }/fn size() int { return $2 }/" "$from" >"$source"
        if cmp -s "$from" "$source" && ! grep -q "return $2 }" "$source"; then
            echo "$from has no size()" >&2
            exit 2
        fi
    fi
    if ! "$pluto" build "$source" -o "$binary" 2>"$dir/build.err"; then
        cat "$dir/build.err" >&2
        echo "stress: $1 does not build" >&2
        exit 1
    fi
}

# fault LABEL: counts a failed run; what went wrong comes on standard input. Shows the first 20.
fault() {
    failures=$((failures + 1))
    if ((failures <= 20)); then
        echo "---- $1 failed"
        cat
    else
        cat >/dev/null
    fi
}

# trial NAME SIZE [NAME=VALUE...]: one run, compared with the program's directives. Leaves
# standard error in out/err.
trial() {
    local name=$1 size=$2 status
    shift 2
    program "$name" "$size"
    read_directives "$source"
    timeout -k 5 $time_limit env "$@" "$binary" >"$dir/out/out" 2>"$dir/out/err" </dev/null
    status=$?
    runs=$((runs + 1))
    check_run "$dir/out/out" "$dir/out/err" $status >"$dir/out/report" ||
        fault "$name, size $size, $*" <"$dir/out/report"
}

# each COLUMN COMMAND ARGS...: calls COMMAND NAME SIZE ARGS... for every program; COLUMN of the
# table gives the size.
each() {
    local column=$1 command=$2 name usual small tiny size
    shift 2
    while read -r name usual small tiny <&3; do
        [[ -z $name ]] && continue
        case $column in
        usual) size=$usual ;;
        small) size=$small ;;
        tiny)  size=$tiny ;;
        esac
        "$command" "$name" "$size" "$@"
    done 3<<<"$programs"
}

# ---- Sections ----

section_plain() {
    local workers
    for workers in 1 2 4; do
        each small trial PLUTO_WORKERS=$workers
    done
}

section_matrix() {
    local workers
    for workers in 1 2 4; do
        each small trial PLUTO_WORKERS=$workers PLUTO_GC_THRESHOLD=4K
        each small trial PLUTO_WORKERS=$workers PLUTO_GC_THRESHOLD=64K
        each usual trial PLUTO_WORKERS=$workers
    done
}

section_dropped() {
    local i count=1000 workers
    $short && count=90
    for ((i = 0; i < count; i++)); do
        workers=$((1 << i % 3))
        trial dropped_handles - PLUTO_WORKERS=$workers PLUTO_GC_THRESHOLD=4K
    done
}

# The largest resident size, in KB, of the program with the given size: that of the run among five
# with the most or the least. A peak also depends on how far the spawner once got ahead, and on when
# the collections come: what counts is whether even the best of the large runs needs more.
resident() {    # NAME SIZE most|least
    local i
    program "$1" "$2"
    for i in 1 2 3 4 5; do
        "$dir/time" 1 "$dir/out" memory "$binary" | cut -f 4
    done | sort -n | case $3 in most) tail -n 1 ;; least) head -n 1 ;; esac
}

# NAME: large rounds need no more memory than small ones.
flat() {
    local before after
    before=$(resident $1 $small most) after=$(resident $1 $large least)
    echo "    $1: $before KB after $small rounds, $after KB after $large"
    # 1 MB for chance; what a lost task holds is hundreds of bytes per round.
    if ((after * 10 > before * 11 + 10240)); then
        fault "$1 memory" <<<"resident size grows from $before to $after KB"
    fi
}

section_memory() {
    local name small=100_000 large=1_000_000
    $short && large=300_000
    cc -O2 -o "$dir/time" bench/time.c || exit 1
    for name in endless_once endless_parked endless_closure; do
        trial $name $large
        flat $name
    done
}

# How many leaked tasks the last run reported, those included that were found at its end.
leaked() {
    awk '/^pluto: [0-9]+ (leaked )?tasks? (was|were|still)/ { n += $2 } END { print n + 0 }' \
        "$dir/out/err"
}

section_leaks() {
    local name workers stacks rounds=1_000_000 small=100_000 large=1_000_000
    $short && rounds=20_000 large=300_000
    for name in endless_parked endless_closure endless_replies; do
        for workers in 1 2 4; do
            for stacks in 64 100000; do
                trial $name $rounds PLUTO_WORKERS=$workers PLUTO_STACKS=$stacks PLUTO_LEAKS=report
                # Some have not even come to wait when the program ends.
                (($(leaked) * 100 >= 95 * ${rounds//_/})) ||
                    fault "$name leaks" <<<"$(leaked) of $rounds found, $workers workers"
            done
        done
    done
    # Few slots: each of many would sooner or later touch all the pages that it ever will.
    cc -O2 -o "$dir/time" bench/time.c || exit 1
    export PLUTO_STACKS=64
    flat endless_replies
    unset PLUTO_STACKS
}

section_gc() {
    local workers
    for workers in 1 2 4; do
        each tiny trial PLUTO_WORKERS=$workers PLUTO_GC_STRESS=1
    done
}

section_sched() {
    local workers
    for workers in 1 2 4; do
        each small trial PLUTO_WORKERS=$workers PLUTO_SCHED_STRESS=1
        each tiny trial PLUTO_WORKERS=$workers PLUTO_SCHED_STRESS=1 PLUTO_GC_STRESS=1
    done
}

section_seeds() {
    local seed count=100
    $short && count=5
    for ((seed = 1; seed <= count; seed++)); do
        each tiny trial PLUTO_SCHED_SEED=$seed PLUTO_WORKERS=$((1 << seed % 3)) \
            PLUTO_GC_THRESHOLD=64K
    done
}

# The copies of a round have a file each for what they print and their status.
section_crowd() {
    local i copy status count=200
    $short && count=30
    program shared_channel 250_000
    read_directives "$source"
    for ((i = 0; i < count; i++)); do
        for copy in 1 2 3 4 5 6; do
            { PLUTO_WORKERS=2 timeout -k 5 $time_limit "$binary" >"$dir/out/out.$copy" \
                2>"$dir/out/err.$copy" </dev/null
              echo $? >"$dir/out/status.$copy"; } 2>/dev/null &
        done
        wait
        for copy in 1 2 3 4 5 6; do
            status=$(<"$dir/out/status.$copy")
            runs=$((runs + 1))
            check_run "$dir/out/out.$copy" "$dir/out/err.$copy" "$status" >"$dir/out/report" ||
                fault "shared_channel among six, status $status" <"$dir/out/report"
        done
    done
}

# Every allocation of the runtime's own fails in its turn, until the program needs no more.
fail_each() {   # NAME SIZE LIMIT
    local n status step=1
    program "$1" "$2"
    read_directives "$source"
    for ((n = 1; n <= $3; n += step)); do
        timeout -k 5 $time_limit env PLUTO_FAIL_ALLOC=$n PLUTO_WORKERS=2 "$binary" \
            >"$dir/out/out" 2>"$dir/out/err" </dev/null
        status=$?
        runs=$((runs + 1))
        if [[ $status == 1 ]] && grep -q 'out of memory' "$dir/out/err"; then
            continue
        fi
        if check_run "$dir/out/out" "$dir/out/err" $status >"$dir/out/report"; then
            return                                      # there were fewer than n allocations
        fi
        fault "$1, size $2, PLUTO_FAIL_ALLOC=$n" <"$dir/out/report"
    done
}

section_alloc() {
    local limit=2000
    $short && limit=60
    each tiny fail_each $limit
}

# Language tests of tasks and channels, and those programs that are not in the table. What a program
# sets itself it needs: some hold for one worker only.
pack_trials() { # NAME=VALUE...
    local source name
    for source in tests/run/{tasks,channels,generators}/*.pluto; do
        name=${source#tests/run/} name=${name//\//-}
        binary=$dir/bin/pack-${name%.pluto}
        if [[ ! -x $binary ]] && ! "$pluto" build "$source" -o "$binary" 2>/dev/null; then
            continue                                    # checks messages of the compiler
        fi
        read_directives "$source"
        timeout -k 5 $time_limit env "$@" ${env_vars[@]+"${env_vars[@]}"} "$binary" \
            ${args[@]+"${args[@]}"} >"$dir/out/out" 2>"$dir/out/err" </dev/null
        check_run "$dir/out/out" "$dir/out/err" $? >"$dir/out/report" ||
            fault "$source, $*" <"$dir/out/report"
        runs=$((runs + 1))
    done
}

section_pack() {
    local workers stacks rounds=3 i
    $short && rounds=1
    for workers in 1 2 4 8; do
        for stacks in 1 4; do
            each small trial PLUTO_WORKERS=$workers PLUTO_STACKS=$stacks
            each tiny trial PLUTO_WORKERS=$workers PLUTO_STACKS=$stacks PLUTO_SCHED_STRESS=1
        done
        for ((i = 0; i < rounds; i++)); do
            each small trial PLUTO_WORKERS=$workers PLUTO_STACKS=4 PLUTO_GC_THRESHOLD=4K
            each tiny trial PLUTO_WORKERS=$workers PLUTO_STACKS=4 PLUTO_SCHED_SEED=$((workers + i))
        done
        each tiny trial PLUTO_WORKERS=$workers PLUTO_STACKS=4 PLUTO_GC_STRESS=1
        each small none_alive PLUTO_WORKERS=$workers PLUTO_STACKS=4
        pack_trials PLUTO_WORKERS=$workers PLUTO_STACKS=4
    done
}

none_alive() {  # NAME SIZE [NAME=VALUE...]
    trial "$@" PLUTO_TASK_STATS=1
    if ! grep -q 'TaskSync: .* 0 alive' "$dir/out/err"; then
        fault "$* stats" < <(grep TaskSync "$dir/out/err")
    fi
}

section_stats() {
    local workers
    for workers in 1 2 4; do
        each small none_alive PLUTO_WORKERS=$workers
        each small none_alive PLUTO_WORKERS=$workers PLUTO_GC_THRESHOLD=64K
    done
    each small none_alive PLUTO_HEAP=system
}

# accept_loop SIZE AT_ONCE: builds tests/run/io/accept_loop with so many connections; sets binary.
accept_loop() {
    binary=$dir/bin/accept_loop-$1-$2 source=$dir/src/accept_loop-$1-$2.pluto
    [[ -x $binary ]] && return
    sed -e "s/^fn size() int { return [0-9_]* }/fn size() int { return $1 }/" \
        -e "s/^fn at_once() int { return [0-9_]* }/fn at_once() int { return $2 }/" \
        tests/run/io/accept_loop.pluto >"$source"
    "$pluto" build "$source" -o "$binary" 2>"$dir/build.err" && return
    cat "$dir/build.err" >&2
    exit 1
}

# Runs it and compares what it prints; notes the largest resident size in KB in memory.
serve_connections() {   # SIZE AT_ONCE [NAME=VALUE...]
    local status
    accept_loop "$1" "$2"
    read_directives "$source"
    timeout -k 5 $time_limit env "${@:3}" "$dir/time" 1 "$dir/out" tcp "$binary" >"$dir/out/row"
    status=$(cut -f 6 "$dir/out/row") memory=$(cut -f 4 "$dir/out/row")
    runs=$((runs + 1))
    check_run "$dir/out/tcp.out" /dev/null "${status:-1}" >"$dir/out/report" ||
        fault "accept_loop, $*" <"$dir/out/report"
}

# Two descriptors per connection, and some more.
section_tcp() {
    local row=100_000 few=40_000 at_once=5000 limit workers before memory=0
    $short && row=40_000 few=20_000 at_once=500
    limit=$(ulimit -Hn)
    if [[ $limit != unlimited ]] && ((limit < 2 * at_once + 100)); then
        at_once=$(((limit - 100) / 2))
        echo "    $at_once connections at once: there are no more than $limit descriptors"
    fi
    cc -O2 -o "$dir/time" bench/time.c || exit 1
    for workers in 1 2 4; do
        serve_connections $few 1 PLUTO_WORKERS=$workers
        before=$memory
        serve_connections $row 1 PLUTO_WORKERS=$workers
        echo "    $workers workers: $before KB after $few connections, $memory KB after $row"
        # The heap starts with 4 MB; few connections do not fill it much more than once.
        if ((memory * 10 > before * 11 + 20480)); then
            fault "accept_loop memory" <<<"resident size grows from $before to $memory KB"
        fi
        serve_connections 10 $at_once PLUTO_WORKERS=$workers
    done
    serve_connections 300 50 PLUTO_GC_STRESS=1
    serve_connections 2000 100 PLUTO_GC_THRESHOLD=4K
    serve_connections 300 50 PLUTO_SCHED_STRESS=1
}

section_soak() {
    local short_form=
    $short && short_form=--short
    stress/soak.sh "$pluto" $short_form >"$dir/out/report" 2>&1 || fault soak <"$dir/out/report"
    runs=$(awk '/^soak: seeds/ { n = $5 - $3 + 1 } END { print n + 0 }' "$dir/out/report")
}

section_models() {
    tools/deps.sh stress >"$dir/out/report" 2>&1 &&
        stress/models/run.sh >>"$dir/out/report" 2>&1 || fault models <"$dir/out/report"
    sed 's/^models:/   /' "$dir/out/report"
    runs=$((runs + 1))
}

section_fuzz() {
    local seconds=60
    $short && seconds=10
    tests/fuzz/run.sh $seconds >"$dir/out/report" 2>&1 || fault fuzz <"$dir/out/report"
    runs=$((runs + 1))
}

# ---- All of them ----

total_runs=0 total_failures=0
for section in $sections; do
    if ! declare -F "section_$section" >/dev/null; then
        echo "run.sh: no section is called $section" >&2
        exit 2
    fi
    start=$SECONDS runs=0 failures=0
    "section_$section"
    echo "$section: $runs runs, $failures failed, $((SECONDS - start)) s"
    total_runs=$((total_runs + runs)) total_failures=$((total_failures + failures))
done
echo "stress: $total_runs runs, $total_failures failed"
((total_failures == 0))
