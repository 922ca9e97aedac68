#!/usr/bin/env bash
# valgrind.sh PLUTO UNIT_TEST... - unit tests and test programs under valgrind, on the system heap.
#
# On that heap (PLUTO_HEAP=system) every object is a malloc and is released at the end, so that
# memory "definitely lost" is a TaskSync, stack, buffer or descriptor that nobody let go of; that
# and every invalid access fails. Ends with a summary line, status 1 if anything failed.
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
time_limit=600

# Status 99 says that valgrind found something, also in the processes that Check forks. Stacks of
# tasks are registered with valgrind by the runtime, so that a jump between them is no error.
check=(valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite
    --show-leak-kinds=definite --max-stackframe=4000000 --num-callers=20)

passed=0 failed=0
verdict() {     # LABEL STATUS LOG
    if [[ $2 == 0 ]] && ! grep -qaE '^==[0-9]+== .*(definitely lost|Invalid|Conditional jump)' "$3"
    then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "---- $1 failed, status $2"
        head -n 60 "$3"
    fi
}

# Check's time limits are for undisturbed runs.
for test in "$@"; do
    CK_TIMEOUT_MULTIPLIER=50 timeout -k 5 $time_limit "${check[@]}" "$test" \
        >"$dir/log" 2>&1 </dev/null
    verdict "$test" $? "$dir/log"
done

# The programs, smaller than usual.
while read -r name size; do
    [[ -z $name ]] && continue
    source=$dir/$name.pluto
    sed "s/^fn size() int { return [0-9_]* }/fn size() int { return $size }/" \
        "tests/run/programs/$name.pluto" >"$source"
    if ! "$pluto" build "$source" -o "$dir/$name" >"$dir/log" 2>&1; then
        verdict "$name (building)" 1 "$dir/log"
        continue
    fi
    read_directives "$source"
    timeout -k 5 $time_limit env PLUTO_WORKERS=2 "${check[@]}" --log-file="$dir/valgrind.log" \
        "$dir/$name" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    check_run "$dir/out" "$dir/err" $status >"$dir/log"
    bad=$?
    cat "$dir/valgrind.log" >>"$dir/log"
    verdict "$name" $bad "$dir/log"
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

echo "valgrind: $passed passed, $failed failed"
((failed == 0))
