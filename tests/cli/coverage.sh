# --coverage and pluto coverage report: what is counted, however the program ends; errors.
set -eu
. "$ROOT/tests/cli_checks.sh"
export XDG_CACHE_HOME=$PWD/cache
map=.pluto-coverage/coverage-map.json data=.pluto-coverage/coverage-data.bin

# "LINE KIND[ARM] BRANCH COUNT FUNCTION" of each point, by map and data.
counts() {
    local line='"line": \([0-9]*\),' kind='"kind": "\(.*\)",' name='"function_name": "\(.*\)",'
    sed -n 's/{"MatchArm": \([0-9]*\)}/"MatchArm\1"/
        s/^{"id".* '"$line.* $kind $name"' "branch_id": \([0-9]*\)}.*/\1 \2 \4 \3/p' "$map" >points
    od -A n -t d8 -w8 -v "$data" | tr -d ' ' | tail -n +2 >numbers
    [[ $(wc -l <points) == "$(od -A n -t d8 -N 8 "$data" | tr -d ' ')" ]] ||
        fail "the data announces another number of points than the map has"
    paste -d ' ' points numbers | awk '{print $1, $2, $3, $5, $4}'
}
expect_counts() {   # PATTERN WANTED: of the lines that counts prints, those that match
    counts | grep -e "$1" >got || true
    [[ $(<got) == "$2" ]] || fail "counts of $1: $(<got)"
}
ends() {        # STATUS WORDS...: out and err hold what was printed
    local wanted=$1 status=0
    shift
    "$PLUTO" "$@" >out 2>err </dev/null || status=$?
    [[ $status == "$wanted" ]] || fail "pluto $*: status $status, expected $wanted: $(<err)"
}
has_err() { grep -qF -- "$1" err || fail "not on standard error: $1: $(<err)"; }

# ---- Every kind of point ----
mkdir kinds
cat >kinds/main.pluto <<'END'
error Odd { n: int }
enum Color { Red  Green { n: int } }

fn half(n: int) int {
    if n % 2 == 1 {
        raise Odd { n: n }
    }
    return n / 2
}

fn pick(n: int) int? {
    if n == 0 { return none } else if n == 1 { return 10 } else { return n }
}

fn both(n: int) int? {
    let x = half(n)!
    return pick(x)? + half(x)!
}

fn name(c: Color) string {
    match c {
        Color.Red { return "red" }
        Color.Green { n } { return f"green {n}" }
    }
}

fn show(n: int) {
    let v = both(n) catch e { return }
    print(v ?? -1)
}

fn main() int {
    show(8)
    show(0)
    show(3)
    show(2)
    for i in 0..2000 {
        if i > 5000 { print("never") }
    }
    let mut i = 0
    while i < 3 { i++ }
    loop { i++
        if i > 9 { break } }
    let s = if i == 10 { "a" } else { "b" }
    let k = match Color.Red { Color.Red => 1, Color.Green { n } => n }
    let f = (x: int) => {
        return x + 1
    }
    print(f"{name(Color.Red)} {s} {f(f(k))}")
    return 7
}
END
ends 7 run --coverage kinds
[[ $(<out) == $'6\n-1\nred a 3' ]] || fail "kinds: printed $(<out)"
expect_counts . '4 FunctionEntry 0 6 half
5 Statement 0 6 half
5 BranchThen 1 2 half
5 BranchElse 2 4 half
6 Statement 0 2 half
8 Statement 0 4 half
11 FunctionEntry 0 3 pick
12 Statement 0 3 pick
12 BranchThen 1 1 pick
12 BranchElse 1 2 pick
12 Statement 0 1 pick
12 Statement 0 2 pick
12 BranchThen 1 1 pick
12 BranchElse 1 1 pick
12 Statement 0 1 pick
12 Statement 0 1 pick
15 FunctionEntry 0 4 both
16 Statement 0 4 both
16 ErrorPropError 1 1 both
16 ErrorPropSuccess 2 3 both
17 Statement 0 3 both
17 NullPropNull 1 1 both
17 NullPropValue 2 2 both
17 ErrorPropError 1 1 both
17 ErrorPropSuccess 2 1 both
20 FunctionEntry 0 1 name
21 Statement 0 1 name
22 MatchArm0 1 1 name
23 MatchArm1 1 0 name
22 Statement 0 1 name
23 Statement 0 0 name
27 FunctionEntry 0 4 show
28 Statement 0 4 show
28 Statement 0 2 show
29 Statement 0 2 show
32 FunctionEntry 0 1 main
33 Statement 0 1 main
34 Statement 0 1 main
35 Statement 0 1 main
36 Statement 0 1 main
37 Statement 0 1 main
37 LoopEntry 1 2000 main
38 Statement 0 2000 main
38 BranchThen 1 0 main
38 BranchElse 2 2000 main
38 Statement 0 0 main
40 Statement 0 1 main
41 Statement 0 1 main
41 LoopEntry 1 3 main
41 Statement 0 3 main
42 Statement 0 1 main
42 LoopEntry 1 7 main
42 Statement 0 7 main
43 Statement 0 7 main
43 BranchThen 1 1 main
43 BranchElse 2 6 main
43 Statement 0 1 main
44 Statement 0 1 main
44 BranchThen 1 1 main
44 BranchElse 1 0 main
44 Statement 0 1 main
44 Statement 0 0 main
45 Statement 0 1 main
45 MatchArm0 1 1 main
45 MatchArm1 1 0 main
46 Statement 0 1 main
47 Statement 0 2 main
49 Statement 0 1 main
50 Statement 0 1 main'

# The report, and the run from the cache: the same again, with the map.
cat >want <<'END'
Coverage:
  kinds/main.pluto   96.3% (26/27 lines, 21/25 branches [84.0%])
  Total              96.3% (26/27 lines, 6/6 functions, 21/25 branches [84.0%])
Coverage data written to .pluto-coverage/
END
cmp -s want err || fail "kinds: the report is: $(<err)"
cp "$map" old_map
cp "$data" old_data
rm -r .pluto-coverage
ends 7 run --coverage kinds
cmp "$map" old_map && cmp "$data" old_data && cmp want err || fail "the cached run differs"

# Without --coverage nothing is counted, and the cache does not mix the two up.
rm -r .pluto-coverage
ends 7 run kinds
[[ ! -e .pluto-coverage && ! -s err ]] || fail "a run without --coverage left something"
"$PLUTO" build --emit-c - kinds >plain.c
! grep -q rt_count plain.c || fail "a program that is not counted has counters"
ends 7 run kinds --coverage --emit-c counted.c
grep -q 'rt_count(' counted.c || fail "no counters in the C"

# ---- Copies count where the original stands ----
mkdir -p copies/helper
cat >copies/helper/helper.pluto <<'END'
pub fn twice(n: int) int {
    return n * 2
}

fn unused() {
    print("unused")
}
END
cat >copies/main.pluto <<'END'
import helper
import std.strings
trait Named {
    fn name(self) string
    fn shout(self) string {
        return self.name() + "!"
    }
}
class Dog impl Named {
    age: int
    fn name(self) string {
        return "dog"
    }
}
class Box<T> {
    value: T
    fn get(self) T {
        return self.value
    }
}
fn same<T>(x: T) T {
    return x
}
fn never_asked_for<T>(x: T) T {
    return x
}
fn upto(n: int) stream int {
    for i in 0..n {
        yield i
    }
}
fn main() {
    let d = Dog { age: 1 }
    print(d.shout())
    print(same(1) + same(2))
    print(same("text"))
    print(Box<int> { value: 1 }.get() + Box<int> { value: 2 }.get())
    print(Box<string> { value: "x" }.get())
    for i in upto(5) {
        print(helper.twice(i))
    }
    print(strings.trim(" a "))
}
END
ends 0 run --coverage copies
expect_counts . '21 FunctionEntry 0 3 same
22 Statement 0 3 same
24 FunctionEntry 0 0 never_asked_for
25 Statement 0 0 never_asked_for
27 FunctionEntry 0 1 upto
28 Statement 0 1 upto
28 LoopEntry 1 5 upto
29 Statement 0 5 upto
32 FunctionEntry 0 1 main
33 Statement 0 1 main
34 Statement 0 1 main
35 Statement 0 1 main
36 Statement 0 1 main
37 Statement 0 1 main
38 Statement 0 1 main
39 Statement 0 1 main
39 LoopEntry 1 5 main
40 Statement 0 5 main
42 Statement 0 1 main
1 FunctionEntry 0 5 twice
2 Statement 0 5 twice
5 FunctionEntry 0 0 unused
6 Statement 0 0 unused
11 FunctionEntry 0 1 Dog.name
12 Statement 0 1 Dog.name
17 FunctionEntry 0 3 Box.get
18 Statement 0 3 Box.get'
[[ $(tail -n 3 "$map" | head -n 1) == '{"id": 1, "path": "copies/helper/helper.pluto"}' ]] ||
    fail "the files are: $(tail -n 4 "$map")"

# Methods that a stage inherits, and a file that is read for two modules.
mkdir -p twice/lib
cat >twice/main.pluto <<'END'
import lib
import lib.a
stage Base {
    requires fn sum(self) int
    fn greet(self) {
        print("hello")
    }
}
stage Web : Base {
    override fn sum(self) int {
        return lib.one() + a.one()
    }
    fn main(self) {
        self.greet()
        print(self.sum())
    }
}
END
printf 'pub fn one() int {\n    return 1\n}\n' >twice/lib/a.pluto
ends 0 run --coverage twice
expect_counts . '1 FunctionEntry 0 2 one
2 Statement 0 2 one
5 FunctionEntry 0 1 Base.greet
6 Statement 0 1 Base.greet
10 FunctionEntry 0 1 Web.sum
11 Statement 0 1 Web.sum
13 FunctionEntry 0 1 Web.main
14 Statement 0 1 Web.main
15 Statement 0 1 Web.main'

# ---- Tasks on several workers: no round is lost ----
cat >tasks.pluto <<'END'
fn work(rounds: int) int {
    let mut sum = 0
    for i in 0..rounds {
        if i % 3 == 0 {
            sum = sum + 1
        }
    }
    return sum
}
fn main() {
    let mut tasks: [Task<int>] = []
    for i in 0..16 {
        tasks.push(spawn work(300000))
    }
    let mut sum = 0
    for t in tasks {
        sum = sum + t.get()!
    }
    print(sum)
}
END
PLUTO_WORKERS=4 ends 0 run --standalone --coverage tasks.pluto
[[ $(<out) == 1600000 ]] || fail "tasks: printed $(<out)"
expect_counts ' work$' '1 FunctionEntry 0 16 work
2 Statement 0 16 work
3 Statement 0 16 work
3 LoopEntry 1 4800000 work
4 Statement 0 4800000 work
4 BranchThen 1 1600000 work
4 BranchElse 2 3200000 work
5 Statement 0 1600000 work
8 Statement 0 16 work'

# ---- However a program ends ----
ending() {      # STATUS NAME STATEMENTS: they begin in line 3, in main; leaves the data
    printf 'error Bad {}\nfn main() {\n%s\n}\n' "$3" >"$2.pluto"
    ends "$1" run --standalone --coverage "$2.pluto"
    has_err 'Coverage data written to .pluto-coverage/'
    expect_counts '^2 Func' '2 FunctionEntry 0 1 main'
}
ending 1 fails '    let xs = [1]
    print(xs[3])'
has_err 'array index out of bounds'
expect_counts '^[34]' $'3 Statement 0 1 main\n4 Statement 0 1 main'
ending 1 uncaught '    raise Bad {}'
has_err 'error: uncaught Bad'
ending 2 deadlock '    let (tx, rx) = chan<int>()
    print(rx.recv() catch 0)
    tx.send(1) catch e {}'
has_err 'deadlock'
expect_counts '^[345]' '3 Statement 0 1 main
4 Statement 0 1 main
5 Statement 0 0 main'
cat >recursion.pluto <<'END'
fn deeper(n: int) int {
    return deeper(n + 1) + 1
}
fn main() {
    print(deeper(0))
}
END
ends 1 run --standalone --coverage recursion.pluto
has_err 'Coverage data written'
ends 0 run --standalone --coverage --gc noop tasks.pluto
expect_counts '^3 Loop' '3 LoopEntry 1 4800000 work'

# By a signal that asks it to end: the program may wait for ever, the counters are there.
# (The thread sanitizer holds signals back while threads sleep.)
wait_and_terminate() {
    cat >waits.pluto <<'END'
import std.io
fn main() {
    print("ready")
    io.read_line()
    print("never")
}
END
    mkfifo ready never
    exec 3<>never
    "$PLUTO" run --standalone --coverage waits.pluto >ready 2>err <never &
    pid=$!
    read -r line <ready
    [[ $line == ready ]] || fail "the program that waits printed $line"
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [[ $status == 143 ]] || fail "after SIGTERM the status is $status"
    has_err 'Coverage:'
    expect_counts '^[345] ' '3 Statement 0 1 main
4 Statement 0 1 main
5 Statement 0 0 main'
}
nm "$PLUTO" | grep -q __tsan_init || wait_and_terminate

# By one that gives it no chance: no counters, and none of an older run.
cat >killed.pluto <<'END'
extern fn getpid() cint
extern fn kill(pid: cint, number: cint) cint
fn main() {
    kill(getpid(), 9)
}
END
status=0
{ "$PLUTO" run --standalone --coverage killed.pluto >out 2>err || status=$?; } 2>said
[[ $status == 137 && $(<err) == *"error: coverage data not found at $data"* ]] ||
    fail "killed: status $status, $(<err)"

# ---- Tests ----
cat >tests.pluto <<'END'
fn half(n: int) int {
    if n < 0 {
        return 0 - half(0 - n)
    }
    return n / 2
}
test "positive" {
    expect(half(4)).to_equal(2)
}
test "wrong" {
    expect(half(5)).to_equal(3)
}
END
ends 1 test --coverage tests.pluto
has_err 'FAIL (line 11): expected 2 to equal 3'
has_err '  tests.pluto   66.7% (2/3 lines, 1/2 branches [50.0%])'
has_err '  Total         66.7% (2/3 lines, 1/1 functions, 1/2 branches [50.0%])'
expect_counts . '1 FunctionEntry 0 2 half
2 Statement 0 2 half
2 BranchThen 1 0 half
2 BranchElse 2 2 half
3 Statement 0 0 half
5 Statement 0 2 half'
ends 0 test --coverage --filter positive tests.pluto
expect_counts '^1 ' '1 FunctionEntry 0 1 half'
printf 'test "alone" { expect(1).to_equal(1) }\n' >alone.pluto
ends 0 test --coverage alone.pluto
has_err '  alone.pluto  100.0% (0/0 lines)'
has_err '  Total        100.0% (0/0 lines, 0/0 functions)'

# ---- Reports ----
ends 0 run --standalone --coverage tasks.pluto
says '' "$PLUTO" coverage report
has_err 'Coverage:'
cp err want
says '' "$PLUTO" coverage report --format terminal
cmp err want || fail "terminal is not the default"
"$PLUTO" coverage report --format=lcov >a.info
"$PLUTO" coverage report --format lcov -o b.info
cmp a.info b.info || fail "-o gives another report"
grep -q '^SF:tasks.pluto$' a.info && grep -q '^DA:4,4800000$' a.info || fail "lcov: $(<a.info)"
"$PLUTO" coverage report --format json >a.json
grep -q '"total_lines": 12' a.json || fail "json: $(<a.json)"
ends 0 coverage report --format html
[[ $(<err) == 'Coverage report written to .pluto-coverage/report.html' && ! -s out ]] ||
    fail "html says: $(<err)$(<out)"
grep -q 'let mut sum = 0' .pluto-coverage/report.html || fail "no source in the page"
mv tasks.pluto gone.pluto
"$PLUTO" coverage report --format html --output page.html 2>err || fail "no source: $(<err)"
grep -q 'Pluto Coverage Report' page.html || fail "no page without the source"
mv gone.pluto tasks.pluto
cp -r .pluto-coverage elsewhere
ends 0 coverage report --dir elsewhere/
has_err 'Coverage data written to elsewhere/'
ends 0 coverage report --dir elsewhere --format html
[[ -s elsewhere/report.html ]] || fail "--dir: no page there"

# ---- Errors: status 1, a message, and nothing half-written ----
refuses 'error: coverage map not found at nowhere/coverage-map.json' \
    "$PLUTO" coverage report --dir nowhere
rm elsewhere/coverage-data.bin
refuses 'error: coverage data not found at elsewhere/coverage-data.bin' \
    "$PLUTO" coverage report --dir elsewhere --format json
refuses "error: unknown format 'xml'; expected 'terminal', 'lcov', 'json', or 'html'" \
    "$PLUTO" coverage report --format xml
refuses "unexpected word 'show'; usage: pluto coverage report" "$PLUTO" coverage show
refuses 'usage: pluto coverage report' "$PLUTO" coverage
refuses "unknown option '--coverage'" "$PLUTO" build --coverage tasks.pluto
head -c 100 "$data" >elsewhere/coverage-data.bin
refuses 'error: elsewhere/coverage-data.bin is shorter than its header announces' \
    "$PLUTO" coverage report --dir elsewhere
head -c 5 "$data" >elsewhere/coverage-data.bin
refuses 'error: elsewhere/coverage-data.bin is shorter than its header' \
    "$PLUTO" coverage report --dir elsewhere
cp old_data elsewhere/coverage-data.bin
refuses 'coverage map and data do not belong together' "$PLUTO" coverage report --dir elsewhere
head -c 1000 "$map" >elsewhere/coverage-map.json
refuses 'error: elsewhere/coverage-map.json:' "$PLUTO" coverage report --dir elsewhere
refuses 'error: cannot write nowhere/report.html' \
    "$PLUTO" coverage report --format html -o nowhere/report.html

# What does not compile leaves no map; what cannot be written is said before the program starts.
rm -r .pluto-coverage
printf 'fn main() {\n    print(1 + "a")\n}\n' >wrong.pluto
ends 1 run --standalone --coverage wrong.pluto
[[ ! -e .pluto-coverage ]] || fail "a program with errors left a map"
: >.pluto-coverage
refuses 'error: cannot write .pluto-coverage/coverage-map.json' \
    "$PLUTO" run --standalone --coverage tasks.pluto
rm .pluto-coverage
mkdir -p "$data"
refuses "error: cannot remove $data" "$PLUTO" run --standalone --coverage tasks.pluto
rm -r .pluto-coverage
# The limit is as a full disk: nothing of the map may stay.
status=0
(
    trap '' XFSZ
    ulimit -f 0
    "$PLUTO" run --standalone --coverage tasks.pluto >/dev/null 2>&1
) || status=$?
[[ $status == 1 && -z $(ls -A .pluto-coverage) ]] ||
    fail "full disk: status $status, left $(ls -A .pluto-coverage)"
# The folder goes while the program runs.
cat >spoils.pluto <<'END'
import std.fs
fn main() {
    fs.remove(".pluto-coverage/coverage-map.json")!
    fs.rmdir(".pluto-coverage")!
    fs.write_all(".pluto-coverage", "in the way")!
}
END
ends 1 run --standalone --coverage spoils.pluto
has_err "pluto: cannot write $data: Not a directory"
has_err 'error: coverage map not found'
[[ $(<.pluto-coverage) == 'in the way' ]] || fail "the file in the way was changed"
