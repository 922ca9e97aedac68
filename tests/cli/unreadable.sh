# Files and folders that are there, but cannot be read, or are something else: said with the place
# of the import, and never taken for missing ones.
set -eu
. "$ROOT/tests/cli_checks.sh"
export XDG_CACHE_HOME=$PWD/cache
touch .git

# ---- Not what the name promises ----

mkdir -p dir
printf 'import x\nfn main() { print(x.f()) }\n' >dir/main.pluto
missing="cannot find module 'x': no directory or file found"
mkdir dir/x.pluto                           # a folder with the name of a file
refuses "$missing" "$PLUTO" run dir/main.pluto
rmdir dir/x.pluto
ln -s x.pluto dir/x.pluto                   # links to each other
refuses "$missing" "$PLUTO" run dir/main.pluto
rm dir/x.pluto
mkfifo dir/x.pluto                          # nobody writes to it
refuses "$missing" timeout 20 "$PLUTO" run dir/main.pluto
rm dir/x.pluto
ln -s . dir/x                               # the folder itself
refuses "circular import detected: 'x'" "$PLUTO" run dir/main.pluto
rm dir/x
mkdir dir/x
refuses "cannot find module 'x': no source files in dir/x" "$PLUTO" run dir/main.pluto
rmdir dir/x
: >dir/x.pluto
refuses "undefined function 'x.f'" "$PLUTO" run dir/main.pluto
printf 'pub fn f() int { return 1 }' >dir/x.pluto
says 1 "$PLUTO" run dir/main.pluto          # no newline at its end
printf '\xef\xbb\xbfpub fn f() int { return 2 }\r\n' >dir/x.pluto
says 2 "$PLUTO" run dir/main.pluto
printf 'pub fn f() int { return 2 }\n\0' >dir/x.pluto
refuses "unexpected character '\\x00'" "$PLUTO" run dir/main.pluto
grep -q 'dir/x.pluto:2:1' err || fail "a NUL has no place: $(<err)"
echo 'pub fn f() int { return 3 }' >dir/x.pluto
mkdir dir/main.pt dir/other.pluto           # no files beside the program
says 3 "$PLUTO" run dir/main.pluto
mkfifo dir/pluto.toml
refuses 'Manifest error: cannot read dir/pluto.toml: it is not a regular file' \
    timeout 20 "$PLUTO" run dir/main.pluto
rm dir/pluto.toml
mkdir dir/pluto.toml
refuses 'Manifest error: cannot read dir/pluto.toml: it is a directory' "$PLUTO" run dir/main.pluto
rmdir dir/pluto.toml
refuses "'' is no name of a file" "$PLUTO" run ''
refuses "'' is no name of a file" "$PLUTO" build dir/main.pluto -o ''

# ---- Names ----

for name in "sp ace'q\"uo" $'new\nline' '-dash' '\back$HOME' $'\xff\xfe'; do
    mkdir "./$name"
    printf 'import x\nfn main() { print(x.f() + beside()) }\n' >"./$name/main.pluto"
    printf 'pub fn f() int { return 4 }\n' >"./$name/x.pluto"
    printf 'fn beside() int { return 5 }\n' >"./$name/be side.pluto"
    says 9 "$PLUTO" run "./$name/main.pluto"
    "$PLUTO" build "./$name/main.pluto" -o "./$name/out"
    says 9 "./$name/out"
done
name=$(printf 'x%.0s' {1..300})
refuses "File name too long" "$PLUTO" run "$name.pluto"
printf 'import %s\nfn main() { }\n' "$name" >long.pluto
refuses "cannot find module '$name'" "$PLUTO" run --standalone long.pluto

# ---- No permission: as somebody who is not root ----

place=$(mktemp -d /tmp/pluto_unreadable_XXXXXX)
trap 'chmod -R u+rwx "$place"; rm -rf "$place"' EXIT
chmod 755 "$place"
as_user=()
if [[ $EUID == 0 ]]; then
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/ XDG_CACHE_HOME=)
fi
if ! ${as_user[@]+"${as_user[@]}"} "$PLUTO" --version >out 2>err; then
    exit 0                                  # it lies where only root can go
fi
cp "$ROOT/tests/cli_checks.sh" "$place"
cd "$place"
touch .git
mkdir a
printf 'import x\nfn main() { print(x.f()) }\n' >a/main.pluto
echo 'pub fn f() int { return 1 }' >a/x.pluto
chmod 755 a
mkdir results                               # where out and err go
cd results
denied() {      # TEXT COMMAND...
    local text=$1
    shift
    refuses "$text: Permission denied" ${as_user[@]+"${as_user[@]}"} "$@"
}
chmod 000 ../a/x.pluto
denied 'Link error: cannot read ../a/x.pluto' "$PLUTO" run ../a/main.pluto
grep -q '^  ../a/main.pluto:1:1' err || fail "no place: $(<err)"
chmod 644 ../a/x.pluto
echo >../a/beside.pluto
chmod 000 ../a/beside.pluto
denied 'Link error: cannot read ../a/beside.pluto' "$PLUTO" run ../a/main.pluto
rm -f ../a/beside.pluto
mkdir ../a/x
for mode in 000 311; do
    chmod $mode ../a/x
    denied 'Link error: cannot read the folder ../a/x' "$PLUTO" run ../a/main.pluto
    grep -q '^  ../a/main.pluto:1:1' err || fail "no place: $(<err)"
done
chmod 755 ../a/x
rmdir ../a/x
chmod 311 ../a                              # files in it can be read, but not found
denied 'Link error: cannot read the folder ../a' "$PLUTO" run ../a/main.pluto
grep -q -- '--standalone leaves them out' err || fail "no advice: $(<err)"
says 1 ${as_user[@]+"${as_user[@]}"} "$PLUTO" run --standalone ../a/main.pluto
chmod 755 ../a
printf '[package]\nname = "a"\n' >../a/pluto.toml
chmod 000 ../a/pluto.toml
denied "Manifest error: cannot read $place/a/pluto.toml" "$PLUTO" run ../a/main.pluto
chmod 644 ../a/pluto.toml
chmod 555 ..
for command in "build ../a/main.pluto -o ../program" 'doc ../a/x.pluto -o ../page' 'new ../project'
do
    # Only root may write there.
    status=0
    ${as_user[@]+"${as_user[@]}"} "$PLUTO" $command >out 2>err || status=$?
    [[ $status == 1 && ! -s out && $(<err) == *'Permission denied'* ]] ||
        fail "$command: status $status: $(<err)"
done
[[ $(cd .. && echo *) == 'a cli_checks.sh results' ]] || fail "left behind: $(cd .. && echo *)"
