// @T@: what @dep@ offers, and what becomes of its errors.

func admit@T@(n int) (int, error) {
	first, err := @dep@.Admit(n)
	if err != nil {
		return 0, err
	}
	second, err := @dep@.Admit(n + first)
	if err != nil {
		return 0, err
	}
	return first + second, nil
}

func price@T@(n int) int {
	t := @dep@.NewTicket(n)
@each u 2 4@
	if n%@n1i@ == @i@ {
		t.Tag("@w1i@")
	}
@end@
	return t.Cost() + len(t.Tags)
}

func points@T@(g @dep@.Grade) int {
	switch g := g.(type) {
	case @dep@.Middle:
		return g.Points * @n3@
	case @dep@.High:
		extra := g.Bonus * @n4@
		return g.Points + extra
	}
	return @n2@
}

func run@T@(seed int) int {
	sum := 0
	for i := 0; i < @n5@; i++ {
		n, err := admit@T@(seed + i)
		if refused, ok := err.(@dep@.Refused); ok {
			n = refused.Code + len(refused.Reason)
		}
		sum += n
		sum += price@T@(seed * i % 5003)
		sum += points@T@(@dep@.NewGrade(seed + i*@n6@))
	}
	return sum % 1000003
}
