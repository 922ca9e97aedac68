#!/usr/bin/env bash
# run.sh [SECONDS [OPTION...]] - feeds the compiler with damaged programs.
#
# Builds tests/fuzz/fuzz_front.c with clang's libFuzzer and both sanitizers, and runs it for SECONDS
# (default 60), beginning with all test programs. OPTIONs go to libFuzzer; its log is
# build/fuzz/log. What breaks the compiler is kept in build/fuzz/found, and the status is 1. One
# finding again: build/fuzz/fuzz_front FILE. Without clang or its runtime nothing is done.
set -u
seconds=${1:-60}
shift $(($# > 0))
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
dir=$PWD/build/fuzz
mkdir -p "$dir"/{corpus,found}

echo 'int LLVMFuzzerTestOneInput(const char *s, unsigned long n) { return s && n > 9 ? 0 : 0; }' \
    >"$dir/probe.c"
if ! clang -fsanitize=fuzzer,address,undefined "$dir/probe.c" -o "$dir/probe" 2>"$dir/log"; then
    echo "fuzz: skipped, there is no clang with libFuzzer (its message is in build/fuzz/log)"
    exit 0
fi
make --no-print-directory -s MODE=fuzz CC=clang build/fuzz/fuzz_front || exit 1

# Seeds are named after their paths; libFuzzer adds what reaches new code to the corpus.
rm -rf "$dir/seeds"
mkdir "$dir/seeds"
while IFS= read -r file; do
    cp "$file" "$dir/seeds/${file//\//_}"
done < <(find tests/run tests/reject docs/examples -name '*.pluto' -size -16k)
grep -oE '\(?[A-Z_]+, "[^"]+"\)' compiler/syntax/token.h | grep -oE '"[^"]+"' >"$dir/words"

shopt -s nullglob
before=("$dir"/found/*)
"$dir/fuzz_front" -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=2048 \
    -dict="$dir/words" -artifact_prefix="$dir/found/" -print_final_stats=1 "$@" \
    "$dir/corpus" "$dir/seeds" >"$dir/log" 2>&1
status=$?
after=("$dir"/found/*)
tries=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log" | tail -n 1)
if ((status != 0 || ${#after[@]} > ${#before[@]})); then
    grep -aE -m 5 'ERROR:|SUMMARY:|runtime error:|Test unit written' "$dir/log"
    echo "fuzz: the compiler broke, status $status; see build/fuzz/log and build/fuzz/found"
    exit 1
fi
echo "fuzz: ${tries:-?} inputs in $seconds s, nothing found"
