# The generated program of the benchmark of builds: always the same, of the size that is said, right.
set -eu
. "$ROOT/tests/cli_checks.sh"
"$ROOT/bench/loop/generate.sh" pluto one
"$ROOT/bench/loop/generate.sh" pluto two
diff -r one two || fail "two runs make two programs"
files=(one/*.pluto)
[[ ${#files[@]} == 31 ]] || fail "${#files[@]} files, not 30 modules and main"
lines=$(cat one/*.pluto | wc -l)
((lines >= 19000 && lines <= 22000)) || fail "$lines lines"
! grep -n '@' one/*.pluto || fail "words are left"
[[ $(cat one/*.pluto | grep -c '^import core$') == 30 ]] || fail "not all import core"
"$PLUTO" check one/main.pluto 2>err || fail "errors: $(head -n 20 err)"
[[ ! -s err ]] || fail "warnings: $(head -n 20 err)"
! "$ROOT/bench/loop/generate.sh" perl three 2>err || fail "no such language"
[[ ! -e three ]] || fail "it writes before it knows the language"
