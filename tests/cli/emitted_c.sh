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
while IFS= read -r program; do
    "$PLUTO" --emit-c "$program" >"$OLDPWD/a.c" 2>"$OLDPWD/err" ||
        fail "$program: $(<"$OLDPWD/err")"
    "$PLUTO" --emit-c "$program" 2>/dev/null | cmp -s - "$OLDPWD/a.c" ||
        fail "$program: the second time the C was different"
    for cc in "${compilers[@]}"; do
        "$cc" -std=gnu11 -Wall -Wextra -Werror -fwrapv -fno-strict-aliasing -DRT_NO_RED_ZONE \
            -I. -fsyntax-only "$OLDPWD/a.c" || { echo "$cc warned about the C of $program"; bad=1; }
    done
done < <(find tests/run docs/examples bench -name '*.pluto' | LC_ALL=C sort)
exit $bad
