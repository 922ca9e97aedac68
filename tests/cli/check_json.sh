# pluto check --json: one object per line on standard output, and nothing else anywhere.
set -eu
fail() { echo "$*"; exit 1; }
json() {        # STATUS FILE
    local status=0
    "$PLUTO" check --json --standalone "$2" >out 2>err || status=$?
    [[ $status == "$1" && ! -s err ]] || fail "$2: status $status, $(<err)"
    well_formed
}

# A reader of JSON in a few lines: each line is one object, all strings are properly escaped.
well_formed() {
    awk '
    function skip(what) {
        if (substr(rest, 1, length(what)) != what) return 0
        rest = substr(rest, length(what) + 1)
        return 1
    }
    function string(   n) {
        if (!skip("\"")) return 0
        for (;;) {
            n = match(rest, /[\\"\001-\037\177]/)
            if (n == 0) return 0
            rest = substr(rest, n)
            if (skip("\"")) return 1
            if (!match(rest, /^\\(["\\\/bfnrt]|u[0-9a-f][0-9a-f][0-9a-f][0-9a-f])/)) return 0
            rest = substr(rest, RLENGTH + 1)
        }
    }
    function list(close_with, pairs) {
        if (skip(close_with)) return 1
        do {
            if (pairs && (!string() || !skip(":"))) return 0
            if (!value()) return 0
        } while (skip(","))
        return skip(close_with)
    }
    function value() {
        if (skip("{")) return list("}", 1)
        if (skip("[")) return list("]", 0)
        if (skip("null") || skip("true") || skip("false")) return 1
        if (match(rest, /^-?[0-9]+/)) { rest = substr(rest, RLENGTH + 1); return 1 }
        return string()
    }
    {
        rest = $0
        if ($0 !~ /^{/ || !value() || rest != "") { print FNR ": near " rest; bad = 1 }
    }
    END { exit bad }' out >reader 2>&1 || fail "no JSON: $(<reader)"$'\n'"$(<out)"
}
has() { grep -qF -- "$1" out || fail "not printed: $1"$'\n'"$(<out)"; }
lines() { [[ $(wc -l <out) == "$1" ]] || fail "$2: not $1 lines:"$'\n'"$(<out)"; }

printf 'fn main() { print(1) }\n' >good.pluto
json 0 good.pluto
lines 0 good.pluto

# Errors in source order, each with all fields.
cat >bad.pluto <<'END'
fn main() {
    let n: int = "text"
    print(unknown)
    print(lenght("x"))
}
fn length(s: string) int { return s.len() }
END
json 1 bad.pluto
lines 3 bad.pluto
has '{"kind":"type","severity":"error","message":"type mismatch: expected int, found string",'\
'"file":"bad.pluto","line":2,"column":18,"end_line":2,"end_column":24,"label":"this is string",'\
'"notes":[{"message":"the annotation is here","file":"bad.pluto","line":2,"column":12}],"help":'
sed -n 2p out | grep -qF '"line":3,"column":11,"end_line":3,"end_column":18,' ||
    fail "the second line is $(sed -n 2p out)"
sed -n 3p out | grep -q '"line":4,.*"help":"' || fail "no advice: $(sed -n 3p out)"

# Warnings leave the status alone.
printf 'fn main() {\n    let unused = 1\n    print(1)\n}\n' >warning.pluto
json 0 warning.pluto
lines 1 warning.pluto
has '"kind":"warning","severity":"warning",'
has '"line":2,"column":9,'

# A span over several lines; the end is behind its last byte.
printf 'fn main() {\n    let x: int = [1,\n        2]\n}\n' >long.pluto
json 1 long.pluto
has '"line":2,"column":18,"end_line":3,"end_column":11,'

# Syntax errors; what the file is called and what is in it may be anything.
name=$'odd "\\\t\n\x01\xff\xc3\xa9\xed\xa0\x80.pluto'
printf 'fn main() { print("\\q") }\n' >"$name"
json 1 "$name"
has '"kind":"syntax","severity":"error",'
has '"file":"odd \"\\\t\n\u0001\ufffd'$'\xc3\xa9''\ufffd\ufffd\ufffd.pluto",'
printf 'fn main() { let x: \x80\x01 = 1 }\n\xff\n\0\n' >bytes.pluto
json 1 bytes.pluto
if LC_ALL=C grep -q $'[\x01-\x08\x80-\xff]' out; then fail "raw bytes: $(<out)"; fi

# More than people are shown.
{
    echo "fn main() {"
    for ((i = 0; i < 50; i++)); do echo "    print(x$i)"; done
    echo "}"
} >many.pluto
json 1 many.pluto
lines 50 many.pluto

# The option stands before or behind the file, and belongs to check alone.
"$PLUTO" check bad.pluto --json >after 2>err && fail "bad.pluto was accepted"
"$PLUTO" check --json bad.pluto >out 2>err && fail "bad.pluto was accepted"
cmp -s out after || fail "--json behind the file prints something else"
if "$PLUTO" run --json good.pluto >out 2>err; then fail "run takes --json"; fi
grep -q "unknown option '--json'" err || fail "run --json: $(<err)"

# What is no matter of the program's text is said as always.
status=0
"$PLUTO" check --json nothere.pluto >out 2>err || status=$?
[[ $status == 1 && ! -s out && $(<err) == error:\ * ]] || fail "no file: status $status, $(<err)"
status=0
"$PLUTO" check --json bad.pluto 2>err >/dev/full || status=$?
[[ $status == 1 && $(<err) == error:\ *'standard output'* ]] || fail "full disk: $(<err)"
"$PLUTO" check --help | grep -q -- --json || fail "--help does not mention --json"
