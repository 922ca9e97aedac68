# tools/deps.sh installs what is missing with apt-get, asks for an update of the lists if need be,
# and without apt-get names the packages.
set -eu
fail() { echo "$*"; exit 1; }
mkdir tree tree/tools bin few
cp "$ROOT/tools/deps.sh" tree/tools
here=$PWD
real=$(command -v pkg-config)
cat >bin/pkg-config <<END
#!/bin/sh
[ -f '$here/installed' ] && exec '$real' "\$@"
exit 1
END
cat >bin/apt-get <<END
#!/bin/sh
echo "\$*" >>'$here/log'
case \$1 in
update) touch '$here/updated' ;;
*) [ -f '$here/updated' ] && touch '$here/installed' ;;
esac
END
printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
chmod +x bin/*
out=$(PATH=$here/bin:$PATH tree/tools/deps.sh) || fail "status $?: $out"
[[ $out == *installing*libgc-dev*check*zlib1g-dev* && $(wc -l <<<"$out") == 1 ]] || fail "said: $out"
[[ $(wc -l <log) == 3 ]] || fail "calls: $(<log)"
out=$(PATH=$here/bin:$PATH tree/tools/deps.sh 2>&1) || fail "second time: status $?"
[[ -z $out ]] || fail "second time: $out"

rm installed tree/build/deps.stamp
for tool in sh cc gcc as ld make ar cksum cat mkdir dirname tr sed id env; do
    if path=$(command -v "$tool"); then ln -s "$path" few/; fi
done
status=0
PATH=$here/few tree/tools/deps.sh >out 2>&1 || status=$?
[[ $status == 1 ]] || fail "without apt-get: status $status"
for word in pkg-config bdw-gc libgc-dev gc-devel; do
    grep -q "$word" out || fail "without apt-get: does not name $word"
done
