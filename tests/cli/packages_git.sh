# Dependencies from git, over paths and file:// only; pluto update.
set -eu
. "$ROOT/tests/cli_checks.sh"
export HOME=$PWD/home PLUTO_CACHE_DIR=$PWD/cache GIT_CONFIG_NOSYSTEM=1
mkdir home .git
cat >home/.gitconfig <<'END'
[user]
    name = nobody
    email = nobody@example.org
[init]
    defaultBranch = main
END
commit() {      # FOLDER TEXT: a commit in which the function text says TEXT
    echo "pub fn text() string { return \"$2\" }" >"$1/mod.pluto"
    git -C "$1" add -A
    git -C "$1" commit -qm "$2"
}
repository() {  # FOLDER TEXT
    mkdir -p "$1"
    git -C "$1" init -q
    commit "$1" "$2"
}
# FNV and the like would not do: 64 bits of djb2 over the URL in small letters.
key() {
    local hash=5381 i url=${1,,}
    url=${url%%+(/)}
    for ((i = 0; i < ${#url}; i++)); do
        hash=$((hash * 33 + $(printf %d "'${url:i:1}")))
    done
    printf %016x "$hash"
}
shopt -s extglob
dependency() {  # LINES: the program's dependencies
    printf '[package]\nname = "app"\n[dependencies]\n%s\n' "$1" >app/pluto.toml
}
mkdir app
printf 'import lib\nfn main() { print(lib.text()) }\n' >app/main.pluto
run=("$PLUTO" run app/main.pluto)

# ---- Clones ----

repository up one
up=$PWD/up
dependency "lib = { git = \"$up\" }"
says one "${run[@]}"
[[ -d cache/git/$(key "$up") ]] || fail "the clone is not where it belongs: $(ls cache/git)"
[[ $(ls cache/git | grep -v '^lock$') == "$(key "$up")" ]] || fail "left behind: $(ls cache/git)"
commit up two
says one "${run[@]}"                        # what is there is used
mv up away
says one "${run[@]}"
mkdir nogit
for tool in cc gcc as ld sh collect2; do
    if path=$(command -v $tool); then ln -s "$path" nogit/; fi
done
says one env PATH="$PWD/nogit" "${run[@]}"  # not even git is needed
rm -rf "cache/git/$(key "$up")/.git"
says one "${run[@]}"                        # as it is, whatever it is
rm -r cache
refuses 'git is required for git dependencies but was not found in PATH' \
    env PATH="$PWD/nogit" "${run[@]}"
refuses "Manifest error: pluto.toml: dependency 'lib': git clone failed for '$up'" "${run[@]}"
grep -q 'app/pluto.toml:4:15$' err || fail "clone: another place: $(<err)"
[[ -z $(ls cache/git | grep -v '^lock$') ]] || fail "left after a failure: $(ls cache/git)"
mv away up
dependency "lib = { git = \"file://$up//\" }"
says two "${run[@]}"
[[ -d cache/git/$(key "file://$up//") ]] || fail "file://: not in $(key "file://$up//")"
dependency 'lib = { git = "../up" }'        # from the manifest, not from where pluto runs
says two "${run[@]}"
(cd app && says two "$PLUTO" run main.pluto)
[[ $(ls -d cache/git/*/ | wc -l) == 2 ]] || fail "clones: $(ls cache/git)"
dependency 'lib = { path = "../p" }
unused = { git = "/nowhere/x" }'
mkdir p
echo 'pub fn text() string { return "p" }' >p/mod.pluto
refuses "git clone failed for '/nowhere/x'" "${run[@]}"

# Without PLUTO_CACHE_DIR; and without any place.
dependency "lib = { git = \"$up\" }"
says two env -u PLUTO_CACHE_DIR "${run[@]}"
[[ -d home/.pluto/cache/git/$(key "$up") ]] || fail "not in ~/.pluto/cache/git"
refuses 'set PLUTO_CACHE_DIR or HOME' env -u PLUTO_CACHE_DIR -u HOME "${run[@]}"

# Variables that would lead git elsewhere, or make it ask for a password.
mkdir bin
printf '#!/bin/sh\nenv >>"%s/env"\nexec "%s" "$@"\n' "$PWD" "$(command -v git)" >bin/git
chmod +x bin/git
rm -r cache
dependency "lib = { git = \"$up\", branch = \"main\" }"
variables=(GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CEILING_DIRECTORIES)
says two env "${variables[@]/%/=$PWD/nowhere}" PATH="$PWD/bin:$PATH" "${run[@]}"
for name in "${variables[@]}"; do
    ! grep -q "^$name=" env || fail "git gets $name"
done
[[ $(grep -c '^GIT_TERMINAL_PROMPT=0$' env) -ge 2 ]] || fail "git may ask: $(<env)"
rm -r cache

# ---- Refs ----

git -C up tag v2
rev=$(git -C up rev-parse HEAD~1)
git -C up checkout -qb dev
commit up dev
git -C up checkout -q main
commit up three
# A tag and a branch of one name are told apart.
git -C up branch v2
for i in 1 2; do                            # from a new clone, and from the one left by others
    dependency "lib = { git = \"$up\", rev = \"$rev\" }"
    says one "${run[@]}"
    dependency "lib = { git = \"$up\", rev = \"${rev:0:8}\" }"
    says one "${run[@]}"
    dependency "lib = { git = \"$up\", tag = \"v2\" }"
    says two "${run[@]}"
    dependency "lib = { git = \"$up\", branch = \"dev\" }"
    says dev "${run[@]}"
    dependency "lib = { git = \"$up\" }"
    says three "${run[@]}"
done
git_refuses() { # REF
    dependency "lib = { git = \"$up\", $1 }"
    refuses "dependency 'lib': git checkout failed for '$up': " "${run[@]}"
    grep -q 'help: .pluto update' err || fail "$1: no advice: $(<err)"
}
git_refuses 'rev = "0123abc"'
git_refuses 'tag = "dev"'
git_refuses 'branch = "nothing"'
git_refuses 'rev = "mod.pluto"'             # a file, no commit

# What was made is used again until the clone is another one.
recalls() {     # TEXT
    says "$1" "$PLUTO" run --verbose app/main.pluto
    grep -q '^app/main.pluto has not changed$' err || fail "read again: $(<err)"
}
dependency "lib = { git = \"$up\", tag = \"v2\" }"
says two "${run[@]}"
recalls two
cp -r app app2
sed -i 's/tag = "v2"/branch = "dev"/' app2/pluto.toml
says dev "$PLUTO" run app2/main.pluto
says two "${run[@]}"                        # not what the other program needs
recalls two
git -C "cache/git/$(key "$up")" tag -f v2 "$rev" >out 2>&1
says one "${run[@]}"
recalls one
git -C "cache/git/$(key "$up")" pack-refs --all
says one "${run[@]}"
git -C "cache/git/$(key "$up")" tag -f v2 "$(git -C up rev-parse main)" >out 2>&1
says three "${run[@]}"
git -C "cache/git/$(key "$up")" tag -f v2 "$(git -C up rev-parse v2^{})" >out 2>&1

# Two versions of one repository in one program.
dependency "lib = { git = \"$up\" }
same = { git = \"$up/\" }"
says three "${run[@]}"
dependency "lib = { git = \"$up\", tag = \"v2\" }
other = { git = \"$up\", branch = \"dev\" }"
refuses "branch 'dev' of '$up' is wanted here, and tag 'v2' elsewhere" "${run[@]}"
grep -q 'app/pluto.toml:4:15: the other dependency is here' err || fail "versions: $(<err)"

# ---- Packages in repositories ----

repository deep deep
repository middle middle
printf '[package]\nname = "m"\n[dependencies]\nd = { git = "%s" }\n' "$PWD/deep" >middle/pluto.toml
printf 'import d\npub fn text() string { return "middle " + d.text() }\n' >middle/mod.pluto
git -C middle add -A
git -C middle commit -qm middle
dependency "lib = { git = \"$PWD/middle\" }"
says 'middle deep' "${run[@]}"
mkdir -p local
sed 's/^d = .*/lib = { git = "..\/middle" }/' middle/pluto.toml >local/pluto.toml
printf 'import lib\npub fn text() string { return "local " + lib.text() }\n' >local/mod.pluto
dependency 'lib = { path = "../local" }'
says 'local middle deep' "${run[@]}"

# ---- pluto update ----

mkdir none
refuses 'Manifest error: no pluto.toml found' "$PLUTO" update none
(cd none && refuses 'Manifest error: no pluto.toml found' "$PLUTO" update)
refuses 'is not a directory' "$PLUTO" update app/main.pluto
refuses "unknown option '--x'" "$PLUTO" update --x
"$PLUTO" update --help | grep -q 'usage: pluto update' || fail "no help"
dependency "lib = { git = \"$up\", branch = \"dev\" }
two = { git = \"$PWD/deep\" }
local = { path = \"../local\" }"
says dev "${run[@]}"
git -C up checkout -q dev
git -C up commit -q --amend -m 'another history'
commit up dev2
git -C up checkout -q main
commit deep deeper
commit middle middle2
says dev "${run[@]}"
says '' "$PLUTO" update app
[[ $(<err) == $'fetched lib\nfetched two' ]] || fail "update said: $(<err)"
says dev2 "${run[@]}"
sed -i 's/import lib/import local as lib/' app/main.pluto
says 'local middle deeper' "${run[@]}"      # not what dependencies take from elsewhere
git -C up checkout -q dev
commit up dev3
git -C up checkout -q main
(cd app && says '' "$PLUTO" update)
mkdir app/sub
says '' "$PLUTO" update app/sub
sed -i 's/import local as lib/import lib/' app/main.pluto
says dev3 "${run[@]}"
[[ $(ls -d cache/git/*/ | wc -l) == 3 ]] || fail "left by update: $(ls cache/git)"

# If it fails, what was there stays.
mv up away
refuses "git clone failed for '$up'" "$PLUTO" update app
says dev3 "${run[@]}"
dependency 'lib = { git = "x", path = "y" }'
refuses "specify either 'path' or 'git', not both" "$PLUTO" update app
[[ $(grep -c 'not both' err) == 1 ]] || fail "said twice: $(<err)"
dependency 'lib = { path = "../p" }'
says '' "$PLUTO" update app
says p "${run[@]}"

# ---- Several compilers at once ----

mv away up
rm -rf cache
for n in 1 2 3 4; do
    cp -r app app$n
    ref=$([[ $((n % 2)) == 0 ]] && echo 'tag = "v2"' || echo 'branch = "dev"')
    printf '[package]\nname = "a"\n[dependencies]\nlib = { git = "%s", %s }\n' "$up" "$ref" \
        >app$n/pluto.toml
    "$PLUTO" run app$n/main.pluto >out$n 2>err$n &
done
wait
for n in 1 2 3 4; do
    want=$([[ $((n % 2)) == 0 ]] && echo two || echo dev3)
    [[ $(<out$n) == "$want" ]] || fail "compiler $n: $(<out$n) $(<err$n)"
done
