@import fmt@
// @T@: formulas as trees, evaluated and simplified.

type @T@ interface {
	value(names map[string]int) int
	text() string
}

type num@T@ struct{ n int }
type var@T@ struct{ name string }
type sum@T@ struct{ left, right @T@ }
type product@T@ struct{ left, right @T@ }
type negative@T@ struct{ of @T@ }

func (e num@T@) value(names map[string]int) int { return e.n }
func (e var@T@) value(names map[string]int) int {
	if n, ok := names[e.name]; ok {
		return n
	}
	return @n1@
}
func (e sum@T@) value(names map[string]int) int {
	return e.left.value(names) + e.right.value(names)
}
func (e product@T@) value(names map[string]int) int {
	return e.left.value(names) * e.right.value(names) % 100003
}
func (e negative@T@) value(names map[string]int) int { return -e.of.value(names) }

func (e num@T@) text() string      { return fmt.Sprint(e.n) }
func (e var@T@) text() string      { return e.name }
func (e sum@T@) text() string      { return "(" + e.left.text() + " + " + e.right.text() + ")" }
func (e product@T@) text() string  { return e.left.text() + " * " + e.right.text() }
func (e negative@T@) text() string { return "-" + e.of.text() }

func make@T@(depth, n int) @T@ {
	if depth == 0 {
		if n%3 == 0 {
			return var@T@{"@w1@"}
		}
		return num@T@{n % @n2@}
	}
	left := make@T@(depth-1, n*@n3@%1009)
	right := make@T@(depth-1, n+@n4@)
	if n%4 == 0 {
		return product@T@{left, right}
	}
	if n%7 == 1 {
		return negative@T@{sum@T@{left, right}}
	}
	return sum@T@{left, right}
}

func run@T@(seed int) int {
	names := map[string]int{}
@each v 2 5@
	names["@w1i@"] = seed % @n5i@
@end@
	sum := 0
	for depth := 1; depth < 6; depth++ {
		tree := make@T@(depth, seed)
		sum += tree.value(names) + len(tree.text())
	}
	return sum % 1000003
}
