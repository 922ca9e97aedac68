# Wrong uses of the command line end with a message and a status that is neither 0 nor a signal.
set -eu
fail() { echo "$*"; exit 1; }
wrong() {
    local status=0
    "$PLUTO" "$@" >out 2>err </dev/null || status=$?
    ((status == 1 || status == 2)) || fail "pluto $*: status $status"
    [[ -s err ]] || fail "pluto $*: no message"
}
wrong
wrong run
wrong build
wrong run nothere.pluto
wrong build nothere.pluto -o x
wrong check nothere.pluto
wrong nothere.pluto
wrong nonsense
wrong run .
printf 'fn f() {}\n' >nomain.pluto
wrong run nomain.pluto
: >empty.pluto
wrong run empty.pluto
"$PLUTO" --version >out || fail "--version"
grep -q '[0-9]\.[0-9]' out || fail "--version prints $(<out)"
"$PLUTO" --help >out || fail "--help"
grep -q build out || fail "--help does not mention build"
