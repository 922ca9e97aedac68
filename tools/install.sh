#!/usr/bin/env bash
# install.sh OUT PREFIX       copies the compiler, runtime, headers and library to PREFIX, and what
#                             shells, man and editors want to know of them
# install.sh --remove PREFIX  removes exactly what that put there
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { echo "usage: install.sh OUT PREFIX | --remove PREFIX" >&2; exit 2; }
[[ $# == 2 && -n $2 ]] || usage

# What was installed, one path per line, relative to PREFIX; folders end with a slash.
list=share/pluto/installed

remove() {
    local prefix=$1 path
    local -a paths
    if [[ ! -f $prefix/$list ]]; then
        echo "nothing installed below $prefix" >&2
        exit 1
    fi
    # Backwards, so that a folder comes after what is in it.
    mapfile -t paths < <(tac "$prefix/$list")
    rm -f "$prefix/$list"
    for path in "${paths[@]}"; do
        case $path in
        */) rmdir "$prefix/$path" 2>/dev/null || true ;;
        *)  rm -f "$prefix/$path" ;;
        esac
    done
}

if [[ $1 == --remove ]]; then
    remove "$2"
    exit
fi

out=$1 prefix=$2
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
if [[ -f $prefix/$list ]]; then
    remove "$prefix"                                    # an older version
fi

entries=()
folder() {      # makes PREFIX/$1 and the folders above it, and notes those that are ours
    local path=
    local -a parts
    IFS=/ read -r -a parts <<<"$1"
    for part in "${parts[@]}"; do
        path+=$part/
        if [[ ! -d $prefix/$path ]]; then
            mkdir "$prefix/$path"
            chmod 755 "$prefix/$path"
            entries+=("$path")
        fi
    done
}
put() {         # MODE FILE TARGET
    folder "$(dirname "$3")"
    install -m "$1" "$2" "$prefix/$3"
    entries+=("$3")
}

put_output() {  # TARGET WORD...: what pluto prints
    local target=$1 file=$out/printed
    shift
    "$out/pluto" "$@" >"$file"
    put 644 "$file" "$target"
    rm -f "$file"
}

put 755 "$out/pluto"       bin/pluto
put 644 "$out/libpluto.a"  lib/pluto/libpluto.a
while IFS= read -r header; do
    put 644 "$header" "include/pluto/$header"
done < <(find runtime gc -name '*.h' | LC_ALL=C sort)
folder share/pluto/lib
if [[ -d lib ]]; then
    while IFS= read -r file; do
        put 644 "$file" "share/pluto/$file"
    done < <(find lib -type f | LC_ALL=C sort)
fi
put 644 LICENSE share/pluto/LICENSE

# For shells, man and editors.
put_output share/man/man1/pluto.1                            man
put_output share/bash-completion/completions/pluto           completions bash
put_output share/zsh/site-functions/_pluto                   completions zsh
put_output share/fish/vendor_completions.d/pluto.fish        completions fish
put_output share/vim/vimfiles/syntax/pluto.vim               highlight vim
put_output share/pluto/vscode/pluto.tmLanguage.json          highlight textmate
put 644 tools/editors/vim/ftdetect.vim share/vim/vimfiles/ftdetect/pluto.vim
put 644 tools/editors/vscode/language-configuration.json \
    share/pluto/vscode/language-configuration.json
version=$("$out/pluto" --version)
sed "s/@VERSION@/${version#pluto }/" tools/editors/vscode/package.json.in >"$out/printed"
put 644 "$out/printed" share/pluto/vscode/package.json
rm -f "$out/printed"
printf '%s\n' "${entries[@]}" >"$prefix/$list"
echo "installed pluto in $prefix"
