# measure.sh - the section loop of bench/run.sh, which reads it with `.`: how long one waits after a
# change, in a program of 30 modules (generate.sh) in Pluto and in Go.
#
# Whole commands; what prepares a run is a command of its own, prep, and does not count. Go has the
# standard library in its cache all the time. A change is made in both languages at once, and after
# each row the programs must print the same.

loop=$dir/loop
rm -rf "$loop"
mkdir -p "$loop"
bench/loop/generate.sh pluto "$loop/pluto"
bench/loop/generate.sh go "$loop/go"
loop_pluto_lines=$(cat "$loop"/pluto/*.pluto | wc -l)
loop_go_lines=$(cat "$loop"/go/*.go "$loop"/go/*/*.go | wc -l)
echo 0 >"$loop/number"

# Run by sh in $loop: a number that was never there before; a new comment behind each file; a new
# number in a function of a module.
loop_number='n=$(($(cat number) + 1)); echo $n >number'
loop_all='for f in pluto/*.pluto go/*.go go/*/*.go; do echo "// $n" >>$f; done'
loop_edit() {   # MODULE NAME: of the variable
    echo "sed -i 's/ $2 = [0-9]*\$/ $2 = '\$n/ pluto/$1.pluto
          sed -i 's/\t$2 := [0-9]*\$/\t$2 := '\$n/ go/$1/$1.go"
}
loop_hello='rm -rf cache
    { cat ../../../bench/pluto/hello.pluto; echo "// $n"; } >hello.pluto
    { cat ../../../bench/go/hello.go; echo "// $n"; } >hello.go'
loop_pluto() { echo "XDG_CACHE_HOME=$loop/cache '$pluto' $*"; }
loop_go()    { echo "cd go && GO111MODULE=on GOFLAGS= go $*"; }

loop_row() {    # NAME PREPARATION PLUTO [GO]: the commands are for sh, in $loop
    local name=loop/$1
    echo "bench: $name" >&2
    commands=()
    add prep sh -c "cd '$loop' && $2"
    add pluto sh -c "cd '$loop' && $3"
    has go && add go sh -c "cd '$loop' && $4"
    measure "$name"
    check_outputs "$name"
}
loop_check() {  # NAME: do the programs print the same, as they are now?
    local want
    (cd "$loop" && sh -c "$loop_build" && if has go; then sh -c "$loop_go_build"; fi) || bad=1
    want=$("$loop/program") || { echo "bench: $1 fails in pluto" >&2; bad=1; }
    has go || return
    [[ $want == "$("$loop/go-program")" ]] && return
    echo "bench: $1 prints different things in pluto and go" >&2
    bad=1
}

loop_build=$(loop_pluto build pluto/main.pluto -o program)
loop_go_build=$(loop_go build -buildvcs=false -o ../go-program .)
loop_row "hello, nothing cached" "$loop_number; $loop_hello" \
    "$(loop_pluto run --standalone hello.pluto)" "$(loop_go run ../hello.go)"
loop_row "the whole program" "$loop_number; rm -rf cache program; $loop_all" \
    "$loop_build" "$loop_go_build"
# This also builds what was not built in the last round because it is slow.
loop_check "the whole program"
loop_row "no change" : "$loop_build" "$loop_go_build"
loop_change() { # NAME MODULE VARIABLE
    loop_row "$1" "$loop_number; $(loop_edit "$2" "$3")" "$loop_build" "$loop_go_build"
    loop_check "$1"
}
loop_change "a line in a module that nobody imports" desk weight
loop_change "a line in a module that all import" core limit
loop_change "the same, in a function of two lines" core weight
