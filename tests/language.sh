#!/usr/bin/env bash
# language.sh PLUTO [PATTERN] - runs the language tests whose path contains PATTERN.
#
#   tests/run/**/*.pluto      compiled and run; directives.sh says what may be expected
#   tests/reject/**/*.pluto   must not compile
#   **/NAME/main.pluto        one program: all that is below NAME belongs to it
#   tests/cli/*.sh            run by bash in an empty folder, with PLUTO (the compiler) and ROOT
#                             (the source tree) set; must exit with 0
#
# Several run at once (JOBS, default one per core), a program for at most 60 seconds and a script,
# which may try hundreds of them, for 600; all with an empty compile cache. UNIT_SIZE=N has the C of
# programs cut into files of about N bytes (PLUTO_UNIT_SIZE). Ends with "N passed, N failed" and
# status 1 if any failed.
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: language.sh PLUTO [PATTERN]" >&2
    exit 2
fi
PLUTO=$(realpath "$1")
pattern=${2:-}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1
. tests/directives.sh
jobs=${JOBS:-$(nproc)}
time_limit=60 script_limit=600

mkdir -p build
tmp=$(mktemp -d "$ROOT/build/language.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# Whether programs have a collector: sanitizer builds have none.
COLLECTOR=true
nm "$PLUTO" 2>/dev/null | grep -q '__[at]san_init' && COLLECTOR=false
export COLLECTOR PLUTO ROOT XDG_CACHE_HOME=$tmp/cache NO_COLOR=1
mkdir "$XDG_CACHE_HOME"
unset "${!PLUTO_@}"
[[ -z ${UNIT_SIZE:-} ]] || export PLUTO_UNIT_SIZE=$UNIT_SIZE

# ---- One test; each prints what is wrong, nothing if all is well ----

# Files that lie in one folder are tests of their own, unless the folder is a program.
alone() { [[ $1 == */main.pluto ]] || echo --standalone; }

test_run() {    # FILE BASE: BASE.out and BASE.err are its own
    read_directives "$1"
    ! $COLLECTOR && { $needs_collector || $needs_plain; } && return
    timeout -k 5 $time_limit env ${env_vars[@]+"${env_vars[@]}"} \
        "$PLUTO" run $(alone "$1") "$1" ${args[@]+-- "${args[@]}"} >"$2.out" 2>"$2.err" </dev/null
    check_run "$2.out" "$2.err" $?
}

# The message, and on its line or the next two FILE:LINE: of the line meant.
reported() {    # FILE LINE TEXT; reads the array messages
    local i place="${1##*/}:$2:"
    for ((i = 0; i < ${#messages[@]}; i++)); do
        [[ ${messages[i]} == *"$3"* ]] || continue
        [[ $2 == 0 ]] && return 0
        [[ ${messages[i]} == *"$place"* || ${messages[i + 1]:-} == *"$place"* ||
            ${messages[i + 2]:-} == *"$place"* ]] && return 0
    done
    return 1
}

test_reject() { # FILE BASE
    local status error bad=0
    local -a messages
    read_directives "$1"
    if ((${#errors[@]} == 0)); then
        echo "the test names no error"
        return 1
    fi
    timeout -k 5 $time_limit "$PLUTO" run $(alone "$1") "$1" >"$2.out" 2>"$2.err" </dev/null
    status=$?
    mapfile -t messages <"$2.err"
    if ((status != 1)); then
        echo "exit status $status, expected 1"
        bad=1
    fi
    if [[ -s $2.out ]]; then
        echo "it compiled, and printed something"
        bad=1
    fi
    for error in "${errors[@]}"; do
        if ! reported "$1" "${error%%:*}" "${error#*:}"; then
            echo "not reported at line ${error%%:*}: ${error#*:}"
            bad=1
        fi
    done
    if ((bad)); then
        echo "standard error:"
        head -n 40 "$2.err" | sed 's/^/  | /'
    fi
    return $bad
}

test_cli() {    # FILE BASE
    local status
    mkdir "$2.dir"
    (cd "$2.dir" && timeout -k 5 $script_limit bash "$ROOT/$1") >"$2.out" 2>&1 </dev/null
    status=$?
    if ((status != 0)); then
        echo "exit status $status"
        tail -n 40 "$2.out" | sed 's/^/  | /'
    fi
    return $status
}

# ---- All of them ----

run_test() {    # FILE BASE
    case $1 in
    tests/run/*)    test_run "$1" "$2" ;;
    tests/reject/*) test_reject "$1" "$2" ;;
    tests/cli/*)    test_cli "$1" "$2" ;;
    esac >"$2.report" 2>&1 || : >"$2.failed"
}

# The main.pluto of the outermost folder above a file that has one; else the file itself.
test_of() {     # FILE; sets file
    local folder=${1%/*}
    while [[ $folder == */* ]]; do
        [[ -e $folder/main.pluto ]] && file=$folder/main.pluto
        folder=${folder%/*}
    done
}

tests=("")
while IFS= read -r file; do
    test_of "$file"
    [[ $file == *"$pattern"* && $file != "${tests[-1]-}" ]] && tests+=("$file")
done < <(find tests/run tests/reject -name '*.pluto' 2>/dev/null | LC_ALL=C sort
         find tests/cli -maxdepth 1 -name '*.sh' 2>/dev/null | LC_ALL=C sort)

running=0
tests=("${tests[@]:1}")
for ((n = 0; n < ${#tests[@]}; n++)); do
    if ((running == jobs)); then
        wait -n
        running=$((running - 1))
    fi
    run_test "${tests[n]}" "$tmp/$n" &
    running=$((running + 1))
done
wait

passed=0 failed=0
for ((n = 0; n < ${#tests[@]}; n++)); do
    if [[ -e $tmp/$n.report && ! -e $tmp/$n.failed ]]; then
        passed=$((passed + 1))
        continue
    fi
    failed=$((failed + 1))
    echo "---- ${tests[n]} failed"
    [[ -e $tmp/$n.report ]] && cat "$tmp/$n.report"
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
