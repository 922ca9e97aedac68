#!/usr/bin/env bash
# valgrind.sh PLUTO UNIT_TEST... - unit tests and test programs under valgrind, on the system heap.
#
# On that heap (PLUTO_HEAP=system) every object is a malloc and is released at the end, so that
# memory "definitely lost" is a TaskSync, stack, buffer or descriptor that nobody let go of; that
# and every invalid access fails. JOBS run at once (default one per core); a line for each that is
# through. Ends with a summary line, status 1 if anything failed.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: valgrind.sh PLUTO UNIT_TEST..." >&2
    exit 2
fi
if ! command -v valgrind >/dev/null; then
    echo "valgrind is not installed (Debian: apt-get install valgrind)" >&2
    exit 2
fi
pluto=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. tests/directives.sh
dir=$PWD/build/valgrind
rm -rf "$dir"
mkdir -p "$dir"
export XDG_CACHE_HOME=$dir/cache PLUTO_HEAP=system
time_limit=600 jobs=${JOBS:-$(nproc)}

# Status 99 says that valgrind found something, also in the processes that Check forks. Stacks of
# tasks are registered with valgrind by the runtime, so that a jump between them is no error.
check=(valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite
    --show-leak-kinds=definite --max-stackframe=4000000 --num-callers=20)

# What is found wrong with LABEL stays in LOG.failed.
verdict() {     # LABEL STATUS LOG
    if [[ $2 == 0 ]] && ! grep -qaE '^==[0-9]+== .*(definitely lost|Invalid|Conditional jump)' "$3"
    then
        echo "    $1"
    else
        echo "---- $1 failed, status $2"
        head -n 60 "$3"
        : >"$3.failed"
    fi
}

# Check's time limits are for undisturbed runs.
unit_test() {   # TEST
    local name log status
    name=$(basename "$1") log=$dir/$(basename "$1").log
    CK_TIMEOUT_MULTIPLIER=50 timeout -k 5 $time_limit "${check[@]}" "$1" >"$log" 2>&1 </dev/null
    status=$?
    verdict "$name" $status "$log"
}

# The programs, smaller than usual.
program() {     # NAME SIZE
    local name=$1 base=$dir/$1 status
    sed "s/^fn size() int { return [0-9_]* }/fn size() int { return $2 }/" \
        "tests/run/programs/$name.pluto" >"$base.pluto"
    if ! "$pluto" build "$base.pluto" -o "$base" >"$base.log" 2>&1; then
        verdict "$name (building)" 1 "$base.log"
        return
    fi
    read_directives "$base.pluto"
    timeout -k 5 $time_limit env PLUTO_WORKERS=2 "${check[@]}" --log-file="$base.valgrind" \
        "$base" >"$base.out" 2>"$base.err" </dev/null
    status=$?
    check_run "$base.out" "$base.err" $status >"$base.log"
    status=$?
    cat "$base.valgrind" >>"$base.log"
    verdict "$name" $status "$base.log"
}

running=0 started=0
start() {       # COMMAND...
    if ((running == jobs)); then
        wait -n
        running=$((running - 1))
    fi
    "$@" &
    running=$((running + 1)) started=$((started + 1))
}

for test in "$@"; do
    start unit_test "$test"
done
while read -r name size; do
    start program "$name" "$size"
done <<'END'
dropped_handles     -
endless_once        200
endless_parked      200
endless_closure     200
sieve               20
pingpong            200
ring                100
producers_consumers 20
skynet              1000
skynet_channels     100
trees               6
raising_tasks       -
raising_to_main     -
END
wait

failed=$(find "$dir" -name '*.failed' | wc -l)
echo "valgrind: $((started - failed)) passed, $failed failed, $SECONDS s"
((failed == 0))
