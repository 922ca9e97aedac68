# Completions, man page and syntax files: made of the tables, complete, and readable by what they
# are for, as far as that is installed.
set -u
fail() { echo "$*"; exit 1; }

# The words and options that --help has.
mapfile -t commands < <("$PLUTO" --help | sed -nE 's/^  pluto ([a-z]+)( .*)?$/\1/p' | sort -u)
((${#commands[@]} >= 11)) || fail "--help has only: ${commands[*]}"
options=()
for command in "${commands[@]}"; do
    "$PLUTO" "$command" --help >help || fail "$command --help fails"
    mapfile -t -O ${#options[@]} options < <(grep -oE '^  --?[a-z-]+' help | tr -d ' ')
done
mapfile -t options < <(printf '%s\n' "${options[@]}" | sort -u)
((${#options[@]} >= 15)) || fail "the commands have only: ${options[*]}"

"$PLUTO" completions bash >bash.sh || fail "no completions for bash"
"$PLUTO" completions zsh >zsh.sh || fail "no completions for zsh"
"$PLUTO" completions fish >fish.sh || fail "no completions for fish"
"$PLUTO" man >pluto.1 || fail "no man page"
for word in "${commands[@]}" "${options[@]}"; do
    short=${word##-}
    short=${short#-}
    grep -qE -- "[ ']$word( |\[|\)|:|')" bash.sh || fail "bash: no $word"
    grep -qF -- "$word" zsh.sh || fail "zsh: no $word"
    grep -qE -- " -?(a|l|s) ?$short |-[als] $short " fish.sh || fail "fish: no $word"
    grep -qF -- "${word//-/\\-}" pluto.1 || grep -qF -- "$word" pluto.1 || fail "man: no $word"
done

# bash: what it proposes.
. ./bash.sh
propose() {     # WORD...: the last one is to be completed
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _pluto
    echo "${COMPREPLY[*]}"
}
[[ $(propose pluto fm) == fmt ]] || fail "fm: $(propose pluto fm)"
[[ $(propose pluto fmt --c) == --check ]] || fail "fmt --c: $(propose pluto fmt --c)"
[[ $(propose pluto compile --deb) == --debug ]] || fail "compile --deb is not known"
[[ $(propose pluto run --che) == '' ]] || fail "run --che: $(propose pluto run --che)"
[[ $(propose pluto completions z) == zsh ]] || fail "completions z is not zsh"
: >afile.pluto
[[ $(propose pluto run af) == afile.pluto ]] || fail "no files"
[[ " $(propose pluto '') " == *' run build '* ]] || fail "no commands at all"
! command -v zsh >/dev/null || zsh -n zsh.sh || fail "zsh cannot read it"
! command -v fish >/dev/null || fish -n fish.sh || fail "fish cannot read it"
! command -v groff >/dev/null || [[ -z $(groff -man -Tutf8 -ww pluto.1 2>&1 >page) ]] ||
    fail "groff: $(groff -man -Tutf8 -ww pluto.1 2>&1 >/dev/null)"

# Every reserved word of the language has its class in both syntax files.
"$PLUTO" highlight vim >pluto.vim || fail "no syntax for vim"
"$PLUTO" highlight textmate >pluto.json || fail "no TextMate grammar"
mapfile -t words < <(sed -n '/define KEYWORDS/,/^$/p' "$ROOT/compiler/syntax/token.h" |
    grep -oE '"[a-z]+"' | tr -d '"')
((${#words[@]} > 30)) || fail "token.h has only: ${words[*]}"
for word in "${words[@]}" int string Receiver; do
    grep -qE "^syntax keyword pluto[A-Za-z]+ (.* )?$word( |\$)" pluto.vim || fail "vim: no $word"
    grep -qE "[(|]$word[|)]" pluto.json || fail "textmate: no $word"
done
! command -v python3 >/dev/null || python3 -m json.tool pluto.json >/dev/null ||
    fail "the TextMate grammar is no JSON"
if command -v vim >/dev/null; then
    printf 'fn f() { return "a" } // b\n' >x.pluto
    cat >try.vim <<'END'
syntax on
edit x.pluto
source pluto.vim
call writefile(map([1, 4, 10, 18, 24], {_, c -> synIDattr(synID(1, c, 1), 'name')}), 'found')
qall!
END
    timeout 60 vim -es -u NONE -S try.vim </dev/null >/dev/null 2>&1
    [[ $(tr '\n' ' ' <found) == 'plutoDeclaration plutoFunction plutoControl plutoString plutoComment ' ]] ||
        fail "vim sees $(tr '\n' ' ' <found)"
fi

for command in completions highlight; do
    "$PLUTO" $command nonsense 2>err >out && fail "$command nonsense is no failure"
    [[ -s err && ! -s out ]] || fail "$command nonsense: no message"
done
exit 0
