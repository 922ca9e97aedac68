# Modules from the command line: where the standard library is, what is merged, what the cache sees.
set -eu
. "$ROOT/tests/cli_checks.sh"
library() { mkdir -p "$1/greet"; echo "pub fn hello() string { return \"$2\" }" >"$1/greet/mod.pluto"; }

# ---- The root of the standard library: option, variable, folder beside the entry, our own ----

mkdir -p prog
cat >prog/main.pluto <<'END'
import std.greet
fn main() { print(greet.hello()) }
END
library named option
library env variable
refuses "cannot find module 'std.greet'" "$PLUTO" run prog/main.pluto
library prog/stdlib beside
says beside "$PLUTO" run prog/main.pluto
says variable env PLUTO_STDLIB=env "$PLUTO" run prog/main.pluto
says option env PLUTO_STDLIB=env "$PLUTO" run --stdlib named prog/main.pluto
says option "$PLUTO" --stdlib=named run prog/main.pluto
says option "$PLUTO" --stdlib named prog/main.pluto
says '' "$PLUTO" check --stdlib named prog/main.pluto
"$PLUTO" build --stdlib named prog/main.pluto -o a.out
says option ./a.out
mkdir lonely                                # a compiler without its library
cp "$PLUTO" lonely/pluto
printf 'import std.math\nfn main() { }\n' >lonely/main.pluto
refuses "cannot import 'std.math': no stdlib root found" lonely/pluto check lonely/main.pluto
(cd prog && says beside "$PLUTO" run main.pluto && says beside "$PLUTO" run ../prog/main.pluto)

# ---- The cache: a program is made anew when any of its files changed ----

mkdir cached
cd cached
echo 'import part
fn main() { print(part.text() + other()) }' >main.pluto
echo 'pub fn text() string { return "one" }' >part.pluto
echo 'fn other() string { return "" }' >other.pluto
says one "$PLUTO" run main.pluto
says one "$PLUTO" run main.pluto
echo 'pub fn text() string { return "two" }' >part.pluto
says two "$PLUTO" run main.pluto
echo 'fn other() string { return "!" }' >other.pluto
says two! "$PLUTO" run main.pluto
echo 'fn third() string { return missing() }' >third.pluto
refuses "undefined function 'missing'" "$PLUTO" run main.pluto
refuses "third.pluto:1:28" "$PLUTO" run main.pluto
rm third.pluto
mkdir part                                  # a folder comes before a file
echo 'pub fn text() string { return "three" }' >part/a.pluto
says three! "$PLUTO" run main.pluto
rm -r part
says two! "$PLUTO" run main.pluto
cd ..

# ---- What lies beside the entry ----

refuses "undefined function 'other'" "$PLUTO" run --standalone cached/main.pluto
mkdir alone
echo 'fn main() { print("a") }' >alone/a.pluto
echo 'fn main() { print("b") }' >alone/b.pluto
says a "$PLUTO" run alone/a.pluto           # two programs in one folder
says b "$PLUTO" run alone/b.pluto
echo 'fn helper() { }' >alone/c.pluto         # part of both
refuses "no 'fn main()'" "$PLUTO" run alone/c.pluto
says '' "$PLUTO" check alone/c.pluto
echo 'fn helper() { }' >>alone/a.pluto
refuses "'helper' is already declared as a function" "$PLUTO" run alone/a.pluto
refuses "--standalone leaves them out" "$PLUTO" run alone/a.pluto
sed -i '/helper/d' alone/a.pluto
echo 'app A { fn main(self) { } }' >alone/d.pluto
both='cannot have both an app declaration and a top-level main function'
refuses "$both" "$PLUTO" run alone/d.pluto
refuses "$both" "$PLUTO" run alone/a.pluto
refuses "--standalone leaves them out" "$PLUTO" run alone/a.pluto
echo 'fn main() { }' >>alone/d.pluto          # not left out for its main
refuses "$both" "$PLUTO" run alone/a.pluto
rm alone/d.pluto
cat >alone/d.pluto <<'END'
fn main() {
    print(only_in_b(1))
    let k = Kind { n: 1 }
    let j: Kind = k
}
END
printf 'fn only_in_b(n: int) int { return n }\nclass Kind { n: int }\n' >>alone/b.pluto
elsewhere='alone/b.pluto declares it, but is a program of its own'
refuses "$elsewhere" "$PLUTO" run alone/d.pluto
[[ $(grep -c "$elsewhere" err) == 3 ]] || fail "not everywhere: $(<err)"
rm alone/b.pluto alone/d.pluto
says a "$PLUTO" run alone/c.pluto           # one program of two files
echo 'fn broken( { }' >alone/c.pluto
refuses "Syntax error" "$PLUTO" run alone/a.pluto
refuses "alone/c.pluto:1:" "$PLUTO" check alone/a.pluto
refuses "alone/c.pluto belongs to the program because it lies beside alone/a.pluto" \
    "$PLUTO" run alone/a.pluto
says a "$PLUTO" run --standalone alone/a.pluto

# A file that is read twice, as part of the program and as a module, is judged once.
mkdir twice
printf 'import b\nfn main() { b.g() }\n' >twice/main.pluto
printf 'import c\npub fn g() { c.f() }\n' >twice/b.pluto
printf 'pub fn f() {\n    let unused = 1\n}\n' >twice/c.pluto
says '' "$PLUTO" run twice/main.pluto
[[ $(grep -c 'unused variable' err) == 1 ]] || fail "not one warning: $(<err)"
for body in 'return 1' 'print("' 'f(]'; do
    printf 'pub fn f() {\n    %s\n}\n' "$body" >twice/c.pluto
    refuses 'c.pluto:2:' "$PLUTO" run twice/main.pluto
    [[ $(grep -c 'error: ' err) == 1 ]] || fail "not one error: $(<err)"
done

# A file that others beside it import may be looked at by itself: it is the entry, and a module.
mkdir both
printf 'import part\nfn main() { print(part.text()) }\n' >both/main.pluto
printf 'pub fn text() string { return "part" }\n' >both/part.pluto
says part "$PLUTO" run both/main.pluto
says '' "$PLUTO" check both/part.pluto
says part "$PLUTO" run both/part.pluto
says '' "$PLUTO" doc both/part.pluto -o page
printf 'import main\npub fn text() string { return "part" }\n' >both/part.pluto
refuses 'circular import detected' "$PLUTO" run both/main.pluto
refuses 'circular import detected' "$PLUTO" check both/part.pluto

# ---- --gc ----

cat >gc.pluto <<'END'
class Node { next: Node? }
fn main() {
    let kept = 0
    for i in 0..200000 {
        let n = Node { next: none }
        if n.next == none { kept++ }
    }
    print(kept)
}
END
cycles() { PLUTO_GC_LOG=1 PLUTO_GC_THRESHOLD=256K "$@" 2>&1 >/dev/null | grep -c . || true; }
for gc in marksweep noop; do
    says 200000 "$PLUTO" run --standalone --gc $gc gc.pluto
    "$PLUTO" build --standalone --gc=$gc gc.pluto -o $gc
done
[[ $(cycles ./noop) == 0 ]] || fail "--gc noop collects"
case $PLUTO in
*/asan/* | */tsan/*) ;;                     # these never collect
*) (($(cycles ./marksweep) > 0)) || fail "--gc marksweep does not collect" ;;
esac
refuses "unknown GC backend 'x'; expected 'marksweep' or 'noop'" "$PLUTO" --gc x run gc.pluto

# ---- The arguments of a program ----

cat >args.pluto <<'END'
import std.env
fn main() {
    for arg in env.args() { print(arg) }
}
END
says $'a b\n--c' "$PLUTO" run --standalone args.pluto -- 'a b' --c
"$PLUTO" build --standalone args.pluto -o args
says $'x' ./args x
says '' ./args
