# pluto test: output, failures, the strategy Sequential, what is refused.
set -u
bad=0
fail() { echo "$*"; bad=1; }

# expect_test STATUS FILE [OPTIONS]: out and err hold what was printed.
expect_test() {
    local wanted=$1
    shift
    timeout 60 "$PLUTO" test "$@" >out 2>err </dev/null
    local status=$?
    [[ $status == "$wanted" ]] || fail "pluto test $*: status $status, expected $wanted: $(cat err)"
}
has_out() { [[ $(cat out) == "$1" ]] || fail "standard output is: $(cat out)"; }
has_err() { grep -qF -- "$1" err || fail "not on standard error: $1: $(cat err)"; }

# ---- Success; the order of the file; main is not run ----
cat >good.pluto <<'END'
error Bad { code: int }

fn half(n: int) int {
    if n % 2 == 1 {
        raise Bad { code: n }
    }
    return n / 2
}

test "adds" {
    expect(1 + 1).to_equal(2)
    expect(0.5 + 0.25).to_equal(0.75)
    expect("a" + "b").to_equal("ab")
    expect(true).to_equal(true)
    expect(7 as byte).to_equal(7 as byte)
    expect(1 < 2).to_be_true()
    expect(2 < 1).to_be_false()
}

fn main() {
    print("never")
}

test "empty" {}

test "errors" {
    expect(half(4)!).to_equal(2)
    expect(half(3) catch -1).to_equal(-1)
}
END
expect_test 0 good.pluto
has_out 'test adds ... ok
test empty ... ok
test errors ... ok

3 tests passed'
[[ -s err ]] && fail "good.pluto says: $(cat err)"
expect_test 0 --no-cache good.pluto --seed 0x1F --iterations 010
expect_test 0 --filter=err good.pluto
has_out 'test errors ... ok

1 tests passed'
expect_test 1 --filter nothing good.pluto
has_err "no test in 'good.pluto' has 'nothing' in its name"
expect_test 1 --seed soon good.pluto
has_err "'soon' is not a number"
[[ $("$PLUTO" run --standalone good.pluto) == never ]] || fail "run does not run main"

# ---- Names are free text ----
printf 'test "a \\"b\\" %%d \\\\ é" {\n    let f = (x: int) => x\n    expect(f(1)).to_equal(1)\n}\n' >names.pluto
expect_test 0 names.pluto
has_out 'test a "b" %d \ é ... ok

1 tests passed'

# ---- Failures: status 1 at once, the line of the assertion, the source line ----
failing() {     # ASSERTION TEXT
    printf 'test "first" {}\ntest "it" {\n    %s\n}\ntest "later" {}\n' "$1" >failing.pluto
    expect_test 1 failing.pluto
    has_out 'test first ... ok
test it ... '
    [[ $(head -1 err) == "$2" ]] || fail "$1: the first line is: $(head -1 err)"
    has_err "$1"
}
failing 'expect(1).to_equal(2)' 'FAIL (line 3): expected 1 to equal 2'
failing 'expect(1.0).to_equal(2.0)' 'FAIL (line 3): expected 1.000000 to equal 2.000000'
failing 'expect(true).to_equal(false)' 'FAIL (line 3): expected true to equal false'
failing 'expect("abc").to_equal("abd")' 'FAIL (line 3): expected "abc" to equal "abd"'
failing 'expect(1 as byte).to_equal(2 as byte)' 'FAIL (line 3): expected 1 to equal 2'
failing 'expect(1 > 2).to_be_true()' 'FAIL (line 3): expected true but got false'
failing 'expect(1 < 2).to_be_false()' 'FAIL (line 3): expected false but got true'

cat >raises.pluto <<'END'
error Bad { code: int }

fn fails() int {
    raise Bad { code: 7 }
}

test "raises" {
    print(fails()!)
}
END
expect_test 1 raises.pluto
has_err 'FAIL (line 7): uncaught Bad { code: 7 }'
has_err 'raised at raises.pluto:4:'

# ---- Sequential: tasks run where they are spawned ----
cat >tasks.pluto <<'END'
class Box {
    n: int
}

fn work(name: string, b: Box) int {
    print(name)
    b.n = b.n + 1
    return b.n
}

fn inner() int {
    let t = spawn work("inner", Box { n: 10 })
    print("after inner")
    return t.get()
}

fn feed(tx: Sender<int>) {
    tx.send(5)!
}

tests[scheduler: Sequential] {
    test "order" {
        let b = Box { n: 1 }
        let x = spawn work("x", b)
        print("between")
        let y = spawn work("y", b)
        let z = spawn inner()
        expect(x.get() + y.get()).to_equal(4)
        expect(z.get()).to_equal(11)
        expect(b.n).to_equal(1)
    }

    test "channels" {
        let (tx, rx) = chan<int>()
        let t = spawn feed(tx)
        t.get()!
        expect(rx.recv()!).to_equal(5)
    }
}
END
expect_test 0 tasks.pluto
has_out 'test order ... x
between
y
inner
after inner
ok
test channels ... ok

2 tests passed'

blocks() {      # STATEMENTS TEXT
    printf 'fn feed(tx: Sender<int>) {\n    tx.send(1)!\n    tx.send(2)!\n}\n' >blocks.pluto
    printf 'test "it" {\n    let (tx, rx) = chan<int>()\n    %s\n}\n' "$1" >>blocks.pluto
    expect_test 1 blocks.pluto
    has_err "pluto: deadlock detected — $2 in sequential test mode"
}
blocks 'print(rx.recv()!)' 'channel recv on empty buffer'
blocks 'for x in rx { print(x) }' 'channel recv on empty buffer'
blocks 'tx.send(1)!
    tx.send(2)!' 'channel send on full buffer'
blocks 'let t = spawn feed(tx)' 'channel send on full buffer'
blocks 'select {
        v = rx.recv() { print(v) }
    }' 'select with no ready channels'

# ---- Injection in tests ----
cat >scoped.pluto <<'END'
class Db {
    n: int
    fn next(mut self) int {
        self.n = self.n + 1
        return self.n
    }
}
scoped class Ctx {
    id: int
}
scoped class Handler[db: Db, ctx: Ctx] {
    fn go(self) int {
        return self.db.next() + self.ctx.id
    }
}

fn go(h: Handler) int {
    let t = spawn h.db.next()
    return t.get() + h.go()
}

test "scope" {
    scope(Ctx { id: 40 }) |h: Handler| {
        expect(h.go()).to_equal(41)
        expect(go(h)).to_equal(45)
    }
}
END
expect_test 0 scoped.pluto

# ---- What is refused ----
printf 'fn f() {}\n' >none.pluto
expect_test 1 none.pluto
has_err "no tests found in 'none.pluto'"
printf 'app A {\n    fn main(self) {}\n}\ntest "a" {}\n' >app.pluto
expect_test 1 app.pluto
has_err 'test files should not contain an app declaration'
[[ $("$PLUTO" run --standalone app.pluto 2>&1) == "" ]] || fail "an app beside tests does not run"
printf 'tests[scheduler: Sequential] {\n}\napp A {\n    fn main(self) {}\n}\n' >both.pluto
expect_test 1 both.pluto
has_err "a file cannot contain both 'tests' and 'app' declarations"
has_err 'test files should not contain an app declaration'
printf 'stage A {\n    fn main(self) {}\n}\ntest "a" {}\n' >stage.pluto
expect_test 1 stage.pluto
has_err 'test files should not contain a stage declaration'
for scheduler in RoundRobin Random Exhaustive; do
    printf 'tests[scheduler: %s] {\n    test "a" {}\n}\n' $scheduler >later.pluto
    expect_test 1 later.pluto
    has_err "the test scheduler $scheduler is not implemented yet"
done
printf 'test "a" {\n    expect(1)\n}\n' >bare.pluto
expect_test 1 bare.pluto
has_err 'expect() must be followed by an assertion method'
"$PLUTO" check --standalone bare.pluto 2>err && fail "check does not look into tests"
has_err 'expect() must be followed by an assertion method'
expect_test 1 missing.pluto
has_err 'cannot read missing.pluto'
"$PLUTO" test --help | grep -q -- '--filter TEXT' || fail "no help"
exit $bad
