# pluto doc: declarations as written, their comments, and the errors that were inferred.
set -u
fail() { echo "$*"; exit 1; }
mkdir shop
cat >shop/shop.pluto <<'END'
/// Things that can be bought.

/// Nothing is left.
pub error SoldOut {
    /// of what
    item: string
}

// Not for the page.
fn hidden() {}

pub class Shelf {
    count: int    // no documentation

    /// Takes one & says how many `are` left.
    /// * first
    /// * second
    fn take(mut self, item: string) int
        requires self.count >= 0
    {
        if self.count == 0 { raise SoldOut { item: item } }
        self.count -= 1
        return self.count
    }
}

/// Any of <these>.
pub enum Size { Small
    Large { factor: int }
}
END
cat >shop/use.pluto <<'END'
/// Twice.
pub fn twice(shelf: Shelf) int {
    shelf.take("a")!
    return shelf.take("b")!
}

pub fn never() {}
END
cat >want <<'END'
# shop

Things that can be bought.

## SoldOut

```pluto
pub error SoldOut { item: string }
```

Nothing is left.

* `item`: of what

## Shelf

```pluto
pub class Shelf {
    count: int
}
```

### Shelf.take

```pluto
fn take(mut self, item: string) int
    requires self.count >= 0
```

Takes one & says how many `are` left.
* first
* second

Raises `SoldOut`.

## Size

```pluto
pub enum Size {
    Small
    Large { factor: int }
}
```

Any of <these>.
END
"$PLUTO" doc shop/shop.pluto >out || fail "doc of a file fails"
diff want out || fail "the page of a file differs"

# The page of a folder goes on with the other file.
"$PLUTO" doc shop -o page || fail "doc of a folder fails"
head -n "$(wc -l <want)" page | cmp -s want - || fail "the page of the folder begins differently"
tail -n +"$(($(wc -l <want) + 1))" page >out
diff - out <<'END' || fail "the page of the folder ends differently"

## twice

```pluto
pub fn twice(shelf: Shelf) int
```

Twice.

Raises `SoldOut`.

## never

```pluto
pub fn never()
```
END
"$PLUTO" doc shop --all | grep -qx '## hidden' || fail "--all leaves out what is not pub"

"$PLUTO" doc --html shop >out || fail "--html fails"
for text in '<h1>shop</h1>' '<p>Takes one &amp; says how many <code>are</code> left.</p>' \
    '<li>second</li>' '<p>Any of &lt;these&gt;.</p>' '<p>Raises <code>SoldOut</code>.</p>'; do
    grep -qxF "$text" out || fail "HTML has no $text"
done

# Every module of the library has a page, and a wrong program none.
for module in "$ROOT"/lib/*/; do
    "$PLUTO" doc "$module" >out || fail "no page for $module"
    grep -q '^## ' out || fail "the page of $module is empty"
done
"$PLUTO" doc "$ROOT/lib/net" | grep -qx '## TcpListener' || fail "std.net is not on its page"
"$PLUTO" doc "$ROOT/lib/fs" | grep -qF 'Raises `FileError`.' || fail "std.fs raises nothing"
echo 'pub fn f() int { return "a" }' >wrong.pluto
"$PLUTO" doc --standalone wrong.pluto >out 2>err && fail "a wrong program has a page"
[[ ! -s out ]] && grep -q 'wrong.pluto:1' err || fail "wrong program: $(cat out err)"
mkdir empty
"$PLUTO" doc empty 2>err && fail "an empty folder has a page"
exit 0
