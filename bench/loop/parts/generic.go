// @T@: a generic container, and generic functions over slices.

type @T@Pair[A, B any] struct {
	first  A
	second B
}

type @T@Ring[T any] struct {
	items   []T
	limit   int
	dropped int
}

func (r *@T@Ring[T]) put(item T) {
	if len(r.items) == r.limit {
		r.items = r.items[1:]
		r.dropped += 1
	}
	r.items = append(r.items, item)
}

func (r *@T@Ring[T]) newest() (item T, ok bool) {
	if len(r.items) == 0 {
		return item, false
	}
	return r.items[len(r.items)-1], true
}

func pairs@T@[A, B any](xs []A, ys []B) []@T@Pair[A, B] {
	var all []@T@Pair[A, B]
	for i := range xs {
		if i < len(ys) {
			all = append(all, @T@Pair[A, B]{xs[i], ys[i]})
		}
	}
	return all
}

func keep@T@[X any](xs []X, wanted func(X) bool) []X {
	var all []X
	for _, x := range xs {
		if wanted(x) {
			all = append(all, x)
		}
	}
	return all
}

func run@T@(seed int) int {
	numbers := @T@Ring[int]{limit: @n1@}
	words := @T@Ring[string]{limit: 3}
	for i := 0; i < @n2@; i++ {
		numbers.put((seed + i*@n3@) % 997)
	}
@each w 2 5@
	words.put("@w1i@")
@end@
	newest, _ := numbers.newest()
	sum := numbers.dropped + words.dropped + newest
	for _, pair := range pairs@T@(numbers.items, words.items) {
		sum += pair.first * len(pair.second)
	}
	for _, n := range keep@T@(numbers.items, func(n int) bool { return n%@n4@ > 2 }) {
		sum += n
	}
	for _, w := range keep@T@(words.items, func(w string) bool { return len(w) > 4 }) {
		sum += len(w)
	}
	return sum % 1000003
}
