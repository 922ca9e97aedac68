# What README.md and docs/ show is true: every ```pluto block compiles and runs.
#
#   <!-- check only -->    on a line of its own before a block: it is only checked
#   <!-- fails -->         the compiler must refuse it
#   <!-- exit N -->        it must end with status N (otherwise 0)
#   <!-- program -->       before a ```c block: compiled against libpluto.a and run
#   <!-- file NAME -->     it is a file of the next block's program; also before a ```c block
#   <!-- coverage -->      run with --coverage
#   <!-- link LIBRARY -->  run with --link LIBRARY; ./NAME.o is made of the file NAME.c
#
# An ```output block behind it is what it prints: standard output, then standard error. If its last
# line is ..., more may follow. The source is called example.pluto there. By hand:
#     sh tests/cli/docs_examples.sh build/release/pluto [PAGE...]
set -u
PLUTO=$(realpath "${1:-${PLUTO:?usage: docs_examples.sh PLUTO [PAGE...]}}")
[ $# = 0 ] || shift
ROOT=${ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
mkdir -p "$ROOT/build"
work=$(mktemp -d "$ROOT/build/docs.XXXXXX")
trap 'rm -rf "$work"' EXIT
export NO_COLOR=1

# Writes NUMBER.src, NUMBER.mode (language, line, mode) and, if given, NUMBER.want for each block.
extract() {     # FILE FOLDER
    awk -v dir="$2" '
    block && /^```$/                { close(out); block = 0; next }
    block                           { print > out; next }
    /^[ \t]+```(pluto|output)/      { print FILENAME ":" FNR ": an indented block"; exit 1 }
    /^<!-- .* -->$/                 { mode = substr($0, 6, length($0) - 9); marked = FNR; next }
    /^```pluto$/ || /^```toml$/ && mode ~ /^file / ||
        /^```c$/ && (mode == "program" || mode ~ /^file /) {
        n++
        language = substr($0, 4)
        print language, FNR, (mode == "" ? "run" : mode) > (dir "/" n ".mode")
        close(dir "/" n ".mode")
        out = dir "/" n ".src"
        printf "" > out
        block = 1; mode = ""
        next
    }
    /^```output$/                   { out = dir "/" n ".want"; printf "" > out; block = 1; next }
    /^```./                         { out = "/dev/null"; block = 1; next }
    /^```$/                         { out = "/dev/null"; block = 1; next }
    NF && mode != ""                { print FILENAME ":" marked ": no block follows"; exit 1 }
    END { if (block) { print FILENAME ": a block has no end"; exit 1 } }' "$1"
}

complain() {    # WHERE WHAT; shows what was printed
    echo "$1: $2"
    sed 's/^/  | /' all
}

# Runs the block in the current folder and leaves its status and everything it printed (all).
try_block() {   # LANGUAGE MODE
    case $1:$2 in
    *:"check only") "$PLUTO" check example.pluto ;;
    *:coverage) "$PLUTO" run --coverage example.pluto ;;
    *:"link "*)
        library=${2#link }
        case $library in
        *.o) cc -Wall -Wextra -Werror -c "${library%.o}.c" -o "$library" ;;
        esac &&
            "$PLUTO" run --link "$library" example.pluto ;;
    c:*)
        cc -std=gnu11 -O2 -Wall -Wextra -Werror -fwrapv -pthread -I"$ROOT" \
            -x c example.pluto -x none "$(dirname "$PLUTO")/libpluto.a" -lgc -lm -o example &&
            ./example ;;
    *)  "$PLUTO" run example.pluto ;;
    esac >out 2>err </dev/null
    status=$?
    cat out err >all
}

prints_what_it_should() {   # WANT
    if [ "$(tail -n 1 "$1")" = "..." ]; then
        sed '$d' "$1" >want
        head -n "$(wc -l <want)" all | cmp -s - want
    else
        cmp -s "$1" all
    fi
}

# Prints what is wrong, nothing if all is well.
judge() {       # WHERE LANGUAGE MODE WANT
    expected=0
    case $3 in
    run | "check only" | coverage | program | "link "*) ;;
    fails)      expected=1 ;;
    "exit "*)   expected=${3#exit } ;;
    *)          echo "$1: what does <!-- $3 --> mean?"; return ;;
    esac
    try_block "$2" "$3"
    if [ "$status" != "$expected" ]; then
        complain "$1" "exit status $status, expected $expected"
    elif [ "$3" = fails ] && ! grep -q '^ *example\.pluto:[0-9]' err; then
        complain "$1" "refused, but not by the compiler"
    elif [ -f "$4" ] && ! prints_what_it_should "$4"; then
        complain "$1" "prints something else"
    fi
}

cd "$ROOT" || exit 1
[ $# != 0 ] || set -- README.md docs/*.md docs/decisions/*.md docs/language/*.md docs/stdlib/*.md
jobs=${JOBS:-$(nproc)}
count=0 broken=0
for file in "$@"; do
    blocks=$work/blocks/$file
    mkdir -p "$blocks"
    extract "$file" "$blocks" || broken=$((broken + 1))
    n=1
    while [ -f "$blocks/$n.mode" ]; do
        read -r language line mode <"$blocks/$n.mode"
        # The runtime of a sanitizer build needs flags that are not those of the page.
        case $language:$PLUTO in
        c:*/asan/* | c:*/tsan/*) n=$((n + 1)); continue ;;
        esac
        if [ "${mode#file }" != "$mode" ]; then
            mkdir -p "$(dirname "$work/files/${mode#file }")"
            mv "$blocks/$n.src" "$work/files/${mode#file }"
            n=$((n + 1))
            continue
        fi
        count=$((count + 1))
        dir=$work/$count
        mkdir -p "$work/files"
        mv "$work/files" "$dir"
        cp "$blocks/$n.src" "$dir/example.pluto"
        (cd "$dir" && judge "$file:$line" "$language" "$mode" "$blocks/$n.want" >report 2>&1) &
        [ $((count % jobs)) != 0 ] || wait
        n=$((n + 1))
    done
done
wait
failed=$broken n=1
while [ "$n" -le "$count" ]; do
    if [ ! -f "$work/$n/report" ] || [ -s "$work/$n/report" ]; then
        failed=$((failed + 1))
        cat "$work/$n/report"
    fi
    n=$((n + 1))
done
if [ "$count" = 0 ]; then
    echo "no blocks were found"
    failed=$((failed + 1))
fi
echo "$count blocks, $failed failed"
[ "$failed" = 0 ]
