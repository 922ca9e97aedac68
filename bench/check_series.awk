# check_series.awk - writes a program of about LINES lines: awk -v lines=1000 -f check_series.awk
#
# It is a chain of groups, each with the constructs of the whole language. A group calls the one
# before it and uses its types, so that errors, inference and instances reach through all of it; all
# groups share one trait, one generic class and one generic function.
function group(k, before) {
    print "class Point" k " impl Shape {"
    print "    x: int, y: int"
    print "    tags: [string]"
    print "    by_name: Map<string, int>"
    print "    invariant self.x < 1000000"
    print "    fn area(self) int { return self.x * self.y + " k " }"
    print "    fn move(mut self, dx: int) { self.x += dx }"
    print "}"
    print "enum Tree" k " {"
    print "    Leaf { value: int }"
    print "    Node { left: [Tree" k "], right: [Tree" k "] }"
    print "    Empty"
    print "}"
    print "error Bad" k " { message: string, code: int }"
    print "fn sum" k "(t: Tree" k ") int {"
    print "    return match t {"
    print "        Tree" k ".Leaf { value } => value,"
    print "        Tree" k ".Node { left, right } => sum" k "(left[0]) + sum" k "(right[0]),"
    print "        Tree" k ".Empty => 0"
    print "    }"
    print "}"
    print "fn find" k "(xs: [int], wanted: int) int?"
    print "    requires wanted >= 0"
    print "{"
    print "    for i in 0..xs.len() {"
    print "        if xs[i] == wanted && i % 2 == 0 || wanted == " k " { return i }"
    print "    }"
    print "    return none"
    print "}"
    print "fn same" k "<T>(value: T, other: T) [T] { return [value, other, pick(value, other)] }"
    print "fn count" k "(n: int) stream int {"
    print "    let mut i = 0"
    print "    while i < n {"
    print "        i++"
    print "        if i == 3 { continue }"
    print "        yield i * " k
    print "    }"
    print "}"
    print "fn risky" k "(n: int, out: Sender<int>) int {"
    print "    if n < 0 { raise Bad" k " { message: f\"{n} is bad in \" + \"" k "\", code: " k " } }"
    print "    out.send(n) catch e { return 0 }"
    if (before)
        print "    let deeper = risky" before "(n - 1, out)!"
    else
        print "    let deeper = 1"
    print "    return deeper + n << 2"
    print "}"
    print "fn work" k "(n: int) int {"
    print "    let mut p = Point" k " { x: n, y: 2, tags: [\"a\", \"b\"], by_name: Map<string, int> { \"k\": n } }"
    print "    p.move(p.tags.len())"
    print "    let (tx, rx) = chan<int>(4)"
    print "    let task = spawn risky" k "(n, tx)"
    print "    let scale = (a: int, b: float) => (a as float * b) as int + p.x"
    print "    let box = Box<Point" k "> { value: p }"
    print "    let shape: Shape = p"
    print "    let mut total = scale(n, 1.5) + box.get().area() + shape.area() + shape.twice()"
    print "    for v in count" k "(5) { total += v }"
    print "    total += rx.recv() catch e { -1 }"
    print "    let found = find" k "([1, 2, 3], n)"
    print "    if found != none { total += found } else { total = -total }"
    print "    let seen = Set<int> { n, total }"
    print "    if seen.contains(3) || p.by_name.contains(\"k\") { total += same" k "(n, 2).len() }"
    print "    total += sum" k "(Tree" k ".Node { left: [Tree" k ".Leaf { value: 1 }], right: [Tree" k ".Empty] })"
    print "    tx.close()"
    print "    return total + (task.get() catch 0)" (before ? " + work" before "(n - 1)" : "")
    print "}"
}
BEGIN {
    print "trait Shape {"
    print "    fn area(self) int"
    print "    fn twice(self) int { return self.area() * 2 }"
    print "}"
    print "class Box<T> {"
    print "    value: T"
    print "    fn get(self) T { return self.value }"
    print "}"
    print "fn pick<T>(a: T, b: T) T { return if a == b { a } else { b } }"
    written = 14
    for (k = 1; written < lines; k++) {
        group(k, k - 1)
        written += 63
    }
    print "fn main() {"
    print "    print(work" k - 1 "(3))"
    print "}"
}
