# directives.sh - reads the comments in a test program that say what is expected of it. Sourced.
#
#   // expect: TEXT          the next line of standard output; all of them are the whole output
#   // unordered             compare the lines sorted
#   // needs-collector       left out in sanitizer builds, which never reclaim anything
#   // needs-plain-build     left out in sanitizer builds, whose frames are larger
#   // exit: N               exit status, 0 if absent
#   // stderr: TEXT          standard error contains TEXT; may occur several times
#   // env: NAME=VALUE       in the program's environment
#   // args: A B             the program's arguments, split at blanks
#   // error: TEXT           at the end of a line: compiling fails there, and says TEXT
#   // error-anywhere: TEXT  compiling fails and says TEXT

# Sets expect, stderr_parts, env_vars, args (arrays), want_status, unordered, needs_collector,
# needs_plain; and errors, the entries of which are LINE:TEXT (LINE 0: anywhere).
read_directives() {
    local -a lines
    local line number=0
    expect=() stderr_parts=() env_vars=() args=() errors=() want_status=0 unordered=false
    needs_collector=false needs_plain=false
    mapfile -t lines <"$1"
    for line in ${lines[@]+"${lines[@]}"}; do
        number=$((number + 1))
        case $line in
        *'// expect:'*)         line=${line#*// expect:}; expect+=("${line# }") ;;
        *'// unordered'*)       unordered=true ;;
        *'// needs-collector'*) needs_collector=true ;;
        *'// needs-plain-build'*) needs_plain=true ;;
        *'// exit: '*)          want_status=${line##*// exit: } ;;
        *'// stderr: '*)        stderr_parts+=("${line#*// stderr: }") ;;
        *'// env: '*)           env_vars+=("${line##*// env: }") ;;
        *'// args: '*)          read -r -a args <<<"${line##*// args: }" ;;
        *'// error: '*)         errors+=("$number:${line##*// error: }") ;;
        *'// error-anywhere: '*) errors+=("0:${line##*// error-anywhere: }") ;;
        esac
    done
}

# check_run OUT ERR STATUS: compares what a program did with what read_directives found; prints
# what differs, returns 1 if anything does.
check_run() {
    local out=$1 err=$2 status=$3 bad=0 part
    if ((${#expect[@]} > 0)); then
        printf '%s\n' "${expect[@]}" >"$out.expected"
    else
        : >"$out.expected"
    fi
    if $unordered; then
        LC_ALL=C sort -o "$out.expected" "$out.expected"
        LC_ALL=C sort -o "$out" "$out"
    fi
    if ! cmp -s "$out.expected" "$out"; then
        echo "standard output differs (- expected, + printed)"
        diff -a -u "$out.expected" "$out" | tail -n +3 | head -n 40
        bad=1
    fi
    if [[ $status != "$want_status" ]]; then
        case $status in
        124 | 137) echo "killed after ${time_limit:-60} s" ;;
        *)         echo "exit status $status, expected $want_status" ;;
        esac
        bad=1
    fi
    for part in ${stderr_parts[@]+"${stderr_parts[@]}"}; do
        if ! grep -qaF -e "$part" "$err"; then
            echo "not on standard error: $part"
            bad=1
        fi
    done
    # A sanitizer's report may hide behind an expected exit status.
    if grep -qaE 'ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:' "$err"; then
        echo "a sanitizer reported something"
        bad=1
    fi
    if ((bad)) && [[ -s $err ]]; then
        echo "standard error:"
        head -n 40 "$err" | sed 's/^/  | /'
    fi
    return $bad
}
