# Variables that make no sense are reported and end the program with status 1; good ones work.
set -eu
fail() { echo "$*"; exit 1; }
cat >a.pluto <<'END'
fn f(n: int) int { return n }
fn main() {
    let t = spawn f(4)
    print(t.get())
}
END
"$PLUTO" build a.pluto -o a
for bad in PLUTO_WORKERS=x PLUTO_WORKERS=0 PLUTO_WORKERS=-1 PLUTO_WORKERS= \
    PLUTO_GC_THRESHOLD=4Q PLUTO_GC_THRESHOLD=-4 PLUTO_HEAP=other PLUTO_GC_STRESS=maybe \
    PLUTO_SCHED_STRESS=7 PLUTO_WORKERS=99999999999999999999; do
    status=0
    env "$bad" ./a >out 2>err || status=$?
    if [[ $bad == *= && $status == 0 ]]; then continue; fi      # empty may mean unset
    [[ $status == 1 ]] || fail "$bad: status $status"
    grep -q "${bad%%=*}" err || fail "$bad: not named in $(<err)"
done
for good in PLUTO_WORKERS=1 PLUTO_WORKERS=16 PLUTO_GC_THRESHOLD=4K PLUTO_GC_THRESHOLD=1M \
    PLUTO_GC_THRESHOLD=5000 PLUTO_HEAP=system PLUTO_GC_STRESS=1 PLUTO_GC_LOG=1 \
    PLUTO_SCHED_STRESS=1 PLUTO_TASK_STATS=1; do
    out=$(env "$good" ./a 2>err) || fail "$good: $(<err)"
    [[ $out == 4 ]] || fail "$good: printed $out"
done
