# SIGQUIT prints all tasks, before the first spawn, while every worker is busy, and while every
# worker is in C code; the program goes on each time.
set -u
# ThreadSanitizer puts signals off until the thread calls something: busy threads never do.
nm "$PLUTO" | grep -q '__tsan_init' && exit 0
fail() { echo "$*"; exit 1; }

# start NAME: builds NAME.pluto and starts it; err is a pipe from its standard error. Returns once
# it handles SIGQUIT (bit 2 of the caught signals).
start() {
    local caught=0
    "$PLUTO" build "$1.pluto" -o "$1" || fail "$1 does not build"
    rm -f err
    mkfifo err
    rm -f in
    mkfifo in
    timeout -s KILL 60 "./$1" 2>err <>in &
    keeper=$!
    exec 3<err
    until pid=$(pgrep -P $keeper) && ((16#$caught & 4)); do
        kill -0 $keeper 2>/dev/null || fail "$1 has ended"
        [[ -n ${pid:-} ]] && caught=$(sed -n 's/^SigCgt:\t*//p' "/proc/$pid/status" 2>/dev/null)
        caught=${caught:-0}
    done
}

# next_line: from the pipe, into line.
next_line() { IFS= read -r -t 30 line <&3 || fail "no more lines behind: $text"; }

# dump: asks for one, and leaves it in text. Its end is where another one begins.
dump() {
    local line=
    text=
    kill -QUIT "$pid"
    until [[ $line == pluto:* ]]; do next_line; done
    kill -QUIT "$pid"
    while text+=$line$'\n'; next_line; [[ $line != pluto:* ]]; do :; done
}
stop() {
    kill -KILL "$pid"
    wait $keeper 2>/dev/null
    exec 3<&-
}
expect() { [[ $text == *"$1"* ]] || fail "'$1' is not in: $text"; }

cat >early.pluto <<'END'
fn main() {
    let mut i = 0
    while i >= 0 { i = (i + 1) % 1000 }
    print(i)
}
END
start early
dump
dump
expect 'pluto: 1 task: 1 run, 0 runnable, 0 wait'
expect 'task 1 (main) runs'
stop

cat >busy.pluto <<'END'
fn spin() int {
    let mut i = 0
    while i >= 0 { i = (i + 1) % 1000 }
    return i
}
fn wait(rx: Receiver<int>) int { return rx.recv() catch 0 }
fn main() {
    let (tx, rx) = chan<int>()
    for i in 0..500 {
        let t = spawn wait(rx)
        t.detach()
    }
    let a = spawn spin()
    let b = spawn spin()
    print(a.get() + b.get())
    tx.send(1) catch e {}
}
END
export PLUTO_WORKERS=2
start busy
until dump; [[ $text == *'2 run, 0 runnable, 501 wait'* ]]; do
    :                                    # not all of them had come so far
done
expect '(spin) runs, spawned at busy.pluto:13:13'
expect '(spin) runs, spawned at busy.pluto:14:13'
expect 'task 1 (main) waits in get at busy.pluto:15:13 for '
expect 'for task '
expect '500 tasks (wait), the first is '
expect 'wait in recv at busy.pluto:6:44 for '
expect ', spawned at busy.pluto:10:17'
expect 'on channel '
stop

cat >foreign.pluto <<'END'
extern fn getchar() int
fn sleep_in_c() int { return getchar() }
fn main() {
    let a = spawn sleep_in_c()
    let b = spawn sleep_in_c()
    print(a.get() + b.get())
}
END
start foreign
until dump; [[ $text == *'pluto: 3 tasks: 2 run'* ]]; do
    :
done
expect 'runs, spawned at foreign.pluto:'
stop
