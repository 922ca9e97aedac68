#!/bin/sh
# deps.sh [stress] - sees to it that what the build needs is installed; with stress, also what the
# models need (stress/models).
#
# Silent when everything is there; a stamp below build/ then makes later calls instant. What is
# missing is installed with apt-get where there is one (as root or through sudo); elsewhere the
# packages are named and the exit status is 1.
set -u
cd "$(dirname "$0")/.." || exit 1

also=${1:-}
stamp=build/deps${also:+-$also}.stamp
key="$(cksum tools/deps.sh) ${CC:-cc}"
if [ -f "$stamp" ]; then
    read -r old <"$stamp"
    [ "$old" = "$key" ] && exit 0
fi

# ---- What is missing ----

compiles() {    # HEADER [FLAGS]: does a file that includes it compile?
    echo "#include <$1>" | ${CC:-cc} ${2:-} -fsyntax-only -x c - >/dev/null 2>&1
}

has_module() {  # NAME MIN-VERSION HEADER
    pkg-config --atleast-version="$2" "$1" 2>/dev/null &&
        compiles "$3" "$(pkg-config --cflags "$1")"
}

find_missing() {
    missing=
    command -v "${CC:-cc}" >/dev/null && compiles stdio.h || missing="$missing cc"
    command -v ar          >/dev/null || missing="$missing ar"
    command -v make        >/dev/null || missing="$missing make"
    command -v pkg-config  >/dev/null || missing="$missing pkg-config"
    has_module bdw-gc 8.0 gc/gc_disclaim.h || missing="$missing bdw-gc"
    has_module check 0.10 check.h          || missing="$missing check"
    compiles uthash.h                      || missing="$missing uthash"
    [ "$also" != stress ] || command -v spin >/dev/null || missing="$missing spin"
    has_module zlib 1.2 zlib.h             || missing="$missing zlib"
    command -v git         >/dev/null || missing="$missing git"
}

why() {
    case $1 in
    cc)         echo "a C compiler with the C library's headers: builds Pluto and its programs" ;;
    ar)         echo "binutils: the runtime is a static library" ;;
    make)       echo "GNU Make: runs the build" ;;
    pkg-config) echo "pkg-config: finds the libraries below" ;;
    bdw-gc)     echo "Boehm-Demers-Weiser collector 8.0 or later: the heap" ;;
    check)      echo "Check: the unit tests" ;;
    uthash)     echo "uthash: the compiler's hash tables" ;;
    spin)       echo "Spin: explores the models of stress/models" ;;
    zlib)       echo "zlib: the tests call it as a foreign library" ;;
    git)        echo "git: packages may come from repositories" ;;
    esac
}

package() {     # the name of $1 in the distribution $2
    case $2:$1 in
    debian:cc)         echo gcc libc6-dev ;;
    alpine:cc)         echo gcc musl-dev ;;
    fedora:cc)         echo gcc glibc-devel ;;
    *:cc)              echo gcc ;;
    *:ar)              echo binutils ;;
    fedora:pkg-config) echo pkgconf-pkg-config ;;
    arch:pkg-config)   echo pkgconf ;;
    debian:bdw-gc)     echo libgc-dev ;;
    arch:bdw-gc)       echo gc ;;
    alpine:bdw-gc)     echo gc-dev ;;
    fedora:bdw-gc)     echo gc-devel ;;
    fedora:check)      echo check-devel ;;
    alpine:check)      echo check-dev ;;
    debian:uthash)     echo uthash-dev ;;
    alpine:uthash)     echo uthash-dev ;;
    fedora:uthash)     echo uthash-devel ;;
    debian:zlib)       echo zlib1g-dev ;;
    alpine:zlib)       echo zlib-dev ;;
    fedora:zlib)       echo zlib-devel ;;
    *)                 echo "$1" ;;
    esac
}

packages() {    # of everything missing, in the distribution $1
    for what in $missing; do package "$what" "$1"; done | tr '\n' ' ' | sed 's/ $//'
}

report_missing() {
    echo "pluto cannot be built: missing" >&2
    for what in $missing; do echo "    $what - $(why "$what")" >&2; done
}

# ---- Installing ----

apt() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    fi
}

install_missing() {
    wanted=$(packages debian)
    echo "installing with apt-get, because the build needs them: $wanted"
    log=build/deps.log
    # shellcheck disable=SC2086
    { apt install -y --no-install-recommends $wanted ||
        { apt update && apt install -y --no-install-recommends $wanted; }; } >"$log" 2>&1 ||
        { cat "$log" >&2; return 1; }
}

mkdir -p build
find_missing
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        report_missing
        echo "packages:" >&2
        for system in debian fedora arch alpine; do
            printf '    %-7s %s\n' $system: "$(packages $system)" >&2
        done
        exit 1
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        report_missing
        echo "as root: apt-get install $(packages debian)" >&2
        exit 1
    fi
    install_missing
    find_missing
    if [ -n "$missing" ]; then
        report_missing
        exit 1
    fi
fi
echo "$key" >"$stamp"
