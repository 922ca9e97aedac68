# C that uses up its stack ends the program with the message, wherever it runs; another fault of C
# stays what it is.
set -eu
fail() { echo "$*"; exit 1; }
export XDG_CACHE_HOME=$PWD/cache PLUTO_WORKERS=1

cat >deep.c <<'END'
#include <string.h>
long plain(long n) { return n; }
long dig(long n)
{
    volatile char room[1000];
    room[0] = (char)n;
    return n < 0 ? 0 : dig(n + 1) + room[0];
}
/* Almost a guard's size at once. */
long leap(long n)
{
    volatile char room[60000];
    memset((void *)room, 1, sizeof room);
    return n < 0 ? 0 : leap(n + 1) + room[0];
}
long dig_elsewhere(long n) { return dig(n); }
long read_at(long address) { return *(volatile long *)address; }
END
cc -O0 -g -c deep.c

# outcome STATUS PATTERN < BODY: how the program ends, and what it writes on standard error.
outcome() {
    local status=0
    { printf 'extern fn %s(n: int) int\n' plain dig leap read_at
      echo 'extern fn blocking dig_elsewhere(n: int) int'
      cat; } >p.pluto
    "$PLUTO" build --link ./deep.o p.pluto -o p 2>err || fail "build: $(<err)"
    (./p >out 2>err) 2>/dev/null || status=$?
    [[ $status == "$1" ]] || fail "status $status, not $1: $(<p.pluto) $(<err)"
    [[ $(<err) == $2 ]] || fail "$(<p.pluto) wrote: $(<err)"
}
outcome 1 $'pluto: stack overflow\n  at p.pluto:7 in main\n  task 1 (main)' <<'END'
fn main() { print("kept")
print(dig(0)) }
END
[[ $(<out) == kept ]] || fail "standard output is lost: $(<out)"

outcome 1 $'pluto: stack overflow
  at p.pluto:6 in work
  task 2 (work), spawned at p.pluto:7:21' <<'END'
fn work(n: int) int { return leap(n) + plain(1) }
fn main() { let t = spawn work(0)
print(t.get()) }
END

outcome 1 $'pluto: stack overflow\n  at p.pluto:7 in numbers\n  task 1 (main)' <<'END'
fn numbers() stream int { yield 1
yield dig(0) }
fn main() { for n in numbers() { print(n) } }
END
[[ $(<out) == 1 ]] || fail "standard output is lost: $(<out)"

# A thread of the pool.
outcome 1 'pluto: stack overflow' <<'END'
fn main() { print(dig_elsewhere(0)) }
END

# More tasks than stacks.
PLUTO_STACKS=4 outcome 1 $'pluto: stack overflow
  at p.pluto:8 in wait
  task * (wait), spawned at p.pluto:13:31' <<'END'
fn wait(rx: Receiver<int>) int {
    let n = rx.recv() catch 0
    return dig(n)
}
fn main() {
    let (tx, rx) = chan<int>(1)
    let ts: [Task<int>] = []
    for i in 0..100 { ts.push(spawn wait(rx)) }
    tx.close()
    for t in ts { t.get() catch 0 }
}
END

# Sanitizers report faults in their own way.
if ! nm "$PLUTO" 2>/dev/null | grep -q '__[at]san_init'; then
    outcome 139 '' <<<'fn main() { print(read_at(8)) }'
fi
