# pluto build keeps the program; compile is another name for it; -o may be anywhere with any name.
set -eu
fail() { echo "$*"; exit 1; }
printf 'fn main() int {\n    print("built")\n    return 7\n}\n' >'my program.pluto'
"$PLUTO" build 'my program.pluto' -o 'my output'
[[ $(ls) == $'my output\nmy program.pluto' ]] || fail "left behind: $(ls)"
status=0
out=$('./my output') || status=$?
[[ $out == built && $status == 7 ]] || fail "printed $out, status $status"
"$PLUTO" compile 'my program.pluto' -o second
status=0
./second >out || status=$?
[[ $(<out) == built && $status == 7 ]] || fail "compile: printed $(<out), status $status"

# A failed build leaves no program, and does not touch an old one.
printf 'fn main() { print(x) }\n' >bad.pluto
if "$PLUTO" build bad.pluto -o bad 2>err; then fail "bad.pluto was built"; fi
[[ ! -e bad ]] || fail "a failed build wrote its output"
if "$PLUTO" build bad.pluto -o second 2>err; then fail "bad.pluto was built"; fi
./second >out || true
[[ $(<out) == built ]] || fail "a failed build damaged an old program"

# An output that cannot be written.
if "$PLUTO" build 'my program.pluto' -o no/such/folder/x 2>err; then fail "built into nowhere"; fi
[[ -s err ]] || fail "no message for an output that cannot be written"

# What is not built yet says so, with its place.
printf 'system Platform {\n}\n' >system.pluto
if "$PLUTO" build --standalone system.pluto -o platform 2>err; then fail "a system was built"; fi
grep -q 'Not implemented: a system is not implemented yet' err || fail "a system: $(<err)"
grep -q 'system.pluto:1:1' err || fail "a system has no place: $(<err)"
[[ ! -e platform ]] || fail "a system left an output"
