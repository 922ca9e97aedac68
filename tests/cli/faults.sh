# Files and tools that are not as they should be: one line that begins with "error: ", status 1.
set -eu
fail() { echo "$*"; exit 1; }
refused() {     # TEXT COMMAND...
    local text=$1 status=0
    shift
    "$@" >out 2>err </dev/null || status=$?
    [[ $status == 1 ]] || fail "$*: status $status, $(<err)"
    [[ $(wc -l <err) == 1 && $(<err) == error:\ *"$text"* ]] || fail "$*: not '$text' but: $(<err)"
}
printf 'fn main() { print(1) }\n' >a.pluto
printf 'fn f() {}\n' >nomain.pluto
: >empty.pluto
printf 'fn main() { print(2) }\n' >secret.pluto
chmod 000 secret.pluto
refused 'no such file' "$PLUTO" run nothere.pluto
refused 'directory' "$PLUTO" run .
refused "no 'fn main()' in nomain.pluto" "$PLUTO" run nomain.pluto
refused "no 'fn main()' in empty.pluto" "$PLUTO" build empty.pluto -o x
if [[ ! -r secret.pluto ]]; then
    refused 'secret.pluto' "$PLUTO" run secret.pluto
fi
refused "'cc' is not on PATH" env -u CC PATH=/nowhere "$PLUTO" run --no-cache a.pluto
refused "'nocc' is not on PATH" "$PLUTO" run --cc nocc a.pluto
refused 'cannot write no/folder/x' "$PLUTO" build a.pluto -o no/folder/x
refused 'directory' "$PLUTO" build a.pluto -o .
refused '/dev/full' "$PLUTO" build a.pluto -o /dev/full
refused 'cannot write /dev/full' "$PLUTO" build a.pluto --emit-c /dev/full
refused 'TMPDIR' env TMPDIR="$PWD/no" "$PLUTO" run --no-cache a.pluto
refused "unknown option '--wrong'" "$PLUTO" run --wrong a.pluto
refused "unknown command 'wrong'" "$PLUTO" wrong
refused 'needs a value' "$PLUTO" build a.pluto -o
refused 'unexpected word' "$PLUTO" run a.pluto b
refused 'not implemented' "$PLUTO" sync a.pluto
refused "unknown GC backend 'x'" "$PLUTO" --gc x run a.pluto
status=0
"$PLUTO" --emit-c a.pluto 2>err >/dev/full || status=$?
[[ $status == 1 && $(<err) == error:\ *'standard output'* ]] ||
    fail "--emit-c on a full disk: $(<err)"
status=0
"$PLUTO" --help 2>err >/dev/full || status=$?
[[ $status == 1 && -s err ]] || fail "--help on a full disk: status $status"

# All of that left nothing behind, and a good use still works.
[[ $(ls) == $'a.pluto\nempty.pluto\nerr\nnomain.pluto\nout\nsecret.pluto' ]] ||
    fail "left behind: $(ls)"
"$PLUTO" --gc marksweep build a.pluto -o x --emit-c x.c
[[ $(./x) == 1 ]] || fail "built: $(./x)"
grep -q '#include "runtime/pluto.h"' x.c || fail "--emit-c wrote no C"
[[ $("$PLUTO" --emit-c a.pluto) == "$(<x.c)" ]] || fail "the C differs"
for cc in gcc clang; do
    if command -v "$cc" >/dev/null; then
        [[ $("$PLUTO" run --cc "$cc" a.pluto) == 1 ]] || fail "--cc $cc"
        [[ $(CC="$cc -g0" "$PLUTO" run a.pluto) == 1 ]] || fail "CC='$cc -g0'"
    fi
done
