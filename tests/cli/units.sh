# The C of a large program is several files; their objects are kept, and only those of changed texts
# are made again.
set -eu
. "$ROOT/tests/cli_checks.sh"
export XDG_CACHE_HOME=$PWD/cache TMPDIR=$PWD/tmp PLUTO_UNIT_SIZE=2500
mkdir tmp bin parts

# ---- A program of six modules, and a C compiler that says what it does ----

module() {      # NUMBER: its functions are longer than what is inlined elsewhere
    local n=$1 k
    printf 'import base\n'
    ((n == 1)) || printf 'import part%d\n' $((n - 1))
    for k in 1 2 3; do
        printf 'pub fn work%d(n: int) int {\n    let mut sum = %d\n' $k $((n * 10 + k))
        printf '    for i in 0..n { sum += i * %d }\n' $k
        for ((i = 0; i < 12; i++)); do
            printf '    if sum > %d { sum = sum - base.twice(n) + %d }\n' $((n * 1000 + i)) $k
        done
        if ((n > 1)); then printf '    sum += part%d.work%d(n)\n' $((n - 1)) $k; fi
        printf '    return sum\n}\n'
    done
}
printf 'pub fn twice(n: int) int { return n * 2 }\n' >parts/base.pluto
for n in 1 2 3 4 5 6; do module $n >parts/part$n.pluto; done
cat >main.pluto <<'END'
import parts.part6
fn main() { print(part6.work1(3) + part6.work2(4) + part6.work3(5)) }
END

real=$(command -v cc)
cat >bin/cc <<END
#!/bin/sh
echo begin >>"$PWD/running"
case " \$* " in
*" -c "*) echo c >>"$PWD/log" ;;
*)        echo link >>"$PWD/log" ;;
esac
if [ -e "$PWD/hook" ]; then . "$PWD/hook"; fi
$real "\$@"
status=\$?
echo end >>"$PWD/running"
exit \$status
END
chmod +x bin/cc
export PATH=$PWD/bin:$PATH

compiled() { grep -c '^c$' log || :; }
build() {       # sets made: how many C files were compiled
    : >log
    rm -f prog                              # so that it is linked again
    "$PLUTO" build main.pluto -o prog >out 2>err || fail "build: $(<err)"
    made=$(compiled)
}
expect_made() { ((made == $1)) || fail "$2: $made C files were compiled, not $1"; }
clean() {
    [[ -z $(ls tmp) ]] || fail "$1: left in the temporary folder: $(ls tmp)"
    [[ -z $(find cache -name '*tmp*' 2>/dev/null) ]] || fail "$1: left behind: $(ls cache/pluto)"
}

# ---- Objects are kept ----

result=$(env -u PLUTO_UNIT_SIZE "$PLUTO" run --no-cache main.pluto)
build
all=$made
((all >= 7)) || fail "cold: only $all C files"
says "$result" ./prog
clean "cold"
: >log
"$PLUTO" build --verbose main.pluto -o other 2>err
made=$(compiled)
expect_made 0 "nothing has changed"
says "$result" ./other
sed -i 's/= 31$/= 41/' parts/part3.pluto
build
expect_made 1 "a changed number"
says "$((result + 10))" ./prog
sed -i 's/= 41$/= 31/' parts/part3.pluto
build
expect_made 0 "changed back"
says "$result" ./prog

# What others have inlined changes them as well; what they only call does not.
sed -i 's/n \* 2/n * 3/' parts/base.pluto
build
((made == all - 1 || made == all - 2)) || fail "an inlined function: $made of $all"
sed -i 's/n \* 3/n * 2/' parts/base.pluto
sed -i 's/^pub fn work2(n: int) int {$/&\n    print("here")/' parts/part5.pluto
build
((made >= 1 && made <= 3)) || fail "a new line: $made of $all"
says "here
$result" ./prog
sed -i '/print("here")/d' parts/part5.pluto

# Other flags make other objects; run finds its own again.
: >log
says "$result" "$PLUTO" run main.pluto
made=$(compiled)
expect_made "$all" "run"
sed -i 's/= 31$/= 51/' parts/part3.pluto
: >log
says "$((result + 20))" "$PLUTO" run main.pluto
made=$(compiled)
expect_made 1 "run, a changed number"
sed -i 's/= 51$/= 31/' parts/part3.pluto

# --verbose shows each command.
rm -r cache
"$PLUTO" build --verbose main.pluto -o prog 2>err
(($(grep -c -- ' -c -x c ' err) == all)) || fail "--verbose shows $(grep -c -- ' -c ' err) of $all"
(($(wc -l <err) == all + 1)) || fail "--verbose: $(<err)"

# ---- One text for people; sizes ----

"$PLUTO" --emit-c main.pluto >a.c
env -u PLUTO_UNIT_SIZE "$PLUTO" --emit-c main.pluto | cmp - a.c
PLUTO_UNIT_SIZE=1G refuses "PLUTO_UNIT_SIZE is '1G', not a number of bytes" \
    "$PLUTO" build main.pluto -o x
rm -r cache
: >log
env -u PLUTO_UNIT_SIZE "$PLUTO" build main.pluto -o prog
[[ $(<log) == link ]] || fail "a small program was cut: $(<log)"
says "$result" ./prog

# ---- Several compilers, and no cache ----

for k in 1 2 3 4; do
    "$PLUTO" build main.pluto -o prog$k 2>err$k &
    jobs[k]=$!
done
for k in 1 2 3 4; do
    wait "${jobs[k]}" || fail "compiler $k of 4: $(<err$k)"
    says "$result" ./prog$k
done
clean "four compilers"
build
expect_made 0 "after four compilers"

: >file
XDG_CACHE_HOME=$PWD/file/x build
expect_made "$all" "no cache"
says "$result" ./prog
clean "no cache"

# ---- What is damaged is made again ----

objects=(cache/pluto/*.o)
: >"${objects[0]}"
echo "no object" >"${objects[1]}"
build
says "$result" ./prog
rm "${objects[2]}"
build
expect_made 1 "an object was gone"
for object in cache/pluto/*.o; do : >"$object"; done
build
expect_made "$all" "all objects were empty"
says "$result" ./prog

# ---- Failures ----

expect_failure() {      # TITLE TEXT
    local status=0
    : >running
    "$PLUTO" build main.pluto -o never >out 2>err || status=$?
    [[ $status == 1 && ! -e never ]] || fail "$1: status $status"
    grep -q "$2" err || fail "$1: $(<err)"
    (($(grep -c begin running) == $(grep -c end running))) || fail "$1: a C compiler was left alone"
}
rm -r cache
# It refuses one text; another takes longer and is waited for.
cat >hook <<'END'
source=none
for word; do case $word in *.c) source=$word ;; esac; done
if grep -q '^\(static \)*int64_t f_part2_work1(int64_t n)$' "$source"; then
    echo "cc: bad" >&2
    echo end >>running
    exit 1
fi
END
expect_failure "a refused text" 'internal: cc refused the C made from main.pluto, which is kept in '
[[ $(grep -c bad err) == 1 ]] || fail "a refused text: $(<err)"
kept=$(sed -n 's/.*kept in //p' err)
[[ $(ls tmp) == "${kept##*/}" ]] || fail "a refused text: $kept is kept, and $(ls tmp)"
rm "$kept"
clean "a refused text"
rm hook
build
((made >= 1 && made <= all)) || fail "after a refused text: $made"
says "$result" ./prog

rm -r cache
echo 'echo end >>running; kill -9 $$' >hook
expect_failure "a killed C compiler" 'internal: cc refused'
rm -f tmp/*
clean "a killed C compiler"
printf 'echo "cc: No space left on device" >&2\necho end >>running\nexit 1\n' >hook
expect_failure "a full disk" 'error: cannot write never: no space left on device'
clean "a full disk"
rm hook
build
says "$result" ./prog

# ---- Linking ----

echo 'case " $* " in *" -c "*) ;; *) echo "ld: bad" >&2; echo end >>running; exit 1 ;; esac' >hook
expect_failure "a linker that fails" 'internal: cc could not link the objects made from main.pluto'
[[ $(grep -c 'ld: bad' err) == 1 ]] || fail "a linker that fails: $(<err)"
clean "a linker that fails"
rm hook
cat >main.pluto <<'END'
import parts.part6
extern fn nowhere(n: int) int
fn main() { print(part6.work1(3) + part6.work2(4) + part6.work3(5) + nowhere(1)) }
END
expect_failure "a function that is nowhere" 'cannot link main.pluto: some extern function'
echo 'long f_part2_work1(long n) { return n; } long nowhere(long n) { return f_part2_work1(n); }' >n.c
"$real" -c n.c -o n.o
"$PLUTO" build main.pluto --link ./n.o -o prog 2>err || fail "a C function with our name: $(<err)"
says "$((result + 1))" ./prog
