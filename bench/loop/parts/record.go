@import fmt@
// @T@: records, and what is summed over them.

type @T@ struct {
	id   int
	name string
@each f 3 7@
	@w1i@@i@ int
@end@
}

func (r *@T@) label() string { return fmt.Sprintf("%s-%d", r.name, r.id) }

func (r *@T@) score() int {
	s := r.id * @n1@
@each f 3 7@
	s = s @op1i@ r.@w1i@@i@*@n2i@
@end@
	return s % 100003
}

func (r *@T@) grow(by int) {
@each f 3 7@
	r.@w1i@@i@ += by * @n3i@ % 1013
@end@
}

func make@T@(n int) *@T@ {
	name := "@w3@"
	if n%3 == 0 {
		name = "@w2@"
	}
	return &@T@{
		id:   n,
		name: name,
@each f 3 7@
		@w1i@@i@: (n * @n4i@) % 997,
@end@
	}
}

func best@T@(all []*@T@) *@T@ {
	var best *@T@
	most := 0
	for _, one := range all {
		score := one.score()
		if best == nil || score > most {
			best = one
			most = score
		}
	}
	return best
}

func run@T@(seed int) int {
	var all []*@T@
	for i := 0; i < @n5@; i++ {
		all = append(all, make@T@(seed+i))
	}
	sum := 0
	for _, one := range all {
		one.grow(seed)
		sum += one.score() + len(one.label())
	}
	if best := best@T@(all); best != nil {
		sum += best.id
	}
	return sum % 1000003
}
