#!/usr/bin/env bash
# run.sh PLUTO [-n RUNS] [NAME...] - Pluto beside C, Go and Crystal.
#
# A NAME is a section or a benchmark: tasks (concurrent and small programs), kernels (numeric, also
# in C), library (maps, strings, calls), loop (building a larger program after a change);
# kernels/fib, ring. Default: everything.
#
# Builds the programs of each benchmark in build/bench, checks that they print the same, runs them
# in turn (RUNS times each, default 5, after one unmeasured round) and writes tables of medians to
# standard output and build/bench/report.md. A language that is not installed has a "-".
set -u
if [[ $# == 0 || ! -x $1 ]]; then
    echo "usage: run.sh PLUTO [-n RUNS] [NAME...]" >&2
    exit 2
fi
pluto=$(realpath "$1")
shift
runs=5
if [[ ${1:-} == -n ]]; then
    runs=$2
    shift 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

concurrent="spawn_join pingpong buffered ring sieve select2 many_to_many skynet_100k skynet_1m"
concurrent+=" sleep_100k tcp_echo"
single="trees fib hello"
dir=$PWD/build/bench
mkdir -p "$dir"/{pluto,c,c-scalar,go,crystal}/{kernels,library} "$dir/out"

in_folder() {   # FOLDER: the benchmarks in bench/pluto/FOLDER
    local source
    for source in bench/pluto/"$1"/*.pluto; do
        printf '%s ' "$1/$(basename "$source" .pluto)"
    done
}

names= with_loop=
for name in "${@:-all}"; do
    case $name in
    all)             names+=" $concurrent $single $(in_folder kernels) $(in_folder library)"
                     with_loop=yes ;;
    loop)            with_loop=yes ;;
    tasks)           names+=" $concurrent $single" ;;
    kernels|library) names+=" $(in_folder "$name")" ;;
    *)               names+=" $name" ;;
    esac
done
export GOCACHE=$dir/go-cache GO111MODULE=off GOFLAGS=-mod=mod
export CRYSTAL_CACHE_DIR=$dir/crystal-cache XDG_CACHE_HOME=$dir/cache
unset "${!PLUTO_@}"
unset GOMAXPROCS GOGC

cc=${CC:-cc}
has() { command -v "$1" >/dev/null; }

"$cc" -O2 -o "$dir/time" bench/time.c || exit 1

# ---- Building ----

build() {       # NAME LANGUAGE COMMAND...; notes a failure and goes on
    local name=$1 language=$2
    shift 2
    rm -f "$dir/$language/$name"
    if ! "$@" >"$dir/build.log" 2>&1; then
        echo "bench: $name does not build in $language:" >&2
        head -n 20 "$dir/build.log" >&2
        return 1
    fi
}

bad=0
for name in $names; do
    if [[ ! -f bench/pluto/$name.pluto ]]; then
        echo "no benchmark is called $name" >&2
        exit 2
    fi
    build "$name" pluto "$pluto" build "bench/pluto/$name.pluto" -o "$dir/pluto/$name" || bad=1
    if [[ -f bench/c/$name.c ]]; then
        build "$name" c "$cc" -O2 -pthread -o "$dir/c/$name" "bench/c/$name.c" -lm || bad=1
    fi
    # Some are twice as fast when gcc does not make vectors of neighbouring statements (nbody).
    if [[ $name == kernels/* && -f bench/c/$name.c ]]; then
        build "$name" c-scalar "$cc" -O2 -fno-tree-slp-vectorize -o "$dir/c-scalar/$name" \
            "bench/c/$name.c" -lm || bad=1
    fi
    if has go && [[ -f bench/go/$name.go ]]; then
        build "$name" go go build -o "$dir/go/$name" "bench/go/$name.go" || bad=1
    fi
    if has crystal && [[ -f bench/crystal/$name.cr ]]; then
        build "$name" crystal crystal build --release --no-color \
            -o "$dir/crystal/$name" "bench/crystal/$name.cr" || bad=1
    fi
done

# ---- Running ----

commands=()
add() { commands+=(${commands[@]+--} "$@"); }

results=$dir/results.tsv
: >"$results"

measure() {     # NAME; runs what was added, appends NAME TAB LINE to the results, but not for prep
    "$dir/time" "$runs" "$dir/out" "${commands[@]}" | grep -v '^prep' >"$dir/lines.tsv"
    local line
    while IFS= read -r line; do
        printf '%s\t%s\n' "$1" "$line" >>"$results"
    done <"$dir/lines.tsv"
}

check_outputs() {   # NAME; the labels that ended well must have printed the same
    local name=$1 label wall cpu rss count status first=
    while IFS=$'\t' read -r label wall cpu rss count status; do
        if [[ $status != 0 ]]; then
            echo "bench: $name fails in $label, status $status" >&2
            [[ $label == pluto* ]] && bad=1
            continue
        fi
        if [[ -z $first ]]; then
            first=$label
        elif ! cmp -s "$dir/out/$first.out" "$dir/out/$label.out"; then
            echo "bench: $name prints different things in $first and $label" >&2
            bad=1
        fi
    done <"$dir/lines.tsv"
}

for name in $names; do
    commands=()
    [[ -x $dir/pluto/$name ]] && add pluto "$dir/pluto/$name"
    if [[ " $concurrent " == *" $name "* && -x $dir/pluto/$name ]]; then
        for workers in 1 2 4; do
            add "pluto-$workers" PLUTO_WORKERS=$workers "$dir/pluto/$name"
        done
    fi
    for language in c c-scalar go crystal; do
        [[ -x $dir/$language/$name ]] && add $language "$dir/$language/$name"
    done
    echo "bench: $name" >&2
    measure "$name"
    check_outputs "$name"
done

# Source to output, as a person at a terminal sees it: the first time, and again.
fresh() {       # LANGUAGE SUFFIX COMMENT RUN...: RUN on a copy of hello that was never seen before
    local language=$1 suffix=$2 comment=$3
    shift 3
    add "$language" sh -c "d=\$(mktemp -d '$dir/fresh.XXXXXX'); f=\$d/hello.$suffix
        { cat 'bench/$language/hello.$suffix'; echo '$comment' \$\$; } >\$f; $* \$f; s=\$?
        rm -rf \$d; exit \$s"
}
if [[ " $names " == *" hello "* ]]; then
    commands=()
    fresh pluto pluto // "'$pluto'" run
    fresh c c // "run_c() { $cc -O2 -o \$d/a \$1 && \$d/a; }; run_c"
    has go      && fresh go go // go run
    has crystal && fresh crystal cr '#' crystal run
    measure "hello: compile and run"
    check_outputs "hello: compile and run"
    commands=()
    add pluto "$pluto" run bench/pluto/hello.pluto
    has go      && add go go run bench/go/hello.go
    has crystal && add crystal crystal run bench/crystal/hello.cr
    measure "hello: run again"
    check_outputs "hello: run again"
fi

if [[ -n $with_loop ]]; then
    . bench/loop/measure.sh
fi

# ---- Report ----

version() { "$@" 2>/dev/null | head -n 1; }
report() {
    local model
    model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
    echo "# Benchmarks"
    echo
    echo "$(date +%F), ${model:-$(uname -m)}, $(nproc) cores, $(uname -s)."
    echo "Medians of $runs runs, in ms. Wall time is from the start to the end of the process;"
    echo "processor time is that of all its threads."
    echo
    echo "* pluto: $(version "$pluto" --version)"
    echo "* c: $(version "$cc" --version), -O2, one pthread per task;"
    echo "  kernels also with -fno-tree-slp-vectorize, and the faster one counts"
    echo "* go: $(has go && version go version || echo -)"
    echo "* crystal: $(has crystal && version crystal --version || echo -), --release"
    echo
    if grep -qv -e '^kernels/' -e '^library/' -e '^loop/' "$results"; then
        table tasks
    fi
    if grep -q '^kernels/' "$results"; then
        printf '\n## Kernels: processor time\n\n'
        table kernels
    fi
    if grep -q '^library/' "$results"; then
        printf '\n## Library: processor time and wall time\n\n'
        table library
    fi
    if grep -q '^loop/' "$results"; then
        printf '\n## From a change to a program: wall time\n\n'
        echo "\`pluto build\` and \`go build\` of a generated program of 30 modules that is the same"
        echo "in both ($loop_pluto_lines lines of Pluto, $loop_go_lines of Go), and \`run\` of hello."
        echo "Medians of $runs runs, in ms."
        echo
        table loop
    fi
}

table() {       # SECTION: what of the results belongs to it
    awk -F '\t' '
    function good(key) { return key in wall && status[key] == 0 }
    function ms(time, key) {
        if (!(key in wall)) return "-"
        if (status[key] != 0) return "fails"
        return sprintf("%.1f%s", time[key] / 1e6, count[key] < wanted ? "*" : "")
    }
    # Pluto against other; what is divided here is in the geometric mean called sum.
    function ratio(time, name, other, sum,    mine, its, quotient) {
        mine = name SUBSEP "pluto"
        its  = name SUBSEP other
        if (!good(mine) || !good(its)) return "-"
        quotient = time[mine] / time[its]
        logs[sum] += log(quotient)
        terms[sum]++
        return sprintf("%.2f", quotient)
    }
    function mean(sum) {
        return terms[sum] ? sprintf("**%.2f**", exp(logs[sum] / terms[sum])) : "-"
    }
    function mb(key) { return good(key) ? sprintf("%.1f", rss[key] / 1024) : "-" }
    function tasks(    i, j, b, row, label) {
        print "| | Pluto | 1 worker | 2 workers | 4 workers | C | Go | Crystal |" \
              " Pluto/C | Pluto/Go | Pluto/Crystal |"
        print "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        split("pluto pluto-1 pluto-2 pluto-4 c go crystal", label, " ")
        for (i = 1; i <= n; i++) {
            b = order[i]
            row = "| " b
            for (j = 1; j <= 7; j++) row = row " | " ms(wall, b SUBSEP label[j])
            print row " | " ratio(wall, b, "c") " | " ratio(wall, b, "go") " | " \
                  ratio(wall, b, "crystal") " |"
        }
        print "\n`*`: fewer runs, as one takes more than 5 s. `fails`: does not get to its end.\n"
        print "Largest resident size in MB:\n"
        print "| | Pluto | C | Go | Crystal |"
        print "|---|--:|--:|--:|--:|"
        for (i = 1; i <= n; i++) {
            b = order[i]
            if (b ~ /:/) continue
            print "| " b " | " mb(b SUBSEP "pluto") " | " mb(b SUBSEP "c") \
                  " | " mb(b SUBSEP "go") " | " mb(b SUBSEP "crystal") " |"
        }
    }
    function faster(x, y) { return good(x) && (!good(y) || cpu[x] <= cpu[y]) }
    function kernels(    i, b, c) {
        print "| | Pluto | C | Go | Pluto/C | Pluto/Go |"
        print "|---|--:|--:|--:|--:|--:|"
        for (i = 1; i <= n; i++) {
            b = order[i]
            c = faster(b SUBSEP "c", b SUBSEP "c-scalar") ? "c" : "c-scalar"
            print "| " substr(b, 9) " | " ms(cpu, b SUBSEP "pluto") " | " ms(cpu, b SUBSEP c) \
                  " | " ms(cpu, b SUBSEP "go") " | " ratio(cpu, b, c, "c") \
                  " | " ratio(cpu, b, "go", "go") " |"
        }
        print "| geometric mean | | | | " mean("c") " | " mean("go") " |"
    }
    function library(    i, b) {
        print "| | Pluto | Go | Pluto/Go | Pluto, wall | Go, wall | Pluto/Go, wall |" \
              " Pluto MB | Go MB |"
        print "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
        for (i = 1; i <= n; i++) {
            b = order[i]
            print "| " substr(b, 9) " | " ms(cpu, b SUBSEP "pluto") " | " ms(cpu, b SUBSEP "go") \
                  " | " ratio(cpu, b, "go", "go") " | " ms(wall, b SUBSEP "pluto") \
                  " | " ms(wall, b SUBSEP "go") " | " ratio(wall, b, "go", "wall") \
                  " | " mb(b SUBSEP "pluto") " | " mb(b SUBSEP "go") " |"
        }
        print "| geometric mean | | | " mean("go") " | | | " mean("wall") " | | |"
    }
    function loop(    i, b) {
        print "| | Pluto | Go | Pluto/Go |"
        print "|---|--:|--:|--:|"
        for (i = 1; i <= n; i++) {
            b = order[i]
            print "| " substr(b, 6) " | " ms(wall, b SUBSEP "pluto") " | " ms(wall, b SUBSEP "go") \
                  " | " ratio(wall, b, "go", "go") " |"
        }
        print "\n`*`: fewer runs, as one takes more than 5 s."
    }
    ($1 ~ /^(kernels|library|loop)\// ? substr($1, 1, index($1, "/") - 1) : "tasks") == section {
        key = $1 SUBSEP $2
        if (!seen[$1]++) order[++n] = $1
        wall[key] = $3; cpu[key] = $4; rss[key] = $5; count[key] = $6; status[key] = $7
    }
    END {
        if (section == "tasks")   tasks()
        if (section == "kernels") kernels()
        if (section == "library") library()
        if (section == "loop")    loop()
    }' section="$1" wanted="$runs" "$results"
}
report | tee "$dir/report.md"
exit $bad
