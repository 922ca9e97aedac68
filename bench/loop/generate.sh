#!/usr/bin/env bash
# generate.sh pluto|go DIR - a program of 30 modules and about 20,000 lines, always the same.
#
# The files in parts/ are pieces of a module, each once in Pluto and once in Go. A module is all of
# them with names and numbers of its own; each imports up to four others, and all import core. Both
# programs print the same checksum. generate.awk says what the pieces may hold.
set -eu
if [[ $# != 2 || ($1 != pluto && $1 != go) ]]; then
    echo "usage: generate.sh pluto|go DIR" >&2
    exit 2
fi
parts=$(realpath "$(dirname "${BASH_SOURCE[0]}")")/parts
mkdir -p "$2"
[[ $1 == pluto ]] || printf 'module loop\n\ngo 1.18\n' >"$2/go.mod"
awk -v language="$1" -v parts="$parts" -v dir="$2" -f "$parts/../generate.awk"
