# gdb: breakpoints on lines of the source, locals, calls; in a program made with build --debug, and
# as far as possible in an optimised one.
set -eu
fail() { echo "$*"; exit 1; }
if ! command -v gdb >/dev/null; then
    echo "skipped: needs gdb"
    exit 0
fi

cat >g.pluto <<'END'
class Account {
    owner: string
    total: int

    fn deposit(mut self, amount: int) int {
        let before = self.total
        self.total = before + amount
        return self.total
    }
}

fn sum(xs: [int]) int {
    let total = 0
    for x in xs {
        total = total + x
    }
    return total
}

fn report(name: string, total: int) {
    print(name)
    print(total)
}

fn main() {
    let name = "Ada Lovelace"
    let mut a = Account { owner: name, total: 5 }
    let xs = [3, 4, 5]
    let n = sum(xs)
    let after = a.deposit(n)
    report(name, after)
}
END

session() {     # PROGRAM, commands on standard input; writes out
    {
        printf 'set %s\n' 'pagination off' 'width 0' 'style enabled off' 'debuginfod enabled off' \
            'print address off' 'print symbol off' 'filename-display basename' \
            'startup-with-shell off'
        cat
    } >commands
    timeout 50 gdb -nx -batch -x commands "$1" >out 2>err </dev/null || :
    if grep -qi 'ptrace.*not permitted\|could not trace' err; then
        echo "skipped: gdb may not trace programs here"
        exit 0
    fi
}
says() { grep -qF -- "$1" out || fail "not in the session: $1"$'\n'"$(cat out err)"; }

"$PLUTO" build --debug g.pluto -o g
session ./g <<'END'
break g.pluto:7
break g.pluto:15 if x == 5
break g.pluto:31
run
print total
print x
print *xs
print *xs->data@xs->len
backtrace
continue
print before
print amount
print *self
backtrace
continue
print n
print after
print name->bytes
print *a
print a->owner->bytes
print *xs->data@xs->len
info breakpoints
END
says '15	        total = total + x'
says '$1 = 7'
says '$2 = 5'
says 'len = 3, cap = 3}'
says '$4 = {3, 4, 5}'
says 'f_sum (xs='
says 'at g.pluto:15'
says 'f_main () at g.pluto:29'
says '7	        self.total = before + amount'
says '$5 = 5'
says '$6 = 12'
says 'total = 5}'
says 'm_Account_deposit (self='
says 'f_main () at g.pluto:30'
says '31	    report(name, after)'
says '$8 = 12'
says '$9 = 17'
says '$10 = "Ada Lovelace"'
says 'total = 17}'
says '$12 = "Ada Lovelace"'
says '$13 = {3, 4, 5}'

# Optimised: places are right, and so are the values, as far as they are known.
"$PLUTO" build g.pluto -o g
session ./g <<'END'
break g.pluto:7
run
print before
print amount
backtrace
END
says '7	        self.total = before + amount'
grep -qE '^\$1 = (5|<optimized out>)$' out && grep -qE '^\$2 = (12|<optimized out>)$' out ||
    fail "wrong values: $(<out)"
says 'm_Account_deposit ('
says 'at g.pluto:7'
says 'f_main () at g.pluto:30'
