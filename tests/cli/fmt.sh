# pluto fmt: what it writes and what it leaves alone; and that the programs of the source tree stay
# the same programs and do not change a second time.
set -u
fail() { echo "$*"; exit 1; }

printf 'fn main(){\nprint( 1 )   // one\n}' >a.pluto
printf 'fn main() {\n    print(1)   // one\n}\n' >want
cp a.pluto b.pluto

# --check names what differs and changes nothing.
"$PLUTO" fmt --check a.pluto want >out && fail "--check is content with a.pluto"
[[ $(<out) == a.pluto ]] || fail "--check names $(<out)"
cmp -s a.pluto b.pluto || fail "--check changed the file"

# Standard input to standard output.
"$PLUTO" fmt - <a.pluto >out || fail "fmt - fails"
cmp -s out want || fail "fmt - writes $(<out)"
"$PLUTO" fmt --check - <a.pluto >out && fail "--check is content with standard input"
[[ ! -s out ]] || fail "--check - writes $(<out)"

# In place; the mode stays, and a link stays one.
chmod 750 a.pluto
ln -s a.pluto link.pluto
"$PLUTO" fmt link.pluto >out || fail "fmt fails"
cmp -s a.pluto want || fail "fmt writes $(<a.pluto)"
[[ -L link.pluto && ! -L a.pluto ]] || fail "the link was replaced"
[[ $(stat -c %a a.pluto) == 750 ]] || fail "the mode is $(stat -c %a a.pluto)"
[[ ! -s out ]] || fail "it prints $(<out)"
"$PLUTO" fmt --check a.pluto || fail "--check is not content with what fmt wrote"
stat -c '%i %y' a.pluto >before
"$PLUTO" fmt a.pluto
[[ $(stat -c '%i %y' a.pluto) == "$(<before)" ]] || fail "a file in its layout is written again"

# A wrong program is left alone, and the others are not.
printf 'fn main( {\n' >wrong.pluto
cp wrong.pluto kept
"$PLUTO" fmt wrong.pluto b.pluto 2>err && fail "a syntax error is no failure"
grep -q 'wrong.pluto:1' err || fail "no place: $(<err)"
cmp -s wrong.pluto kept || fail "the wrong program was changed"
cmp -s b.pluto want || fail "the file behind it was left out"
"$PLUTO" fmt nothere.pluto 2>err && fail "a missing file is no failure"
grep -q nothere.pluto err || fail "the missing file is not named"
"$PLUTO" fmt 2>err && fail "nothing to do is no failure"

# A folder: its source files and those below, but for hidden folders and other files.
mkdir -p d/e d/.git
for name in d/1.pluto d/e/2.pt d/.git/3.pluto d/4.txt; do cp kept "$name"; done
printf 'fn f(){}' | tee d/1.pluto d/e/2.pt d/.git/3.pluto >d/4.txt
[[ $("$PLUTO" fmt --check d) == $'d/1.pluto\nd/e/2.pt' ]] || fail "--check of a folder is wrong"
"$PLUTO" fmt d || fail "fmt of a folder fails"
[[ $(cat d/1.pluto d/e/2.pt) == $'fn f() {}\nfn f() {}' ]] || fail "the folder was not formatted"
[[ $(cat d/.git/3.pluto d/4.txt) == 'fn f(){}fn f(){}' ]] || fail "it went too far"
[[ -z $(find . -name '*.tmp' -o -name '.pluto.*') ]] || fail "temporary files are left"

# The source tree.
mkdir old new
(cd "$ROOT" && tar cf - tests/run lib bench docs/examples) | tar xf - -C old
cp -r old/. new
"$PLUTO" fmt new || fail "the source tree has programs that fmt refuses"
"$PLUTO" fmt --check new >out || fail "a second time it changes $(<out)"

# The same C but for the lines of the source; where they stand in the C, the same output.
emit_c() { (cd "$1" && "$PLUTO" --standalone --emit-c "$2" 2>/dev/null | grep -v '^#line'); }
output() { (cd "$1" && timeout 60 "$PLUTO" run --standalone "$2" 2>/dev/null </dev/null); }
count=0
while IFS= read -r file; do
    cmp -s "old/$file" "new/$file" && continue
    count=$((count + 1))
    [[ $(emit_c old "$file") == "$(emit_c new "$file")" ]] && continue
    [[ $(output old "$file") == "$(output new "$file")" ]] || fail "$file is another program now"
done < <(cd old && find tests/run -name '*.pluto')
((count > 10)) || fail "only $count files were changed"
