// @T@: steps made of closures, applied one after the other.

type @T@Step struct {
	name  string
	apply func(int) int
}

func scale@T@(factor int) func(int) int {
	return func(n int) int { return n * factor % @n1@1 }
}

func steps@T@(seed int) []@T@Step {
	offset := seed % @n2@
	var all []@T@Step
@each s 3 6@
	all = append(all, @T@Step{"@w1i@", func(n int) int { return (n @op1i@ offset*@n3i@) % 10007 }})
@end@
	all = append(all, @T@Step{"scale", scale@T@(@n4@)})
	return all
}

func through@T@(all []@T@Step, n int, seen func(string, int) int) int {
	at := n
	for _, step := range all {
		at = step.apply(at)
		at += seen(step.name, at)
	}
	return at
}

func run@T@(seed int) int {
	counts := map[string]int{}
	all := steps@T@(seed)
	count := func(name string, n int) int {
		counts[name] += n % 3
		return len(name)
	}
	sum := 0
	for i := 0; i < @n5@; i++ {
		sum += through@T@(all, seed+i, count)
	}
	for _, n := range counts {
		sum += n
	}
	for _, n := range []int{1, 2, 3, @n6@, @n7@} {
		if n%2 == 1 {
			sum += n
		}
	}
	return sum % 1000003
}
