# pluto.toml: every rule and every error; dependencies by path.
set -eu
. "$ROOT/tests/cli_checks.sh"
module() {      # FOLDER TEXT: a folder whose module has a function text
    mkdir -p "$1"
    echo "pub fn text() string { return \"$2\" }" >"$1/mod.pluto"
}
package() {     # FOLDER NAME [LINES]: its manifest
    mkdir -p "$1"
    printf '[package]\nname = "%s"\n%s\n' "$2" "${3-}" >"$1/pluto.toml"
}
# The project is stopped from finding anything above it.
mkdir .git

# ---- Manifests that are refused: what is said, and the line in pluto.toml ----

mkdir bad
echo 'fn main() { }' >bad/main.pluto
module bad/lib lib
package bad/a a
manifest() {    # LINE TEXT MANIFEST
    printf '%b' "$3" >bad/pluto.toml
    refuses "Manifest error: pluto.toml: $2" "$PLUTO" run bad/main.pluto
    grep -q "^  bad/pluto.toml:$1:" err || fail "$2: not at line $1: $(<err)"
    refuses "$2" "$PLUTO" check bad/main.pluto
    refuses "$2" "$PLUTO" test bad/main.pluto
}
dependency() {  # TEXT DEPENDENCY: in the manifest's fourth line
    manifest 4 "$1" "[package]\nname = \"app\"\n[dependencies]\n$2\n"
}
manifest 2 "invalid syntax: expected '='" '[package]\nname "app"\n'
manifest 1 "invalid syntax: the string has no end" 'name = "app\n'
manifest 1 'missing [package] section' ''
manifest 1 'missing [package] section' '[dependencies]\n'
manifest 1 'missing [package] section' 'package = "app"\n'
manifest 2 "missing 'name' in [package]" '\n[package]\nversion = "1.0.0"\n'
manifest 2 'package name must not be empty' '[package]\nname = ""\n'
manifest 2 'package name must not be empty' '[package]\nname = " \\t"\n'
manifest 2 "'name' in [package] must be a string" '[package]\nname = 7\n'
manifest 3 "'version' in [package] must be a string" '[package]\nname = "app"\nversion = 1\n'
manifest 1 "'dependencies' must be a table" 'dependencies = 1\n[package]\nname = "app"\n'
dependency "dependency name 'my-lib' is not a valid identifier" 'my-lib = { path = "lib" }'
dependency "dependency name '9lib' is not a valid identifier" '9lib = { path = "lib" }'
dependency "dependency name '' is not a valid identifier" '"" = { path = "lib" }'
dependency "dependency name 'std' is reserved" 'std = { path = "lib" }'
for word in fn class test system; do
    dependency "dependency name '$word' is a reserved keyword" "$word = { path = \"lib\" }"
done
dependency "dependency 'x': specify either 'path' or 'git', not both" \
    'x = { path = "lib", git = "u", tag = "t" }'
dependency "dependency 'x': must specify 'path' or 'git'" 'x = {}'
dependency "dependency 'x': must specify 'path' or 'git'" 'x = { rev = "r", tag = "t" }'
dependency "dependency 'x': must specify 'path' or 'git'" 'x = "1.0"'
for ref in rev tag branch; do
    dependency "dependency 'x': 'rev'/'tag'/'branch' are only valid with git dependencies" \
        "x = { path = \"nowhere\", $ref = \"r\" }"
done
dependency "dependency 'x': 'rev'/'tag'/'branch' are only valid with git dependencies" \
    'x = { path = "lib", rev = "r", tag = "t" }'
for refs in 'rev = "r", tag = "t"' 'tag = "t", branch = "b"' 'branch = "b", rev = "r"' \
    'rev = "r", tag = "t", branch = "b"'; do
    dependency "dependency 'x': specify at most one of 'rev', 'tag', 'branch'" \
        "x = { git = \"u\", $refs }"
done
dependency "'path' of dependency 'x' must be a string" 'x = { path = 3 }'
dependency "'tag' of dependency 'x' must be a string" 'x = { git = "u", tag = 3 }'
dependency "dependency 'x': '-b' names no branch" 'x = { git = "u", branch = "-b" }'
dependency "dependency 'x': 'git' must be a URL" 'x = { git = "--upload-pack=x" }'
dependency "dependency 'x': path 'nowhere' does not exist or is not a directory" \
    'x = { path = "nowhere" }'
dependency "dependency 'x': path 'main.pluto' does not exist or is not a directory" \
    'x = { path = "main.pluto" }'
dependency "dependency 'x': path '' does not exist or is not a directory" 'x = { path = "" }'
manifest 4 "'libs' in [link] must be an array" '[package]\nname = "app"\n[link]\nlibs = "z"\n'
manifest 4 'this is no name of a C library' '[package]\nname = "app"\n[link]\nlibs = ["-s x"]\n'

# Nothing is fetched for a manifest that is wrong anyway.
dependency "dependency name 'fn' is a reserved keyword" 'fn = { rev = "r" }\nx = { git = "no" }'
[[ $(grep -c error: err) == 1 ]] || fail "git was asked: $(<err)"

# The name is checked before all else, and independent errors are all said.
dependency "dependency name 'fn' is a reserved keyword" 'fn = { rev = "r" }\nx = { path = "no" }'
grep -q "path 'no' does not exist" err || fail "only the first error: $(<err)"

# A warning does not stop anything, and the cached program says it again.
printf '[package]\nname = "app"\n[dependencies]\nlib = { path = "lib", taag = "x" }\n' \
    >bad/pluto.toml
for i in 1 2; do
    says '' "$PLUTO" run bad/main.pluto
    grep -q "warning: pluto.toml: 'taag' means nothing in a dependency" err ||
        fail "no warning: $(<err)"
done
sed -i 's/, taag = "x"//' bad/pluto.toml
says '' "$PLUTO" run bad/main.pluto
[[ ! -s err ]] || fail "still a warning: $(<err)"
sed -i 's/"lib" }/"lib", tga = "x" }/' bad/pluto.toml
says '' "$PLUTO" run bad/main.pluto
grep -q "'tga' means nothing" err || fail "not compiled anew: $(<err)"
rm bad/pluto.toml
says '' "$PLUTO" run bad/main.pluto

# ---- Circles ----

mkdir -p circle
echo 'fn main() { }' >circle/main.pluto
package circle app $'[dependencies]\na = { path = "a" }'
package circle/a a $'[dependencies]\nb = { path = "../b" }'
package circle/b b $'[dependencies]\nanother = { path = "../a" }'
refuses 'Manifest error: pluto.toml: circular package dependency: a -> b -> a' \
    "$PLUTO" run circle/main.pluto
grep -q 'circle/.*b/pluto.toml:4:1$' err || fail "circle: another place: $(<err)"
package circle/b b $'[dependencies]\nroot = { path = "../" }'
refuses 'circular package dependency: app -> a -> b -> app' "$PLUTO" run circle/main.pluto
package circle/a a $'[dependencies]\nme = { path = "." }'
refuses 'circular package dependency: a -> a' "$PLUTO" run circle/main.pluto

# ---- Where the manifest is ----

mkdir -p up/src/deep
module up/lib lib
package up app $'[dependencies]\nlib = { path = "lib" }'
printf 'import lib\nfn main() { print(lib.text()) }\n' | tee up/src/deep/main.pluto >up/src/main.pt
says lib "$PLUTO" run up/src/deep/main.pluto
says lib "$PLUTO" run up/src/main.pt
(cd up/src/deep && says lib "$PLUTO" run main.pluto && says lib "$PLUTO" run ./main.pluto)
(cd up && says lib "$PLUTO" run --standalone src/deep/main.pluto)
"$PLUTO" build up/src/deep/main.pluto -o deep.out
says lib ./deep.out
: >up/src/deep/.git                         # a file, as in a work tree of git
refuses "cannot find module 'lib'" "$PLUTO" run up/src/deep/main.pluto
package up/src/deep inner                   # it is looked for before .git
refuses "cannot find module 'lib'" "$PLUTO" run up/src/deep/main.pluto
says lib "$PLUTO" run up/src/main.pt

# ---- What an import means ----

mkdir -p app/src
package app app $'[dependencies]
tools = { path = "vendor/other name" }
again = { path = "./vendor/../vendor/other name" }
far   = { path = "../elsewhere" }'
module 'app/vendor/other name' tools
echo 'pub fn up() string { return text() + "!" }' >'app/vendor/other name/up.pluto'
echo 'pub fn sub() string { return "sub" }' >'app/vendor/other name/text.pluto'
module 'app/vendor/other name/folder' folder
module elsewhere far
cat >app/main.pluto <<'END'
import tools
import tools.text as t
import tools.folder
import again
import far
import here.below
fn main() {
    print(f"{tools.up()} {t.sub()} {folder.text()} {again.text()} {far.text()} {below.text()}")
}
END
mkdir app/here                              # a module of the package may import them, too
printf 'import tools\npub fn text() string { return "below " + tools.text() }\n' >app/here/below.pt
says 'tools! sub folder tools far below tools' "$PLUTO" run app/main.pluto

# Another thing with that name: a folder or a file for a name alone, a folder for a path.
alone="import 'tools' is ambiguous: declared as dependency and also exists locally"
mkdir app/tools
refuses "$alone" "$PLUTO" run app/main.pluto
grep -q '^  app/main.pluto:1:' err || fail "ambiguous: another place: $(<err)"
[[ $(grep -c ambiguous err) == 3 ]] || fail "ambiguous: not each import: $(<err)"
rmdir app/tools
for file in tools.pluto tools.pt; do
    echo 'pub fn text() string { return "local" }' >app/$file
    refuses "$alone" "$PLUTO" run app/main.pluto
    [[ $(grep -c ambiguous err) == 1 ]] || fail "$file: a path is ambiguous: $(<err)"
    sed -i.old '/^import tools$/d; s/tools.up()/t.sub()/' app/main.pluto
    says 'sub sub folder tools far below tools' "$PLUTO" run app/main.pluto
    mv app/main.pluto.old app/main.pluto
    rm app/$file
done

# A file named like a dependency is no part of the program, imported or not.
echo 'fn broken( {' >app/far.pluto
sed -i '/^import far$/d; s/ {far.text()}//' app/main.pluto
says 'tools! sub folder tools below tools' "$PLUTO" run app/main.pluto
rm app/far.pluto

# All that is declared is checked, imported or not.
mv elsewhere moved
refuses "dependency 'far': path '../elsewhere' does not exist" "$PLUTO" run app/main.pluto
mv moved elsewhere
package elsewhere far $'[dependencies]\nx = { path = "nowhere" }'
refuses "dependency 'x': path 'nowhere' does not exist" "$PLUTO" run app/main.pluto
grep -q 'elsewhere/pluto.toml:4:14' err || fail "transitive: another place: $(<err)"
rm elsewhere/pluto.toml

# A module that does not lie in its package.
sed -i '/^import again$/s/again/again.nothing/' app/main.pluto
refuses "cannot find module 'again.nothing'" "$PLUTO" run app/main.pluto

# ---- Nothing is inherited ----

mkdir -p chain
package chain app $'[dependencies]\na = { path = "p/a" }\nshared = { path = "p/shared" }'
module chain/p/shared shared
module chain/p/b b
module chain/p/a/own own
printf 'import a\nimport shared\nfn main() { print(a.all() + shared.text()) }\n' >chain/main.pluto
imports() { printf '%s\npub fn all() string { return %s }\n' "$1" "$2" >chain/p/a/mod.pluto; }
imports $'import own\nimport std.strings' 'strings.repeat(own.text(), 2)'
says ownownshared "$PLUTO" run chain/main.pluto
imports 'import shared' 'shared.text()'     # no manifest of its own
refuses "cannot find module 'shared'" "$PLUTO" run chain/main.pluto
package chain/p/a a $'[dependencies]\nb = { path = "../b" }'
refuses "cannot find module 'shared'" "$PLUTO" run chain/main.pluto
imports 'import b' 'b.text()'
says bshared "$PLUTO" run chain/main.pluto
mkdir chain/p/a/inner                         # also from a folder of the package
printf 'import b\npub fn all() string { return b.text() }\n' >chain/p/a/inner/x.pluto
imports 'import inner' 'inner.all()'
says bshared "$PLUTO" run chain/main.pluto
printf 'import b\nfn main() { print(b.text()) }\n' >chain/other.pluto
rm chain/main.pluto
mkdir chain/bin
mv chain/other.pluto chain/bin/main.pluto
refuses "cannot find module 'b'" "$PLUTO" run chain/bin/main.pluto

# A folder that is read for two packages has the imports of each.
package chain app $'[dependencies]\na = { path = "p/a" }\nb = { path = "p/c" }'
module chain/p/c c
printf 'import a.inner\nimport inner as mine\nfn main() { print(inner.all() + mine.all()) }\n' \
    >chain/main.pluto
ln -s p/a/inner chain/inner
rm -r chain/bin
says bc "$PLUTO" run chain/main.pluto

# ---- The cache of programs ----

mkdir cached
package cached app $'[dependencies]\nlib = { path = "one" }'
module cached/one one
module cached/two two
printf 'import lib\nfn main() { print(lib.text()) }\n' >cached/main.pluto
says one "$PLUTO" run cached/main.pluto
says one "$PLUTO" run cached/main.pluto
module cached/one uno
says uno "$PLUTO" run cached/main.pluto
package cached app $'[dependencies]\nlib = { path = "two" }'
says two "$PLUTO" run cached/main.pluto
sed -i 's/"two"/"gone"/' cached/pluto.toml
refuses "path 'gone' does not exist" "$PLUTO" run cached/main.pluto

# ---- C libraries ----

mkdir -p linked/dep
package linked app $'[dependencies]\ndep = { path = "dep" }\n[link]\nlibs = ["one", "two"]'
package linked/dep dep $'[link]\nlibs = ["three", "one"]'
echo 'fn main() { print("linked") }' >linked/main.pluto
real=$(command -v cc)
mkdir bin
cat >bin/cc <<END
#!/bin/sh
echo "\$*" >>'$PWD/log'
for word; do
    shift
    case \$word in -lone | -ltwo | -lthree) ;; *) set -- "\$@" "\$word" ;; esac
done
exec $real "\$@"
END
chmod +x bin/cc
says linked env PATH="$PWD/bin:$PATH" "$PLUTO" run linked/main.pluto
grep -q -e '-lone -ltwo -lthree -l[^ot]' log || fail "the libraries are not linked: $(<log)"
sed -i 's/"two"/"m"/' linked/pluto.toml
says linked env PATH="$PWD/bin:$PATH" "$PLUTO" run linked/main.pluto
PATH=$PWD/bin:$PATH "$PLUTO" build linked/main.pluto -o linked.out
[[ $(grep -c -e '-lone -lm -lthree -lgc' log) == 2 ]] || fail "another manifest: $(<log)"

echo 'long forty_two(void) { return 42; }' >mine.c
cc -c mine.c -o mine.o
ar rc libmine.a mine.o
cat >linked/main.pluto <<'END'
extern fn forty_two() int
fn main() { print(forty_two()) }
END
package linked app $'[link]\nlibs = ["mine"]'
says 42 env LIBRARY_PATH="$PWD" "$PLUTO" run linked/main.pluto
sed -i 's/"mine"//' linked/pluto.toml
refuses forty_two env LIBRARY_PATH="$PWD" "$PLUTO" run linked/main.pluto

# ---- For programs to read ----

refuses_json() { "$PLUTO" check --json cached/main.pluto; }
status=0
refuses_json >out 2>err || status=$?
[[ $status == 1 && $(<out) == '{"kind":"manifest","severity":"error",'*'"line":4,'* ]] ||
    fail "as JSON: $(<out)"
