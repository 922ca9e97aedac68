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
# As in language.sh: most tests are programs of one file.
alone() { [[ $1 == */main.pluto ]] || echo --standalone; }
# What lies below a main.pluto is a part of it.
programs() {
    local program folder
    find tests/run docs/examples bench -name '*.pluto' | LC_ALL=C sort |
    while IFS= read -r program; do
        folder=$(dirname "$program")
        until [[ $folder != */* || -e $folder/main.pluto ]]; do folder=$(dirname "$folder"); done
        [[ $program != */main.pluto && -e $folder/main.pluto ]] || echo "$program"
    done
}
while IFS= read -r program; do
    "$PLUTO" build $(alone "$program") --emit-c - "$program" >"$OLDPWD/a.c" 2>"$OLDPWD/err" ||
        fail "$program: $(<"$OLDPWD/err")"
    "$PLUTO" build $(alone "$program") --emit-c - "$program" 2>/dev/null | cmp -s - "$OLDPWD/a.c" ||
        fail "$program: the second time the C was different"
    for cc in "${compilers[@]}"; do
        "$cc" -std=gnu11 -Wall -Wextra -Werror -fwrapv -DRT_NO_RED_ZONE \
            -I. -fsyntax-only "$OLDPWD/a.c" || { echo "$cc warned about the C of $program"; bad=1; }
    done
done < <(programs)
exit $bad
