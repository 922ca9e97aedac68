# Files that nobody writes by hand: deep, long, huge or no text at all. The compiler says what is
# wrong, or nothing; it never ends by a signal and never takes long.
set -eu
fail() { echo "$*"; exit 1; }
repeat() { awk -v text="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'; }

# checked STATUS TEXT [LABEL]: a.pluto, with TEXT among the messages.
checked() {
    local status=0
    timeout -k 5 30 "$PLUTO" check a.pluto >out 2>err </dev/null || status=$?
    [[ $status == "$1" && ! -s out ]] ||
        fail "${3:-$2}: status $status, not $1: $(head -c 300 err)"
    [[ -z $2 ]] || grep -qaF -- "$2" err || fail "${3:-$2}: not said: $2"$'\n'"$(head -c 300 err)"
    if (($1 == 0)) && grep -qaF error: err; then fail "${3:-$2}: $(head -c 300 err)"; fi
}

# ---- Nesting ----

for begin in '(' '[' '!' '~' 'f(' 'a[' 'x.f(' '(x: int) => ' 'if x { ' '[(' 'x + (' 'f"{(' \
    'Map<int, int> { 1: '; do
    { printf 'fn main() {\n    let x = '; repeat "$begin" 20000; printf '\n}\n'; } >a.pluto
    case $begin in
    'f"'*) checked 1 'Syntax error: ' "nested $begin" ;;
    *)     checked 1 'nesting too deep: more than 256 levels' "nested $begin" ;;
    esac
done
for begin in 'Box<' '[' 'fn(' 'stream [' 'Map<int, '; do
    { printf 'fn f(x: '; repeat "$begin" 20000; printf 'int) {}\n'; } >a.pluto
    checked 1 'nesting too deep: more than 256 levels' "nested $begin"
done
for begin in 'while true {' 'if true {' 'for i in 0..1 {' 'loop {'; do
    { printf 'fn main() {\n'; repeat "$begin"$'\n' 20000; repeat $'}\n' 20001; } >a.pluto
    checked 1 'more than 256 levels' "nested $begin"
done

# Chains are no nesting, but have a limit too; below it everything works.
for link in ' + 1' ' && true' '.f()' '[0]' ' as int' '?'; do
    { printf 'fn main() {\n    let x = a'; repeat "$link" 20000; printf '\n}\n'; } >a.pluto
    checked 1 'Syntax error: ' "chain of $link"
done
{ printf 'fn main() {\n    print(1'; repeat ' + 1' 9000; printf ')\n    if false {}'
  repeat ' else if false {}' 4000; printf '\n}\n'; } >a.pluto
checked 0 '' "chains below the limit"
{ printf 'fn main() {\n    print('; repeat '(1 + ' 200; printf 1; repeat ')' 200; printf ')\n}\n'
} >a.pluto
checked 0 '' "nesting below the limit"
for end in ')' ']' '}' '>'; do
    repeat "$end" 20000 >a.pluto
    checked 1 'Syntax error: ' "only $end"
done

# ---- 100,000 lines ----

long() {        # BEFORE LINE AFTER; # in LINE is its number
    awk -v before="$1" -v line="$2" -v after="$3" 'BEGIN {
        if (before != "") print before
        parts = split(line, part, "#")
        for (i = 0; i < 100000; i++) {
            printf "%s", part[1]
            for (k = 2; k <= parts; k++) printf "%s%s", i, part[k]
            print ""
        }
        if (after != "") print after
    }' >a.pluto
}
long 'fn main() {' '    let x# = #' '}'
checked 0 "unused variable 'x0'" locals
long '' 'fn f#(n: int) int { return n + # }' 'fn main() { print(f99999(1)) }'
checked 0 '' functions
long 'fn main() {
    let xs = [' '    #,' '    ]
    print(xs.len())
}'
checked 0 '' elements
long 'class C {' '    f#: int' '}
fn main() {}'
checked 0 '' fields
long 'fn main() {' '    print(x#)' '}'
checked 1 '99980 more errors' 'undefined names'
long 'fn main() {' '    print("open)' '}'
checked 1 'Syntax error: ' 'open strings'
long 'fn main() {' '    print(#' ''
checked 1 'Syntax error: ' 'open calls'
long '' 'fn f#() {' ''
checked 1 'Syntax error: ' 'open functions'
long '' '// #' ''
checked 0 '' comments
awk 'BEGIN { n = 30000
    for (i = 0; i < n; i++) print "fn f" i "() int { return " (i + 1 < n ? "f" i + 1 "()" : 0) " }"
    print "fn main() { print(f0()) }" }' >a.pluto
checked 0 '' 'a chain of calls'

# ---- Huge literals and names ----

literal() { { printf 'fn main() {\n    print(%s' "$1"; repeat "$2" 2000000; printf '%s)\n}\n' "$3"
            } >a.pluto; }
literal '' 9 ''
checked 1 'integer literal out of range'
literal '0.' 1 ''
checked 0 '' 'a long fraction'
literal '0x' f ''
checked 1 'integer literal out of range' 'a long hexadecimal literal'
literal '' 1_ 1
checked 1 'Syntax error: ' 'a long literal with _'
literal '"' x '"'
checked 0 '' 'a long string'
literal '"' '\n' '"'
checked 0 '' 'a string of escapes'
literal 'f"' '{1}' '"'
checked 0 '' 'a long f-string'
literal '' x ''
checked 1 'undefined variable' 'a long name'
literal '' / ''
checked 1 'Syntax error: ' 'a long comment'

# ---- No text ----

for block in 1 2 3 4 5; do
    head -c 100000 /dev/urandom >a.pluto
    status=0
    timeout -k 5 30 "$PLUTO" check a.pluto >out 2>err || status=$?
    if [[ $status != 1 ]]; then
        cp a.pluto "$ROOT/build/robust.pluto"
        fail "random bytes $block: status $status; they are kept in build/robust.pluto"
    fi
    tr -dc '[:print:]\n' <a.pluto >b.pluto
    status=0
    timeout -k 5 30 "$PLUTO" check b.pluto >out 2>err || status=$?
    [[ $status == 0 || $status == 1 ]] || fail "random characters: status $status"
done
head -c 500000 "$PLUTO" >a.pluto
checked 1 'Syntax error: ' 'a program in machine code'
head -c 500000 /dev/zero >a.pluto
checked 1 'Syntax error: ' 'only NUL'
printf '\xef\xbb\xbffn main() {}' >a.pluto
status=0
timeout 30 "$PLUTO" check a.pluto >out 2>err || status=$?
((status <= 1)) || fail "byte order mark: status $status"
printf 'fn main() { print("\xff\xc3\xed\xa0\x80\xf5") }' >a.pluto
status=0
timeout 30 "$PLUTO" check a.pluto >out 2>err || status=$?
((status <= 1)) || fail "broken UTF-8: status $status"

# A file that ends too early, after each of its bytes.
cat >whole.pluto <<'END'
class A<T> { x: T?, fn f(mut self, n: int) T { return self.x ?? n } }
enum E { V { a: int } W }
error Bad { message: string }
fn g(e: E) stream int { match e { E.V { a } { yield a } E.W { raise Bad { message: f"{e}" } } } }
fn main() { let h = (x: int) => x + 0x1f; let m = Map<int, [int]> { 1: [2] } }
END
size=$(wc -c <whole.pluto)
for ((i = 0; i < size; i++)); do
    head -c "$i" whole.pluto >a.pluto
    status=0
    timeout 30 "$PLUTO" check a.pluto >out 2>err || status=$?
    ((status <= 1)) || fail "the first $i bytes of whole.pluto: status $status"
done
