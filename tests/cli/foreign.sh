# Programs that call C libraries: zlib, and one of their own in each form that can be linked.
set -eu
fail() { echo "$*"; exit 1; }
export XDG_CACHE_HOME=$PWD/cache TMPDIR=$PWD/tmp
mkdir tmp

# ---- zlib ----

pkg-config --exists zlib || fail "zlib is missing: tools/deps.sh installs it"
"$PLUTO" run --link z "$ROOT/docs/examples/zlib/zlib.pluto" >out 2>err || fail "zlib: $(<err)"
cat >want <<'END'
43000 bytes became fewer than 500: true
restored: true
both restored: 200000
uncompress: data error
zlib 1.
END
diff want out || fail "zlib: other output"

# ---- A library of the program's own ----

dir='a folder, and more'
mkdir "$dir"
own=$ROOT/docs/examples/own_library
cc -c -fPIC "$own/tally.c" -o "$dir/tally.o"
ar rcs "$dir/libtally.a" "$dir/tally.o"
cc -shared "$dir/tally.o" -o "$dir/libtally.so"
cp "$dir/libtally.so" "$dir/libtally.so.1.2"
printf 'a b a\nc\nd a b\n' >in
cat >want <<'END'
most: nothing
a: 2
no room for 'd'
a: 3
b: 2
most: a, mean: 2
END
for library in tally.o libtally.a libtally.so libtally.so.1.2; do
    "$PLUTO" run --link "./$dir/$library" "$own/words.pluto" <in >out 2>err ||
        fail "$library: $(<err)"
    diff want out || fail "$library: other output"
done
[[ -z $(ls tmp) ]] || fail "left behind: $(ls tmp)"

# A program finds its shared library from anywhere.
"$PLUTO" build "$own/words.pluto" --link="./$dir/libtally.so" -o words
(cd / && "$OLDPWD/words" <"$OLDPWD/in") >out 2>err || fail "from another folder: $(<err)"
diff want out || fail "from another folder: other output"

# --link for tests; several libraries.
cat >sums.pluto <<'END'
extern fn blocking plus_one(n: cint) cint
extern fn plus_two(n: int) int
test "both" {
    expect(plus_one(1)).to_equal(2)
    expect(plus_two(1)).to_equal(3)
}
fn main() { print(plus_one(plus_two(1))) }
END
echo 'int plus_one(int n) { return n + 1; }' >one.c
echo 'long plus_one(long); long plus_two(long n) { return n + 2; }' >two.c
cc -c one.c
cc -c two.c
"$PLUTO" test --link ./one.o --link ./two.o sums.pluto >out 2>err || fail "test: $(<err)"
[[ $("$PLUTO" run --link ./one.o --link ./two.o sums.pluto) == 4 ]] || fail "two libraries"

# A changed file makes a new program.
echo 'int plus_one(int n) { return n + 100; }' >one.c
cc -c one.c
[[ $("$PLUTO" run --link ./one.o --link ./two.o sums.pluto) == 103 ]] || fail "an old program ran"

# ---- What is not there ----

refused() {     # TEXT ARGS...: it says TEXT as an error, and keeps nothing
    local text=$1 status=0
    shift
    "$PLUTO" "$@" >out 2>err || status=$?
    [[ $status == 1 ]] || fail "$*: status $status"
    grep -q "^error: cannot link .*$text" err || fail "$*: $(<err)"
    [[ -z $(ls tmp) ]] || fail "$*: left behind: $(ls tmp)"
}
refused 'not found' run --link ./one.o sums.pluto
grep -q plus_two err || fail "does not name the function: $(<err)"
refused 'not found' run --link no_such_library sums.pluto
grep -q no_such_library err || fail "does not name the library: $(<err)"
refused 'no such file' run --link ./nothing.o sums.pluto
refused 'no such file' build --link "./$dir" sums.pluto -o x
[[ ! -e x ]] || fail "a failed build wrote its output"
refused 'without a name' run --link= sums.pluto
"$PLUTO" run --link </dev/null 2>err && fail "--link without a value"
grep -q 'needs a value' err || fail "--link without a value: $(<err)"
