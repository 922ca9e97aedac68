# What the cache is keyed by, and that it never gets in the way.
set -eu
fail() { echo "$*"; exit 1; }
export XDG_CACHE_HOME=$PWD/cache TMPDIR=$PWD/tmp
mkdir tmp bin
# A C compiler that says when it is run.
real=$(command -v cc)
printf '#!/bin/sh\necho run >>"%s/log"\nexec %s "$@"\n' "$PWD" "$real" >bin/cc
chmod +x bin/cc
export PATH=$PWD/bin:$PATH
runs() { if [[ -f log ]]; then wc -l <log; else echo 0; fi; }
expect_runs() { [[ $(runs) == "$1" ]] || fail "$2: the C compiler ran $(runs) times, not $1"; }

printf 'fn main() {\n    let unused = 1\n    print("a")\n}\n' >a.pluto
"$PLUTO" run a.pluto >out 2>err1
expect_runs 1 "cold"
"$PLUTO" run a.pluto >out 2>err2
expect_runs 1 "cached"
[[ $(<out) == a ]] || fail "cached: printed $(<out)"
grep -q "unused variable 'unused'" err1 || fail "no warning: $(<err1)"
cmp -s err1 err2 || fail "the cached program has other warnings: $(<err2)"
cp a.pluto b.pluto
"$PLUTO" run b.pluto >out 2>err
expect_runs 2 "another path"
touch bin/cc
"$PLUTO" run a.pluto >out 2>err
expect_runs 3 "another C compiler"
printf '\n' >>a.pluto
"$PLUTO" run a.pluto >out 2>err
expect_runs 4 "another source"
"$PLUTO" run --no-cache a.pluto >out 2>err
expect_runs 5 "--no-cache"
"$PLUTO" run a.pluto >out 2>err
expect_runs 5 "cached again"

# An entry that is damaged or gone is made again.
for entry in cache/pluto/*; do echo "no program" >"$entry"; done
[[ $("$PLUTO" run a.pluto 2>err) == a ]] || fail "after the entries were damaged: $(<err)"
rm cache/pluto/*
[[ $("$PLUTO" run a.pluto 2>err) == a ]] || fail "after the cache was emptied"

# Nothing but entries stays, wherever it was made.
[[ -z $(ls tmp) ]] || fail "left behind: $(ls tmp)"
[[ -z $(find cache -name '*tmp*') ]] || fail "left behind: $(find cache)"

# Many entries: the oldest go, but none that was used a moment ago.
for ((i = 0; i < 1005; i++)); do
    : >"cache/pluto/$i"
done
cp a.pluto c.pluto
"$PLUTO" run c.pluto >out 2>err
left=$(find cache/pluto -type f | wc -l)
((left > 1000)) || fail "entries used a moment ago are gone: $left are left"
(cd cache/pluto && touch -d '10 minutes ago' {0..1004})
touch -d '2 days ago' cache/pluto/pluto.XXXXXX.tmp.run cache/pluto/7
cp a.pluto d.pluto
"$PLUTO" run d.pluto >out 2>err
left=$(find cache/pluto -type f | wc -l)
((left > 100 && left < 600)) || fail "$left entries are left"
[[ ! -e cache/pluto/7 ]] || fail "the oldest entry is still there"
[[ ! -e cache/pluto/pluto.XXXXXX.tmp.run ]] || fail "an old leftover is still there"

# A disk that is full while linking.
printf '#!/bin/sh\necho "ld: final link failed: No space left on device" >&2\nexit 1\n' >bin/cc
status=0
"$PLUTO" run --no-cache a.pluto >out 2>err || status=$?
[[ $status == 1 && $(wc -l <err) -ge 1 ]] || fail "full disk: status $status, $(<err)"
grep -q '^error: no space left' err || fail "full disk: $(<err)"
[[ -z $(ls tmp) ]] || fail "full disk: left behind: $(ls tmp)"

# A C compiler that refuses: the C is kept and named.
printf '#!/bin/sh\necho "bad" >&2\nexit 1\n' >bin/cc
status=0
"$PLUTO" build a.pluto -o x 2>err || status=$?
[[ $status == 1 && ! -e x ]] || fail "refusing C compiler: status $status"
kept=$(sed -n 's/.*kept in //p' err)
[[ -s $kept ]] || fail "the C is not kept: $(<err)"
