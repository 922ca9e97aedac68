# cli_checks.sh - what scripts of tests/cli ask of a command; they read it with `.`.
fail() { echo "$*"; exit 1; }
says() {        # TEXT COMMAND...: what the command prints on standard output
    local text=$1 got
    shift
    got=$("$@" 2>err) || fail "$*: status $?: $(<err)"
    [[ $got == "$text" ]] || fail "$*: printed '$got', not '$text'"
}
refuses() {     # TEXT COMMAND...: it ends with status 1, and says TEXT on standard error
    local text=$1 status=0
    shift
    "$@" >out 2>err || status=$?
    [[ $status == 1 && ! -s out && $(<err) == *"$text"* ]] || fail "$*: status $status: $(<err)"
}
