# make install gives a pluto that needs no source tree; removing leaves nothing of ours behind.
set -eu
fail() { echo "$*"; exit 1; }
mkdir -p 'my prefix/share/other'
"$ROOT/tools/install.sh" "$(dirname "$PLUTO")" "$PWD/my prefix" >out
"$ROOT/tools/install.sh" "$(dirname "$PLUTO")" "$PWD/my prefix" >out    # again, over the old one
cat >a.pluto <<'END'
fn f(n: int) int { return n }
fn main() {
    let t = spawn f(4)
    print(t.get())
}
END
# Through a link and through PATH it finds its files as well.
ln -s 'my prefix/bin/pluto' link
[[ $('my prefix/bin/pluto' run a.pluto) == 4 ]] || fail "the installed pluto does not run programs"
[[ $(./link run a.pluto) == 4 ]] || fail "it does not find its files through a link"
[[ $(PATH="$PWD/my prefix/bin:$PATH" pluto run a.pluto) == 4 ]] || fail "not through PATH"
# The library comes along, and is found without the source tree.
echo 'import std.math
fn main() { print(math.gcd(8, 12)) }' >lib.pluto
[[ $('my prefix/bin/pluto' run --standalone lib.pluto) == 4 ]] || fail "no standard library"
[[ -f 'my prefix/share/pluto/lib/math/math.pluto' ]] || fail "it is not below share/pluto/lib"
# For shells, man and editors.
for file in man/man1/pluto.1 bash-completion/completions/pluto zsh/site-functions/_pluto \
    fish/vendor_completions.d/pluto.fish vim/vimfiles/syntax/pluto.vim \
    vim/vimfiles/ftdetect/pluto.vim pluto/vscode/package.json \
    pluto/vscode/pluto.tmLanguage.json pluto/vscode/language-configuration.json; do
    [[ -s "my prefix/share/$file" ]] || fail "there is no share/$file"
done
version=$("$PLUTO" --version)
grep -q "\"version\": \"${version#pluto }\"" 'my prefix/share/pluto/vscode/package.json' ||
    fail "the version of package.json"
"$ROOT/tools/install.sh" --remove "$PWD/my prefix"
[[ $(find 'my prefix' | LC_ALL=C sort) == $'my prefix\nmy prefix/share\nmy prefix/share/other' ]] ||
    fail "left behind: $(find 'my prefix')"
