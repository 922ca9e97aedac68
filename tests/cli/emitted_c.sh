# The C made from every program is the same each time, and neither gcc nor clang warns about it.
set -eu
fail() { echo "$*"; exit 1; }
compilers=()
for cc in gcc clang; do
    if command -v "$cc" >/dev/null; then compilers+=("$cc"); fi
done
((${#compilers[@]} > 0)) || fail "no C compiler"
cd "$ROOT"
bad=0
# A folder with a main.pluto is one program.
is_part() {     # FILE
    local folder=${1%/*}
    while [[ $folder == */* ]]; do
        [[ -e $folder/main.pluto && $1 != "$folder/main.pluto" ]] && return 0
        folder=${folder%/*}
    done
    return 1
}
while IFS= read -r program; do
    is_part "$program" && continue
    alone=(--standalone)
    [[ $program != */main.pluto ]] || alone=()
    "$PLUTO" "${alone[@]}" --emit-c "$program" >"$OLDPWD/a.c" 2>"$OLDPWD/err" ||
        fail "$program: $(<"$OLDPWD/err")"
    "$PLUTO" "${alone[@]}" --emit-c "$program" 2>/dev/null | cmp -s - "$OLDPWD/a.c" ||
        fail "$program: the second time the C was different"
    for cc in "${compilers[@]}"; do
        "$cc" -std=gnu11 -Wall -Wextra -Werror -fwrapv -fno-strict-aliasing -I. -fsyntax-only \
            "$OLDPWD/a.c" || { echo "$cc warned about the C of $program"; bad=1; }
    done
done < <(find tests/run docs/examples bench -name '*.pluto' | LC_ALL=C sort)
exit $bad
