# std.io: standard input by lines, and output without newlines, in order with print.
set -eu
fail() { echo "$*"; exit 1; }
cat >lines.pluto <<'END'
import std.io
fn main() {
    io.print("? ")
    io.println(io.read_line())
    print("[" + io.read_line() + "]")
    io.print("[" + io.read_line())
    io.println("]")
    print("[" + io.read_line() + "]")
}
END
check() {       # INPUT OUTPUT
    local got
    got=$(printf "$1" | "$PLUTO" run --standalone lines.pluto) || fail "status $?"
    [[ $got == "$2" ]] || fail "for '$1' printed '$got', not '$2'"
}
check 'one\ntwo\nthree\nfour\n' $'? one\n[two]\n[three]\n[four]'
check 'one\r\n\ntwo' $'? one\n[]\n[two]\n[]'          # no newline at the end, then the end
check '' $'? \n[]\n[]\n[]'

# A question is out before the program waits for the answer; other tasks run meanwhile.
cat >ask.pluto <<'END'
import std.io
fn other(tx: Sender<int>) {
    tx.send(1)!
}
fn main() {
    let (tx, rx) = chan<int>(1)
    print("name?")
    let t = spawn other(tx)
    let name = io.read_line()
    t.get()!
    print(f"{name} {rx.recv()!}")
}
END
"$PLUTO" build --standalone ask.pluto -o ask
mkfifo in out
PLUTO_WORKERS=1 ./ask <in >out &
exec 3>in 4<out
read -r question <&4
[[ $question == 'name?' ]] || fail "asked '$question'"
echo Ann >&3
read -r answer <&4
[[ $answer == 'Ann 1' ]] || fail "answered '$answer'"
wait $!

# A line that is longer than any buffer.
head -c 300000 /dev/zero | tr '\0' x >long
cat >long.pluto <<'END'
import std.io
fn main() { print(io.read_line().len()) }
END
[[ $("$PLUTO" run --standalone long.pluto <long) == 300000 ]] || fail "long lines are cut"

# Somebody who reads a pipe does not keep others from writing it, on one worker either.
cat >pipe.pluto <<'END'
import std.fs
import std.env
fn reader(path: string) string {
    let f = fs.open_read(path)!
    return f.read(100)
}
fn main() {
    let path = env.args()[0]
    let t = spawn reader(path)
    let f = fs.open_write(path)!
    f.write("through the pipe")!
    print(t.get()!)
    f.close()!
}
END
mkfifo pipe
got=$(PLUTO_WORKERS=1 timeout 20 "$PLUTO" run --standalone pipe.pluto -- pipe) || fail "status $?"
[[ $got == 'through the pipe' ]] || fail "the pipe: '$got'"
