# The report of a deadlock: every blocked task once, grouped, with holders and the cycle; status 2.
# One worker, so that tasks are numbered in the order of their spawns.
set -u
export PLUTO_WORKERS=1
fail() { echo "$*"; exit 1; }

# deadlock NAME: runs NAME.pluto; standard error must be what is on standard input.
deadlock() {
    local status=0
    timeout 60 "$PLUTO" run "$1.pluto" 2>err >out || status=$?
    [[ $status == 2 ]] || fail "$1: status $status, $(<err)"
    diff err - || fail "$1: standard error differs"
}

cat >cycle.pluto <<'END'
fn wait(rx: Receiver<int>) int { return rx.recv() catch 0 }

fn main() {
    print("before")
    let (tx, rx) = chan<int>()
    let t = spawn wait(rx)
    print(t.get())
}
END
deadlock cycle <<'END'
pluto: deadlock: no task can run, and none will
  task 1 (main) waits in get at cycle.pluto:7:13
    for task 2 (wait)
  task 2 (wait) waits in recv at cycle.pluto:1:44, spawned at cycle.pluto:6:13
    the sender is held by task 1 (main)
  task 1 waits for task 2, which waits for task 1
END
[[ $(<out) == before ]] || fail "standard output was lost: $(<out)"

# Two tasks wait for each other; a thousand for room that main will not make.
cat >groups.pluto <<'END'
fn pass(left: Sender<int>, mine: Receiver<int>) int {
    let v = mine.recv() catch e { return 0 }
    left.send(v) catch e {}
    return v
}

fn fill(tx: Sender<int>) int {
    for i in 0..3 { tx.send(i) catch e {} }
    return 3
}

fn main() {
    let (a, a_rx) = chan<int>()
    let (b, b_rx) = chan<int>()
    let p = spawn pass(a, b_rx)
    let q = spawn pass(b, a_rx)
    let (c, c_rx) = chan<int>()
    for i in 0..1000 {
        let f = spawn fill(c)
        f.detach()
    }
    print(p.get() + q.get())
    print(c_rx.recv() catch 0)
}
END
deadlock groups <<'END'
pluto: deadlock: no task can run, and none will
  task 1 (main) waits in get at groups.pluto:22:13
    for task 2 (pass)
  task 2 (pass) waits in recv at groups.pluto:2:18, spawned at groups.pluto:15:13
    the sender is held by task 1 (main) and task 3 (pass)
  task 3 (pass) waits in recv at groups.pluto:2:18, spawned at groups.pluto:16:13
    the sender is held by task 1 (main) and task 2 (pass)
  1000 tasks (fill), the first is 4, wait in send at groups.pluto:8:24, spawned at groups.pluto:19:17
    the receiver is held by task 1 (main)
  task 1 waits for task 2, which waits for task 1
END

# A task that holds its own sender.
cat >own.pluto <<'END'
fn main() {
    let (tx, rx) = chan<int>()
    let v = rx.recv() catch 0
    tx.send(v) catch e {}
}
END
deadlock own <<'END'
pluto: deadlock: no task can run, and none will
  task 1 (main) waits in recv at own.pluto:3:16
    the sender is held by task 1 (main)
END

# Errors that nobody got are told, too: they may be the reason.
cat >lost.pluto <<'END'
error Broken { part: string }

fn produce(tx: Sender<int>) {
    raise Broken { part: "gear" }
}

fn main() {
    let (tx, rx) = chan<int>()
    let t = spawn produce(tx)
    let v = rx.recv() catch 0
    t.get() catch e {}
    tx.send(v) catch e {}
}
END
deadlock lost <<'END'
pluto: deadlock: no task can run, and none will
  task 1 (main) waits in recv at lost.pluto:10:16
    the sender is held by task 1 (main)
pluto: error in task 2 (produce) that nobody got: Broken { part: "gear" }
  raised at lost.pluto:4:5 in produce
  spawned at lost.pluto:9:13
END

# Twenty groups are shown, the others counted.
{
    for i in {1..25}; do
        printf 'fn w%d(rx: Receiver<int>) int { return rx.recv() catch 0 }\n' "$i"
    done
    echo 'fn main() {'
    echo '    let (tx, rx) = chan<int>()'
    for i in {1..25}; do
        printf '    let t%d = spawn w%d(rx)\n' "$i" "$i"
    done
    for i in {1..25}; do
        printf '    print(t%d.get())\n' "$i"
    done
    echo '    tx.send(1) catch e {}'
    echo '}'
} >many.pluto
status=0
timeout 60 "$PLUTO" run many.pluto 2>err >out || status=$?
[[ $status == 2 ]] || fail "many: status $status"
[[ $(grep -c ' waits in ' err) == 20 ]] || fail "many: $(<err)"
grep -q '^  and 6 more$' err || fail "many: $(<err)"

${COLLECTOR:-true} || exit 0
# Leaked tasks are cancelled before a deadlock is declared: their clean-up wakes main.
cat >saved.pluto <<'END'
fn wait(rx: Receiver<int>, done: Sender<int>) {
    let v = rx.recv() catch e {
        print("cancelled")
        done.send(1) catch f {}
        return
    }
    print(v)
}

fn start(n: int, done: Sender<int>) {
    for i in 0..n {
        let (tx, rx) = chan<int>()
        let t = spawn wait(rx, done)
        t.detach()
        if i < 0 { tx.close() }
    }
}

fn clear(n: int) int {
    if n == 0 { return 0 }
    return 1 + clear(n - 1)
}

fn main() {
    let (done, done_rx) = chan<int>(100)
    start(100, done)
    let depth = clear(1000)
    let v = done_rx.recv() catch 0
    print(v)
    print(depth)
    done.send(0) catch e {}
}
END
timeout 60 "$PLUTO" run saved.pluto >out 2>err || fail "saved: status $?, $(<err)"
grep -q cancelled out && [[ $(tail -n 2 out) == $'1\n1000' ]] || fail "saved: $(<out)"
