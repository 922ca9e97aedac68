# An accept loop that gets no descriptor says so once, waits until one is closed, and goes on.
set -eu
fail() { echo "$*"; exit 1; }
cat >a.pluto <<'END'
import std.socket

fn accept_on(server: int, tx: Sender<int>) {
    while true {
        let fd = socket.accept(server)
        if fd < 0 { break }
        tx.send(fd)!
    }
}

fn main() {
    let server = socket.create(2, 1, 0)
    socket.bind(server, "127.0.0.1", 0)
    socket.listen(server, 100)
    let port = socket.get_port(server)
    let fds: [int] = []
    while true {
        let fd = socket.create(2, 1, 0)
        if fd < 0 { break }
        socket.connect(fd, "127.0.0.1", port)
        fds.push(fd)
    }
    let (tx, rx) = chan<int>()
    let t = spawn accept_on(server, tx)
    for i in 0..5 {
        socket.close(fds[i])
        print(rx.recv()! >= 0)
    }
    socket.close(server)
    t.get()!
    print("end")
}
END
"$PLUTO" build a.pluto -o a
for workers in 1 2; do
    (ulimit -n 40 && PLUTO_WORKERS=$workers timeout 60 ./a >out 2>err) || fail "status $?: $(<err)"
    [[ $(<out) == $'true\ntrue\ntrue\ntrue\ntrue\nend' ]] || fail "printed $(<out)"
    [[ $(grep -c 'out of file descriptors' err) == 1 && $(wc -l <err) == 1 ]] || fail "said: $(<err)"
done

# The limit of this process is raised to what it may have.
cat >b.pluto <<'END'
import std.socket

fn main() {
    let mut n = 0
    while n < 60 && socket.create(2, 1, 0) >= 0 { n = n + 1 }
    print(n)
}
END
"$PLUTO" build b.pluto -o b
out=$(ulimit -S -n 40 && ./b)
[[ $out == 60 ]] || fail "$out descriptors"
