# pluto check says nothing about a good program, and reports each error of a bad one.
set -eu
fail() { echo "$*"; exit 1; }
printf 'fn main() { print(1) }\n' >good.pluto
"$PLUTO" check good.pluto >out 2>&1 || fail "good.pluto: $(<out)"
[[ ! -s out ]] || fail "good.pluto: $(<out)"
cat >bad.pluto <<'END'
fn main() {
    print(unknown)
    let n: int = "text"
    print(missing(1))
}
END
status=0
"$PLUTO" check bad.pluto >out 2>err || status=$?
[[ $status == 1 && ! -s out ]] || fail "bad.pluto: status $status, printed $(<out)"
for line in "Type error: undefined variable 'unknown'" bad.pluto:2:11 \
    'Type error: type mismatch: expected int, found string' bad.pluto:3:18 \
    "Type error: undefined function 'missing'" bad.pluto:4:11; do
    grep -qF "$line" err || fail "not reported: $line"$'\n'"$(<err)"
done
if grep -q $'\e' err; then fail "colours without a terminal"; fi
