#!/usr/bin/env bash
# unit.sh TEST... - runs Check programs, several at a time, and prints one summary line for all.
#
# What a program prints is kept below build/ and shown when it fails. JOBS sets how many run at
# once (default: one per core).
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
jobs=${JOBS:-$(nproc)}
mkdir -p build
tmp=$(mktemp -d build/unit.XXXXXX)
trap 'rm -rf "$tmp"' EXIT

# A program gets 300 seconds; one test in it has Check's own limit.
run_one() {
    exec 2>/dev/null                    # the shell's own word on a crash
    timeout -k 5 300 "$1" >"$tmp/$2.out" 2>&1 </dev/null
    echo $? >"$tmp/$2.status"
}

running=0 n=0
for test in "$@"; do
    if ((running == jobs)); then
        wait -n
        running=$((running - 1))
    fi
    run_one "$test" $n &
    running=$((running + 1)) n=$((n + 1))
done
wait

checks=0 failures=0 errors=0 n=0
for test in "$@"; do
    status=$(<"$tmp/$n.status")
    failed=0 summaries=0
    while IFS= read -r line; do
        [[ $line =~ ^[0-9]+%:\ Checks:\ ([0-9]+),\ Failures:\ ([0-9]+),\ Errors:\ ([0-9]+) ]] ||
            continue
        summaries=$((summaries + 1))
        checks=$((checks + BASH_REMATCH[1]))
        failures=$((failures + BASH_REMATCH[2]))
        errors=$((errors + BASH_REMATCH[3]))
        failed=$((failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
    done <"$tmp/$n.out"
    # Ended badly without a failed check: it broke down before, between or after its checks.
    if ((failed == 0 && (status != 0 || summaries == 0))); then
        checks=$((checks + 1)) errors=$((errors + 1)) failed=1
    fi
    if ((failed > 0)); then
        echo "---- $test failed, exit status $status"
        cat "$tmp/$n.out"
    fi
    n=$((n + 1))
done

percent=100
if ((checks > 0)); then
    percent=$(((checks - failures - errors) * 100 / checks))
fi
echo "$percent%: Checks: $checks, Failures: $failures, Errors: $errors"
((failures + errors == 0))
