# concurrency 9: N increments of a shared object from each of several contexts are never fewer, on
# any number of workers, whatever the scheduler does. The same without the lock loses some, so the
# switches do let tasks run in between.
set -eu
. "$ROOT/tests/cli_checks.sh"

cat >counter.pluto <<'END2'
import std.task

class Counter {
    n: int
    free: int

    fn bump(mut self) {
        let before = self.n
        task.yield_now()
        self.n = before + 1
    }
    fn get(self) int {
        return self.n
    }
}

class Worker[counter: Counter] {
    fn run(self) {
        for i in 0..200 { self.counter.bump() }
    }
}

fn bump_all(c: Counter) {
    for i in 0..200 { c.bump() }
}

// Fields that are reached from outside of methods have no lock.
fn bump_free(c: Counter) {
    for i in 0..200 {
        let before = c.free
        task.yield_now()
        c.free = before + 1
    }
}

fn read_all(c: Counter) {
    let mut last = 0
    for i in 0..200 {
        let now = c.get()
        if now < last { print("it went back") }
        last = now
    }
}

app Main[counter: Counter, worker: Worker] {
    fn main(self) {
        let t = spawn self.worker.run()
        let u = spawn bump_all(self.counter)
        let r = spawn read_all(self.counter)
        let s = spawn read_all(self.counter)
        bump_all(self.counter)
        t.get()
        u.get()
        r.get()
        s.get()
        print(self.counter.get())
        let v = spawn bump_free(self.counter)
        bump_free(self.counter)
        v.get()
        if self.counter.free == 400 { print("nothing was lost") }
    }
}
END2
"$PLUTO" build --standalone counter.pluto -o counter
for file in locks lock_upgrade lock_ways; do
    "$PLUTO" build --standalone "$ROOT/tests/run/app/$file.pluto" -o $file
    sed -n 's,.*// expect: ,,p' "$ROOT/tests/run/app/$file.pluto" >$file.want
done
runs() {        # PROGRAM WANTED ENVIRONMENT...
    local program=$1 wanted=$2 got status=0
    shift 2
    got=$(timeout -k 5 60 env "$@" ./"$program" 2>err) || status=$?
    [[ $status == 0 && $got == "$wanted" ]] ||
        fail "$program with $*: status $status, '$got': $(<err)"
}
all() {         # ENVIRONMENT...
    local file
    runs counter 600 "$@"
    for file in locks lock_upgrade lock_ways; do
        runs $file "$(<$file.want)" "$@"
    done
}
for workers in 1 2 4; do
    all PLUTO_WORKERS=$workers
    all PLUTO_WORKERS=$workers PLUTO_SCHED_STRESS=1
    all PLUTO_WORKERS=$workers PLUTO_GC_THRESHOLD=64K PLUTO_SCHED_STRESS=1
    for seed in 1 2 3; do
        all PLUTO_WORKERS=$workers PLUTO_SCHED_SEED=$seed
    done
done
