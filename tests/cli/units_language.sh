# Programs that are compiled as several C files do the same: some of the language tests.
set -eu
for part in modules/ traits/ failures/ generics/ app/; do
    UNIT_SIZE=150 "$ROOT/tests/language.sh" "$PLUTO" "run/$part" || exit 1
done
