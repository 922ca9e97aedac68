# pluto run FILE, pluto FILE: status, streams, cache; the source may be changed in between.
set -eu
fail() { echo "$*"; exit 1; }
printf 'fn main() int {\n    print("one")\n    return 3\n}\n' >a.pluto
for try in cold cached; do
    status=0
    out=$("$PLUTO" run a.pluto 2>err) || status=$?
    [[ $out == one && $status == 3 && ! -s err ]] || fail "$try: $out, status $status, $(<err)"
done
status=0
out=$("$PLUTO" a.pluto) || status=$?
[[ $out == one && $status == 3 ]] || fail "pluto FILE: $out, status $status"
printf 'fn main() {\n    print("two")\n}\n' >a.pluto
[[ $("$PLUTO" run a.pluto) == two ]] || fail "a changed program was not compiled again"
[[ $(ls) == $'a.pluto\nerr' ]] || fail "left behind: $(ls)"

# A script: a first line with #!, no .pluto at its end, another folder.
mkdir 'other folder'
printf '#!%s\nfn main() { print("script") }\n' "$PLUTO" >script
chmod +x script
[[ $(cd 'other folder' && ../script) == script ]] || fail "a script does not run"

# Without a usable cache it still runs.
[[ $(XDG_CACHE_HOME=/proc/none "$PLUTO" run a.pluto) == two ]] || fail "needs a cache"

# Two at once on an empty cache.
export XDG_CACHE_HOME=$PWD/cache
"$PLUTO" run a.pluto >out1 & "$PLUTO" run a.pluto >out2
wait $!
[[ $(<out1) == two && $(<out2) == two ]] || fail "two at once: $(<out1) $(<out2)"
