# The report of a failure: place, source line, calls, task; in whatever way the program was made.
set -eu
fail() { echo "$*"; exit 1; }

cat >a.pluto <<'END'
class Account {
    total: int

    fn take(self, xs: [int], i: int) int {
        return self.total + xs[i]
    }
}

fn submit(a: Account, n: int) int {
    let xs = [1, 2, 3, 4]
    return a.take(xs, n)
}

fn deep(n: int) int {
    if n == 0 {
        return submit(Account { total: 1 }, 9)
    }
    return 1 + deep(n - 1)
}

fn work(n: int) int {
    let f = (x: int) => deep(x)
    return f(n)
}

fn main() {
    let t = spawn work(3)
    print(t.get())
}
END

head='pluto: array index out of bounds: index 9, length 4
  at a.pluto:5:32 in Account.take'
source='    5 |         return self.total + xs[i]
      |                                ^'
calls='  called at a.pluto:11 in submit
  called at a.pluto:16 in deep
  called at a.pluto:18 in deep
  called at a.pluto:18 in deep
  called at a.pluto:18 in deep
  called at a.pluto:22 in a closure of work
  called at a.pluto:23 in work'
task='  task N (work), spawned at a.pluto:27:13'

report() {      # WHAT EXPECTED COMMAND..
    local what=$1 expected=$2 status=0 said
    shift 2
    said=$("$@" 2>&1) || status=$?
    [[ $status == 1 ]] || fail "$what: status $status: $said"
    said=$(sed -E 's/^  task [0-9]+ /  task N /' <<<"$said")
    [[ $said == "$expected" ]] || fail "$what: $(diff <(echo "$expected") <(echo "$said"))"
}

# ---- Made by run and by build ----

whole=$head$'\n'$source$'\n'$calls$'\n'$task
report run "$whole" "$PLUTO" run a.pluto
report cached "$whole" "$PLUTO" run a.pluto
report uncached "$whole" "$PLUTO" run --no-cache a.pluto
"$PLUTO" build a.pluto -o a
report build "$whole" ./a
"$PLUTO" build --debug a.pluto -o debug
report "build --debug" "$whole" ./debug
if command -v clang >/dev/null; then
    "$PLUTO" build --cc clang a.pluto -o clang
    report clang "$whole" ./clang
fi

# ---- Less is known ----

strip -o bare a
report stripped "$head"$'\n'"$source"$'\n'"$task" ./bare
strip -g -o names a
./names 2>&1 | grep -q '  called in deep' || fail "names without lines: $(./names 2>&1)"
objcopy --compress-debug-sections a packed
./packed 2>&1 | grep -q '  called in deep' || fail "compressed: $(./packed 2>&1)"

# A source that was changed, or is something else, is not shown.
mkdir elsewhere
(cd elsewhere; report elsewhere "$head"$'\n'"$calls"$'\n'"$task" ../a)
touch a.pluto
report changed "$head"$'\n'"$calls"$'\n'"$task" ./a
report "changed but the same" "$whole" "$PLUTO" run a.pluto
mv a.pluto kept.pluto
report gone "$head"$'\n'"$calls"$'\n'"$task" ./a
mkdir a.pluto
report "a folder" "$head"$'\n'"$calls"$'\n'"$task" ./a
rmdir a.pluto
mkfifo a.pluto
report "a pipe" "$head"$'\n'"$calls"$'\n'"$task" timeout 20 ./a
rm a.pluto
touch -d 2001-01-01 a.pluto
report "too short" "$head"$'\n'"$calls"$'\n'"$task" ./a
mv kept.pluto a.pluto

# Damaged: the report still begins and ends as it should.
for section in .debug_info .debug_abbrev .debug_line .debug_rnglists .debug_str .symtab .strtab; do
    cp a damaged
    offset=$(readelf -SW a | sed 's/^ *\[ *[0-9]*\] //' | awk -v s=$section '$1 == s { print $4 }')
    for byte in 0 7 40 100 300; do
        printf '\377\200\001' |
            dd of=damaged bs=1 seek=$((16#$offset + byte)) conv=notrunc status=none
    done
    status=0
    said=$(timeout 30 ./damaged 2>&1) || status=$?
    [[ $status == 1 && $said == "$head"* && $said == *"(work), spawned at a.pluto:27:13" ]] ||
        fail "damaged $section: status $status, $said"
done

# ---- Long ones ----

cat >long.pluto <<'END'
fn down(n: int) int {
    if n == 0 {
        return 1 / n
    }
    return down(n - 1) + 1
}
fn main() {
    print(down(2000))
}
END
"$PLUTO" run long.pluto 2>err && fail "long: did not fail"
[[ $(grep -c '  called at' err) == 29 ]] || fail "long: $(<err)"
grep -q '^  \.\.\. 1,9[67][0-9] more calls$' err || fail "long, in the middle: $(<err)"
[[ $(tail -n 2 err) == $'  called at long.pluto:8 in main\n  task 1 (main)' ]] ||
    fail "long, at its end: $(<err)"

cat >b.pluto <<'END'
fn down(n: int) int {
    return down(n + 1) + 1
}
fn main() {
    print(down(0))
}
END
"$PLUTO" run b.pluto 2>err && fail "endless: did not fail"
[[ $(head -n 2 err) == $'pluto: stack overflow\n  at b.pluto:1:4 in down' ]] ||
    fail "endless: $(<err)"
grep -q '^  \.\.\. [0-9,]* more calls$' err || fail "endless, in the middle: $(<err)"
[[ $(grep -c . err) -le 36 ]] || fail "endless: $(<err)"

# ---- What the source line looks like ----

printf 'fn main() {\n\tlet xs = [1]\n\tprint("h\303\251llo \001".len() + xs[7])\n}\n' >c.pluto
"$PLUTO" run c.pluto 2>err && fail "c: did not fail"
expected='    3 |     print("héllo ?".len() + xs[7])
      |                                ^'
[[ $(sed -n 3,4p err) == "$expected" ]] || fail "tabs and the like: $(cat -A err)"
printf 'fn main() {\n    let xs = [1]\n    print(xs[7] + "%0300d".len())\n}\n' 0 >d.pluto
"$PLUTO" run d.pluto 2>err && fail "d: did not fail"
[[ $(sed -n 3p err | wc -c) -lt 120 && $(sed -n 4p err) == *'^' ]] || fail "a long line: $(<err)"
