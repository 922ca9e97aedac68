// Recursion and arrays of bool: the ways to put 13 queens on a board.
package main

import "fmt"

type board struct {
	size              int
	columns, up, down []bool
}

func cleared(n int) []bool {
	a := []bool{}
	for i := 0; i < n; i++ {
		a = append(a, false)
	}
	return a
}

func place(b *board, row int) int {
	if row == b.size {
		return 1
	}
	ways := 0
	for column := 0; column < b.size; column++ {
		u := row + column
		d := row - column + b.size - 1
		if !b.columns[column] && !b.up[u] && !b.down[d] {
			b.columns[column] = true
			b.up[u] = true
			b.down[d] = true
			ways += place(b, row+1)
			b.columns[column] = false
			b.up[u] = false
			b.down[d] = false
		}
	}
	return ways
}

func main() {
	n := 13
	b := &board{n, cleared(n), cleared(2 * n), cleared(2 * n)}
	fmt.Println(place(b, 0))
}
