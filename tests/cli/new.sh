# pluto new: what it makes builds, runs, tests and is formatted; and it overwrites nothing.
set -u
fail() { echo "$*"; exit 1; }
"$PLUTO" new hello >out || fail "new fails"
[[ $(find hello -type f | LC_ALL=C sort) == "hello/greet/greet.pluto
hello/main.pluto
hello/pluto.toml
hello/tests.pluto" ]] || fail "it makes $(find hello -type f)"
[[ $("$PLUTO" run hello) == 'Hello, world!' ]] || fail "it does not run"
[[ $(cd hello && "$PLUTO" run .) == 'Hello, world!' ]] || fail "it does not run from within"
"$PLUTO" build hello -o program || fail "it does not build"
[[ $(./program) == 'Hello, world!' ]] || fail "the program does not run"
"$PLUTO" test hello >out || fail "its tests fail"
grep -q '1 tests passed' out || fail "the tests print $(<out)"
"$PLUTO" check hello || fail "check fails"
"$PLUTO" fmt --check hello || fail "it is not in the canonical layout"
"$PLUTO" doc hello/greet | grep -q 'What to say to somebody' || fail "it has no documentation"
grep -qx 'name = "hello"' hello/pluto.toml || fail "pluto.toml has $(<hello/pluto.toml)"
sed -i 's/Hello/Bye/' hello/greet/greet.pluto
"$PLUTO" test hello 2>/dev/null >/dev/null && fail "its tests cannot fail"

"$PLUTO" new hello 2>err && fail "it goes over a project"
grep -q Bye hello/greet/greet.pluto || fail "it overwrote a file"
for name in '' 1st 'a b' .hidden a.b; do
    "$PLUTO" new "$name" 2>err && fail "'$name' is a name"
    [[ -s err ]] || fail "no message for '$name'"
done
mkdir sub
"$PLUTO" new sub/deep-er_2 >out || fail "new fails with a path"
grep -qx 'name = "deep-er_2"' sub/deep-er_2/pluto.toml || fail "the name has the path in it"
[[ $("$PLUTO" run sub/deep-er_2) == 'Hello, world!' ]] || fail "that does not run"
mkdir empty
"$PLUTO" run empty 2>err && fail "an empty folder runs"
grep -q 'without main.pluto' err || fail "an empty folder: $(<err)"
