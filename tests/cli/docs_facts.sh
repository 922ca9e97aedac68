# The files that README.md and docs/ name exist; docs/environment.md has every variable.
set -u
cd "$ROOT" || exit 1
bad=0
fail() { echo "$*"; bad=1; }
folders='gc|runtime|compiler|lib|tests|stress|bench|tools|docs'
pages=(README.md docs/*.md docs/decisions/*.md docs/language/*.md docs/stdlib/*.md)

# Links to files, relative to the page.
for page in "${pages[@]}"; do
    while IFS= read -r target; do
        [[ $target == *://* || -e $(dirname "$page")/${target%%#*} ]] ||
            fail "$page: nothing is at $target"
    done < <(grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//')
done

# `runtime/task/task.h` and the like; * stands for anything, NAME for a name.
for page in "${pages[@]}"; do
    while IFS= read -r path; do
        compgen -G "${path//NAME/*}" >/dev/null || fail "$page: there is no $path"
    done < <(grep -oE "\`($folders)/[A-Za-z0-9_./*-]*" "$page" | tr -d '`' | sort -u)
done

# Variables: those in the sources, and those in the tables.
if ! diff <(grep -rhoE '"PLUTO_[A-Z_]+"' gc runtime compiler --include='*.c' | tr -d '"' |
            grep -vx PLUTO_VERSION | sort -u) \
          <(grep -oE '^\| `PLUTO_[A-Z_]+`' docs/environment.md | tr -d '|` ' | sort -u); then
    fail "docs/environment.md (>) and the sources (<) have different variables"
fi
while IFS= read -r name; do
    grep -qF "\`$name\`" docs/environment.md || fail "docs/environment.md has no $name"
done < <(grep -rhoE 'getenv\("[A-Z_]+"\)' gc runtime compiler | sed 's/.*"\(.*\)".*/\1/' | sort -u)

# Lines are short, tables apart.
for page in "${pages[@]}"; do
    long=$(awk '!/^ *\|/ && length($0) > 100 { print FNR }' "$page")
    [[ -z $long ]] || fail "$page: long lines: $long"
done
exit $bad
