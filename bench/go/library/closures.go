// Closures: made in loops, composed, and called over an array of int.
package main

import "fmt"

func mapInts(xs []int, f func(int) int) []int {
	out := []int{}
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func keep(xs []int, wanted func(int) bool) []int {
	out := []int{}
	for _, x := range xs {
		if wanted(x) {
			out = append(out, x)
		}
	}
	return out
}

func fold(xs []int, start int, f func(int, int) int) int {
	value := start
	for _, x := range xs {
		value = f(value, x)
	}
	return value
}

func compose(f, g func(int) int) func(int) int {
	return func(x int) int { return g(f(x)) }
}

func main() {
	xs := []int{}
	for i := 0; i < 1000; i++ {
		xs = append(xs, i)
	}
	total := 0
	for i := 0; i < 30000; i++ {
		round := i
		step := compose(func(x int) int { return x + round }, func(x int) int { return x * 3 })
		odd := keep(mapInts(xs, step), func(x int) bool { return x&1 == 1 })
		total += fold(odd, 0, func(sum, x int) int { return sum + x })
	}
	fmt.Println(total)
	steps := []func(int) int{}
	for i := 0; i < 1000; i++ {
		i := i
		steps = append(steps, func(x int) int { return (x ^ i) + 1 })
	}
	x := 0
	for round := 0; round < 30000; round++ {
		for _, step := range steps {
			x = step(x)
		}
	}
	fmt.Println(x)
}
