// Triangular loops: LU factorization of a 500 by 500 matrix with row exchanges.
package main

import (
	"fmt"
	"math"
)

func matrix(n int) [][]float64 {
	m := [][]float64{}
	seed := 7
	for i := 0; i < n; i++ {
		row := []float64{}
		for j := 0; j < n; j++ {
			seed = (seed*1309 + 13849) & 65535
			row = append(row, float64(seed)/65536.0)
		}
		m = append(m, row)
	}
	return m
}

func factor(a [][]float64, pivots []int) {
	n := len(a)
	for j := 0; j < n; j++ {
		best := j
		size := math.Abs(a[j][j])
		for i := j + 1; i < n; i++ {
			candidate := math.Abs(a[i][j])
			if candidate > size {
				best = i
				size = candidate
			}
		}
		pivots[j] = best
		row := a[best]
		a[best] = a[j]
		a[j] = row
		scale := 1.0 / row[j]
		for i := j + 1; i < n; i++ {
			a[i][j] *= scale
		}
		for i := j + 1; i < n; i++ {
			target := a[i]
			share := target[j]
			for k := j + 1; k < n; k++ {
				target[k] -= share * row[k]
			}
		}
	}
}

func main() {
	n := 500
	pivots := make([]int, n)
	trace := 0.0
	exchanges := 0
	for round := 0; round < 18; round++ {
		a := matrix(n)
		factor(a, pivots)
		for i := 0; i < n; i++ {
			trace += a[i][i]
			if pivots[i] != i {
				exchanges += 1
			}
		}
	}
	fmt.Printf("%.15g\n", trace)
	fmt.Println(exchanges)
}
