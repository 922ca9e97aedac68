# Nothing is compiled as long as nothing has changed; every input counts.
set -eu
. "$ROOT/tests/cli_checks.sh"
export XDG_CACHE_HOME=$PWD/cache
unset CC
mkdir prefix bin work work/sub
"$ROOT/tools/install.sh" "$(dirname "$PLUTO")" "$PWD/prefix" >out
pluto=$PWD/prefix/bin/pluto
# A C compiler of our own, so that it can change; it asks the real linker.
printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v cc)" >bin/cc
chmod +x bin/cc
export PATH=$PWD/bin:$PATH
cp -r prefix/share/pluto/lib stdlib
export PLUTO_STDLIB=$PWD/stdlib
cd work

# ---- A program with all kinds of inputs ----

mkdir app pack other libs1 libs2
cat >pack/pluto.toml <<'END'
[package]
name = "pack"
END
echo 'pub fn text() string { return "pack" }' >pack/text.pluto
cat >pluto.toml <<'END'
[package]
name = "app"
[dependencies]
pack = { path = "pack" }
[link]
libs = ["counted"]
END
cat >app/main.pluto <<'END'
import part
import linked
import pack.text
import fetched
import std.strings
extern fn counted() int
extern fn from_object() int
fn main() {
    let unused = 1
    print(strings.repeat("a", 2) + part.text() + linked.text() + text.text() + fetched.text())
    print(beside() + counted() + from_object())
}
END
echo 'fn beside() int { return 1 }' >app/beside.pluto
echo 'pub fn text() string { return "part" }' >app/part.pluto
echo 'pub fn text() string { return "linked" }' >other/one.pluto
sed 's/linked/LINKED/' other/one.pluto >other/two.pluto
ln -s ../other/one.pluto app/linked.pluto
mkdir -p app/.deps/fetched
echo 'pub fn text() string { return "fetched" }' >app/.deps/fetched/f.pluto
library() {     # FOLDER NUMBER
    echo "long counted(void) { return $2; }" >c.c
    cc -c c.c -o c.o
    rm -f "$1/libcounted.a"
    ar rcs "$1/libcounted.a" c.o
}
object() {      # NUMBER
    echo "long from_object(void) { return $1; }" >o.c
    cc -c o.c -o o.o
}
library libs2 10
object 100
export LIBRARY_PATH=$PWD/libs1:$PWD/libs2

args=(app/main.pluto --link ./o.o -o out)
build() { "$pluto" build --verbose "${args[@]}" 2>err || fail "$1: $(<err)"; }
stays() {       # WHAT: the program is not made again
    build "$1"
    grep -q '^out is up to date$' err || fail "$1: made again: $(<err)"
    grep -q "unused variable 'unused'" err || fail "$1: the warnings are not said again: $(<err)"
    ! grep -q -e '-o ' err || fail "$1: the C compiler ran: $(<err)"
}
made() {        # WHAT: it is made again, and then not
    build "$1"
    grep -q -e '-o ' err || fail "$1: not noticed: $(<err)"
    stays "$1, again"
}
prints() { [[ $(./out) == "$1" ]] || fail "prints $(./out), not $1"; }

made "the first time"
prints $'aapartlinkedpackfetched\n111'

# ---- What counts ----

sed -i 's/"a", 2/"a", 3/' app/main.pluto
made "the file itself"
prints $'aaapartlinkedpackfetched\n111'
sed -i 's/return 1/return 2/' app/beside.pluto
made "a file beside it"
prints $'aaapartlinkedpackfetched\n112'
sed -i 's/"part"/"PART"/' app/part.pluto
made "a module"
prints $'aaaPARTlinkedpackfetched\n112'
ln -sf ../other/two.pluto app/linked.pluto
made "the target of a link"
prints $'aaaPARTLINKEDpackfetched\n112'
sed -i 's/"pack"/"PACK"/' pack/text.pluto
made "a package"
prints $'aaaPARTLINKEDPACKfetched\n112'
sed -i 's/"fetched"/"FETCHED"/' app/.deps/fetched/f.pluto
made "a module in .deps"
prints $'aaaPARTLINKEDPACKFETCHED\n112'
echo >>../stdlib/strings/strings.pluto
made "the standard library"
echo >>pluto.toml
made "the manifest"
echo >>pack/pluto.toml
made "the manifest of a package"

echo 'fn more() int { return 1 }' >app/more.pluto
made "a new file beside it"
mv app/more.pluto app/more.pt
made "a file with another name"
rm app/more.pt
made "a file that is gone"
mkdir app/part
cp app/part.pluto app/part/part.pluto
made "a folder with the name of a module"
cp app/part.pluto app/part/again.pt
sed -i 's/text/more/' app/part/again.pt
made "a file in the folder of a module"
rm -r app/part
made "a folder that is gone"
cp pluto.toml app/pluto.toml
sed -i 's/"pack"/"..\/pack"/' app/pluto.toml
made "a nearer manifest"
rm app/pluto.toml
made "a manifest that is gone"
touch app/part.pluto
stays "a file that was only touched"
touch -r app/part.pluto stamp
sed -i 's/"PART"/"Part"/' app/part.pluto
touch -r stamp app/part.pluto
made "a file of the same size, its time set back"
[[ $(./out) == *Part* ]] || fail "prints $(./out)"

library libs2 20
made "a library"
[[ $(./out) == *122 ]] || fail "prints $(./out)"
library libs1 30
made "a library that comes before"
[[ $(./out) == *132 ]] || fail "prints $(./out)"
rm libs1/*
made "a library that is gone"
object 200
made "a linked file"
[[ $(./out) == *222 ]] || fail "prints $(./out)"

# ---- The program itself ----

rm out
made "no program"
: >out
made "a damaged program"
chmod -x out
made "a program that cannot be run"
./out >/dev/null || fail "it cannot be run"
(umask 077 && made "other permissions")
[[ $(stat -c %a out) == 700 ]] || fail "permissions: $(stat -c %a out)"
made "the usual permissions"

# ---- Command line, environment, tools ----

plain=("${args[@]}")
args+=(--gc noop);      made "--gc noop"
args=("${plain[@]}" --debug); made "--debug"
args=("${plain[@]}" --link m); made "--link"
args=("${plain[@]}" --stdlib ../prefix/share/pluto/lib); made "--stdlib"
args=("${plain[@]}")
build "without options"                     # what is there now was made otherwise
stays "without options"
(export PLUTO_STDLIB=$PWD/../prefix/share/pluto/lib && made "PLUTO_STDLIB")
made "PLUTO_STDLIB as before"
cp -r ../bin ../bin2
(export PATH=$PWD/../bin2:$PATH && made "another C compiler")
(export CPATH=$PWD && made "CPATH")
touch ../bin/cc
made "a new C compiler"
(export PLUTO_CACHE_DIR=$PWD/clones && made "PLUTO_CACHE_DIR")
touch ../prefix/lib/pluto/libpluto.a
made "a new runtime"
cp "$pluto" ../again
mv ../again "$pluto"
made "a new compiler"
mkdir app/stdlib
cp -r ../stdlib/* app/stdlib
(unset PLUTO_STDLIB && made "a library beside the program")
"$pluto" build --verbose --no-cache "${plain[@]}" 2>err
grep -q -e '-o ' err || fail "--no-cache: not made: $(<err)"
build "after --no-cache"
stays "after --no-cache"
(
    cd app
    args=(main.pluto --link ../o.o -o ../out)
    build "from another folder"
    grep -q -e '-o ' err || fail "from another folder: not made: $(<err)"
)
build "from here"
stays "from here"

# ---- The cache ----

for damage in ': >' 'truncate -s -1' 'truncate -s -40' 'truncate -s 300' 'echo x >' 'echo x >>' \
    'sed -i s/yes/no/'; do
    for file in ../cache/pluto/*.in; do
        eval "$damage\"\$file\""  2>/dev/null || eval "$damage \"\$file\""
    done
    made "after: $damage"
done
for i in 1 2 3 4; do
    "$pluto" build "${args[@]}" 2>err.$i &
    eval "pid$i=\$!"
done
for i in 1 2 3 4; do
    eval "wait \$pid$i" || fail "four at once: $(<err.$i)"
done
./out >/dev/null || fail "four at once: no program"
build "after four at once"
stays "after four at once"
rm out
for i in 1 2 3 4; do
    "$pluto" build "${args[@]}" 2>err.$i &
    eval "pid$i=\$!"
done
for i in 1 2 3 4; do
    eval "wait \$pid$i" || fail "four at once: $(<err.$i)"
done
./out >/dev/null || fail "four at once: no program"
[[ -z $(find ../cache -name '*tmp*') ]] || fail "left behind: $(find ../cache)"
for ((i = 0; i < 1005; i++)); do
    touch -d "2 days ago" "../cache/pluto/$i.in"
done
rm out
build "a full cache"
left=$(find ../cache -type f | wc -l)
((left < 600)) || fail "$left files are left in the cache"
stays "a full cache"
: >file
(
    export XDG_CACHE_HOME=$PWD/file
    build "no cache"
    build "no cache"
    grep -q -e '-o ' err || fail "without a cache: $(<err)"
)

# ---- run and test ----

runs() {        # WHAT COMMAND...: it has not changed
    local what=$1
    shift
    "$pluto" "$@" >text 2>err || fail "$what: $(<err)"
    grep -q 'has not changed$' err || fail "$what: read again: $(<err)"
}
reads() {       # WHAT COMMAND...
    local what=$1
    shift
    "$pluto" "$@" >text 2>err || fail "$what: $(<err)"
    ! grep -q 'has not changed$' err || fail "$what: not noticed: $(<err)"
}
echo 'fn twice(n: int) int { return 2 * n }
test "one" { expect(twice(1)).to_equal(2) }
test "two" { expect(twice(2)).to_equal(4) }
fn main() {
    let unused = 1
    print(twice(21))
}' >t.pluto
run=(run --verbose t.pluto)
reads "run" "${run[@]}"
runs "run again" "${run[@]}" -- a b
[[ $(<text) == 42 ]] || fail "run again prints $(<text)"
grep -q "unused variable 'unused'" err || fail "run: the warnings are not said again: $(<err)"
reads "test" test --verbose t.pluto
runs "test again" test --verbose t.pluto
cp text whole
reads "test with a filter" test --verbose --filter two t.pluto
runs "test with a filter again" test --verbose --filter two t.pluto
! cmp -s text whole || fail "the filter does not count"
sed -i 's/21/22/' t.pluto
reads "run: the file" "${run[@]}"
[[ $(<text) == 44 ]] || fail "run prints $(<text)"
runs "run: the file, again" "${run[@]}"
rm ../cache/pluto/*[!n]
"$pluto" "${run[@]}" >text 2>err || fail "a program that is gone: $(<err)"
[[ $(<text) == 44 ]] || fail "a program that is gone: prints $(<text)"
"$pluto" run --no-cache "${run[@]:1}" >text 2>err
! grep -q 'has not changed$' err || fail "run --no-cache"
# What comes through a pipe is read each time.
for text in one two; do
    got=$(echo "fn main() { print(\"$text\") }" | "$pluto" run --standalone /dev/stdin 2>err) ||
        fail "a pipe: $(<err)"
    [[ $got == "$text" ]] || fail "a pipe: prints $got, not $text"
done
