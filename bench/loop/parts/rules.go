// @T@: rules that are tried in turn; some refuse.

type refused@T@ struct {
	rule string
	n    int
}

func (e refused@T@) Error() string { return e.rule }
@each r 4 7@

func @w1i@@T@@i@(n, limit int) (int, error) {
	if n%@n1i@ == @i@ {
		return 0, refused@T@{"@w1i@", n % @n2i@}
	}
	left := n
	for left > limit {
		left = left/2 - @n3i@
	}
	return (left @op1i@ limit) + @n4i@, nil
}
@end@

func judge@T@(n int) (int, error) {
	sum := 0
@each r 4 7@
	if got, err := @w1i@@T@@i@(n, @n5i@); err != nil {
		return 0, err
	} else {
		sum += got
	}
@end@
	return sum, nil
}

func lenient@T@(n int) (int, bool) {
	sum, err := judge@T@(n)
	if e, ok := err.(refused@T@); ok {
		if e.n%2 == 0 {
			return 0, false
		}
		return e.n, true
	}
	return sum, true
}

func run@T@(seed int) int {
	sum := 0
	for i := 0; i < @n6@; i++ {
		if one, ok := lenient@T@(seed + i*@n7@); ok {
			sum += one % 1009
		} else {
			sum += @n8@
		}
		one, err := judge@T@(i)
		if e, ok := err.(refused@T@); ok {
			one = len(e.rule) + e.n
		}
		sum += one
	}
	return sum % 1000003
}
