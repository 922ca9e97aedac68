# pluto watch: runs again after each change, ends what still runs, and leaves nothing behind.
# Nothing sleeps: the script reads the next line, the program waits for a line that never comes.
set -u
fail() { echo "$*"; exit 1; }

mkfifo out in
exec 3<>out 4<>in
next_line() { IFS= read -r -t 60 line <&3 || fail "no line behind: ${line:-}"; }
expect_line() { next_line; [[ $line == "$1" ]] || fail "expected $1, found $line"; }
skip_to() { until next_line; [[ $line == $1* ]]; do :; done; }

waiting() {     # TEXT: a program that prints it and waits
    printf 'import std.io\nfn main() {\n    print("%s")\n    io.read_line()\n}\n' "$1"
}
start() {       # WORDS of pluto watch; leaves its number in watcher
    "$PLUTO" watch "$@" >out 2>&1 <in &
    watcher=$!
}
child() { pgrep -P "$watcher" || fail "nothing is running"; }
# The process is gone, or a zombie that somebody else has to bury.
is_gone() { ! grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null; }

mkdir p
waiting one >p/main.pluto
start --no-clear run p/main.pluto
trap 'kill -KILL "$watcher" 2>/dev/null' EXIT
expect_line one
old=$(child)

# Written in place: the old one has ended before the new one begins.
waiting two >p/main.pluto
expect_line two
is_gone "$old" || fail "the first program still runs"

# Replaced by another file, as editors do.
waiting three >new.txt
mv new.txt p/main.pluto
expect_line three

# A program that ends, and one that does not compile, wait for the next change.
echo 'fn main() int { print("four"); return 3 }' | tr ';' '\n' >p/main.pluto
expect_line four
expect_line '[exit status 3; waiting for a change]'
echo 'fn main() { print(five) }' >p/main.pluto
skip_to 'Type error'
skip_to '[exit status 1;'

# A module in a folder that is new.
mkdir -p p/m
echo 'pub fn text() string { return "six" }' >p/m/m.pluto
printf 'import m\nfn main() { print(m.text()) }\n' >p/main.pluto
skip_to six
skip_to '[exit status 0;'
echo 'pub fn text() string { return "seven" }' >p/m/m.pluto
skip_to seven
skip_to '[exit status 0;'

# What asks the watcher to end, ends the program, too.
waiting eight >p/main.pluto
skip_to eight
old=$(child)
kill -TERM "$watcher"
wait "$watcher"
status=$?
((status == 143)) || fail "ended by SIGTERM its status is $status"
is_gone "$old" || fail "the program outlived the watcher"

# The folder and its tests; and what kills the watcher ends the program.
printf 'test "nine" {\n    expect(1).to_equal(1)\n}\n' >p/tests.pluto
start test --no-clear p
skip_to 'test nine ... ok'
skip_to '[exit status 0;'
kill -TERM "$watcher"
wait "$watcher"
start run p -- an argument
skip_to eight
old=$(child)
kill -KILL "$watcher"
until is_gone "$old"; do :; done

"$PLUTO" watch 2>err && fail "watch without words is no failure"
"$PLUTO" watch build p 2>err && fail "watch build is no failure"
"$PLUTO" watch run nothere.pluto 2>err && fail "watching a missing file is no failure"
exit 0
