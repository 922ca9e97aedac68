# Standard output that is full or closed ends the program with a message and status 1 (no signal);
# output is complete when the program is stopped by a failure.
set -eu
fail() { echo "$*"; exit 1; }
printf 'fn main() {\n    for i in 0..100_000 { print(i) }\n}\n' >lines.pluto
"$PLUTO" build lines.pluto -o lines
[[ $(./lines | wc -l) == 100000 ]] || fail "lines are missing"
status=0
./lines >/dev/full 2>err || status=$?
[[ $status == 1 && -s err ]] || fail "full: status $status, $(<err)"
: >status
{ ./lines 2>err || echo $? >status; } | head -n 1 >out
[[ $(<out) == 0 && $(<status) == 1 ]] || fail "broken pipe: status $(<status), $(<err)"
status=0
./lines >&- 2>err || status=$?
[[ $status == 1 ]] || fail "closed: status $status"
cat >stop.pluto <<'END'
fn main() {
    for i in 0..10_000 { print(i) }
    let xs = [1]
    print(xs[1])
}
END
status=0
"$PLUTO" run stop.pluto >out 2>err || status=$?
[[ $status == 1 && $(wc -l <out) == 10000 ]] || fail "stop: status $status, $(wc -l <out) lines"
